"""What a Slack workspace holds: people, channels, messages, groups, files."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    """Somebody in the workspace; `dm_refusal` is Slack's error when the bot opens a DM."""

    id: str
    name: str
    email: str = ""
    email_confirmed: bool = True
    bot: bool = False
    deleted: bool = False
    locale: str = "en-US"
    dm_refusal: str = ""


@dataclass
class Channel:
    """A conversation. `kind` is Slack's channel_type: channel, group or im."""

    id: str
    name: str
    kind: str
    members: set[str]
    archived: bool = False
    messages: dict[str, Json] = field(default_factory=dict)


@dataclass
class File:
    """A shared file and its bytes."""

    id: str
    name: str
    mimetype: str
    content: bytes
    address: str = ""  # another address than the double's own


class Workspace:
    """The state of one workspace, without any rule of the API."""

    def __init__(self, team: str = "T0SCHOOL", domain: str = "school") -> None:
        self.team = team
        self.domain = domain
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Json] = {}
        self.files: dict[str, File] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self.bot_user = self.add_user("hallmonitor", bot=True)
        self.bot_id = "B0HALL"

    def add_user(self, name: str, **about: Any) -> str:
        user = User(self._id("U"), name, **about)
        self.users[user.id] = user
        return user.id

    def add_channel(self, name: str, kind: str, members: Sequence[str]) -> Channel:
        prefix = {"channel": "C", "group": "G", "im": "D"}[kind]
        channel = Channel(self._id(prefix), name, kind, set(members))
        self.channels[channel.id] = channel
        return channel

    def add_group(self, handle: str, users: Sequence[str]) -> str:
        group = self._id("S")
        self.groups[group] = {"id": group, "handle": handle, "users": list(users)}
        return group

    def add_file(self, name: str, content: bytes, mimetype: str) -> File:
        file = File(self._id("F"), name, mimetype, content)
        self.files[file.id] = file
        return file

    def direct(self, user: str) -> Channel | None:
        """The conversation of the bot with this person, if it was opened."""
        pair = {user, self.bot_user}
        return next(
            (c for c in self.channels.values() if c.kind == "im" and c.members == pair), None
        )

    def open_direct(self, user: str) -> Channel:
        return self.direct(user) or self.add_channel("", "im", [user, self.bot_user])

    def next_ts(self) -> str:
        """A fresh `ts`: the time of now, never the same twice, always growing (3.2)."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1_000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def unique(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):08X}"

    def _id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers):07X}"
