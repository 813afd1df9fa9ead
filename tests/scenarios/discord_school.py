"""The whole application on the strict Discord: discord.py, real sockets, real store and engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.discord.app import DiscordAdapter
from bot import settings
from bot.bootstrap import Application, build
from bot.engine.pace import Pace
from bot.settings import Secrets
from bot.store.port import Flag, FlagQuery
from tests.doubles.discord import DiscordDouble
from tests.scenarios.slack_school import NOW, Ahead, _stop
from tests.scenarios.world import KEY, PACKS

TOML = """
[district]
name = "Riverbend"

[[workspace]]
platform = "discord"
id = "{guild}"
default_role = "student"
moderators_channel = "{desk}"
staff_groups = ["{staff}"]

[lists]
moderators = {{ groups = ["{moderator}"] }}
principal = {{ people = ["discord/{guild}/{principal}"] }}
it = {{ people = ["discord/{guild}/{novak}"] }}
counsellors = {{ people = ["discord/{guild}/{amari}"] }}
"""
NAMES = ("maya", "leo", "ortiz", "chen", "principal", "novak", "amari")


@dataclass
class School:
    """Who and what is in the server; the application can be stopped and started again."""

    discord: DiscordDouble
    data: Path
    guild: str
    people: dict[str, str]
    roles: dict[str, str]
    room: str
    desk: str
    app: Application | None = None
    hide: str = ""  # categories, as TOML

    def toml(self) -> str:
        """The settings of this school."""
        text = TOML.format(guild=self.guild, desk=self.desk, **self.people, **self.roles)
        return text.replace("staff_groups", f"hide = {self.hide or '[]'}\nstaff_groups")

    def secrets(self) -> Secrets:
        """What the environment would tell."""
        return Secrets(
            keys=(KEY,),
            discord_token=self.discord.token,
            discord_api_url=self.discord.api_url,
            discord_gateway_url=self.discord.gateway_url,
        )

    @asynccontextmanager
    async def running(self, later: timedelta = NOW) -> AsyncIterator[Application]:
        """The application at work, until the block ends; its clock is so much ahead."""
        chosen = settings.parse(self.toml())
        pace = Pace(rate_s=0)
        app = await build(chosen, self.secrets(), self.data, Ahead(later), packs=PACKS, pace=pace)
        self.app = app
        hurry(app, self.guild)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(app.close)
            await app.start()
            work = asyncio.create_task(app.engine.run(app.deliveries.handlers()))
            stack.push_async_callback(_stop, work)
            yield app

    async def flags(self) -> list[Flag]:
        """All flags, oldest first."""
        assert self.app is not None
        return (await self.app.store.read(lambda tx: tx.flags(FlagQuery())))[::-1]

    def letters(self, name: str) -> list[str]:
        """What the bot wrote to a person, each as all its words."""
        return [said(message) for message in self.discord.dms(self.people[name])]

    def cards(self) -> list[dict[str, Any]]:
        """The messages of the moderators' channel."""
        return self.discord.messages(self.desk)

    def first_card(self) -> str:
        """All words of the first card; empty until it is posted."""
        return said(self.cards()[0]) if self.cards() else ""

    async def until(self, holds: Callable[[], Awaitable[Any]]) -> None:
        """Wait until the records say so."""
        async with asyncio.timeout(15):
            while not await holds():  # noqa: ASYNC110 - the records tell nobody of changes
                await asyncio.sleep(0.02)

    async def flagged(self, number: int) -> None:
        """Wait until there are so many flags."""

        async def enough() -> bool:
            return len(await self.flags()) >= number

        await self.until(enough)

    async def cursor(self, channel: str) -> None:
        """Wait until something of this channel is on record."""
        assert self.app is not None
        desk = self.app.desk

        async def known() -> bool:
            return channel in await desk.cursors("discord", self.guild)

        await self.until(known)

    async def bully(self, times: int = 1, word: str = "insultword") -> list[str]:
        """Maya posts so many insults; returns once each of them has its letter."""
        posted = []
        for _ in range(times):
            before = len(self.letters("maya"))
            posted.append(await self.discord.post(self.people["maya"], self.room, f"you {word}"))
            await self.discord.until(lambda n=before: len(self.letters("maya")) > n)
        return posted


def hurry(app: Application, guild: str) -> None:
    """Discord's waits need not be waited for."""
    adapter = app.chats["discord", guild]
    assert isinstance(adapter, DiscordAdapter)
    adapter.retry_s, adapter.identify_s = 0.05, 0.0


def said(message: dict[str, Any]) -> str:
    """Every word of a message and its embeds, as people read them."""
    told = [message.get("content"), message.get("embeds")]
    return json.dumps(told, ensure_ascii=False).replace("\\\\", "")


@asynccontextmanager
async def school_in(data: Path) -> AsyncIterator[School]:
    """A server with its people; nothing runs yet."""
    async with DiscordDouble() as discord:
        discord.gateway.identify_every_s = 0.0
        guild = discord.add_guild()
        roles = {name: discord.add_role(guild, name) for name in ("staff", "moderator")}
        held = {"ortiz": list(roles.values()), "chen": list(roles.values())}
        people = {n: discord.add_user(n, guild, roles=held.get(n, ())) for n in NAMES}
        room = discord.add_channel(guild, "class-7b")
        desk = discord.add_channel(guild, "moderators")
        yield School(discord, data, guild, people, roles, room, desk)
