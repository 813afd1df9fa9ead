"""Commands and interactions (4.4): one first answer within three seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.discord import errors
from tests.doubles.discord.forms import check_commands, check_form, check_message
from tests.doubles.discord.world import Guild, Json, World

ANSWER_S, TOKEN_S = 3.0, 900.0  # 4.4: the first answer in 3 s; the token lives 15 minutes
FIRST_ANSWERS = (4, 5, 6, 7, 9)


@dataclass
class Interaction:
    """Something a person did that waits for its one first answer (4.4)."""

    id: str
    token: str
    user: str
    channel: str
    kind: int
    at: float
    first: Json | None = None
    late: Json | None = None  # what the deferred answer became
    refusals: list[int] = field(default_factory=list)


@dataclass
class Whisper:
    """What was shown to one person alone."""

    user: str
    channel: str
    text: str


class Interactions:
    """The routes of commands and interactions."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock: Callable[[], float] = time.monotonic
        self.interactions: dict[str, Interaction] = {}
        self.whispers: list[Whisper] = []
        self.pinged: list[str] = []

    def _commands(self, ids: Mapping[str, str], body: Any, query: Any) -> list[Json]:
        return self._home(ids).commands

    def _set_commands(self, ids: Mapping[str, str], body: Any, query: Any) -> list[Json]:
        guild = self._home(ids)
        check_commands(body)
        guild.commands = [{**one, "id": self.world.snowflake()} for one in body]
        return guild.commands

    def _home(self, ids: Mapping[str, str]) -> Guild:
        guild = self.world.guilds.get(ids["guild"])
        if ids["application"] != self.world.application:
            raise errors.ApiError(403, 20012, "You are not authorized to act for this application")
        if guild is None or self.world.bot not in guild.members or not guild.takes_commands:
            raise errors.NO_ACCESS
        return guild

    def _answer(self, ids: Mapping[str, str], body: Any, query: Any) -> None:
        found = self.interactions.get(ids["token"])
        if found is None or found.id != ids["interaction"]:
            raise errors.UNKNOWN_INTERACTION
        if self.clock() - found.at > ANSWER_S:
            found.refusals.append(10062)
            raise errors.UNKNOWN_INTERACTION  # 4.4: 3 s or the token dies
        if found.first is not None:
            found.refusals.append(40060)
            raise errors.ALREADY_ANSWERED  # 4.4: one first answer
        kind, data = body.get("type"), body.get("data") or {}
        if kind not in FIRST_ANSWERS or (kind in (6, 7) and found.kind != 3):
            raise errors.bad_form("type", "Value is not one of these")
        if kind == 9:
            if found.kind == 5:
                raise errors.bad_form("type", "a form cannot be answered by a form")
            check_form(data)
        elif kind == 4:
            check_message(data, new=True)
            self._show(found, data, data.get("flags", 0))
        found.first = {"type": kind, "data": data}

    def _answer_late(self, ids: Mapping[str, str], body: Any, query: Any) -> Json:
        found = self.interactions.get(ids["token"])
        if ids["application"] != self.world.application or found is None:
            raise errors.ApiError(404, 10015, "Unknown Webhook")
        if self.clock() - found.at > TOKEN_S or found.first is None:
            raise errors.ApiError(404, 10015, "Unknown Webhook")
        check_message(body, new=True)
        self._show(found, body, found.first["data"].get("flags", 0))
        found.late = body
        return {"id": self.world.snowflake(), **body}

    def _show(self, found: Interaction, data: Json, flags: int) -> None:
        if flags & 64:
            self.whispers.append(Whisper(found.user, found.channel, data.get("content") or ""))
        else:
            self.pinged.append(f"answered before everybody: {found.id}")
