"""The whole application on the strict Slack: real SDK, real sockets, real store and engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import settings
from bot.bootstrap import Application, build
from bot.engine.pace import Pace
from bot.settings import Secrets
from bot.store.port import Flag, FlagQuery
from tests.doubles.slack import SlackDouble, serving
from tests.scenarios.world import KEY, PACKS

TOML = """
[district]
name = "Riverbend"

[[workspace]]
platform = "slack"
id = "{team}"
default_role = "student"
moderators_channel = "{desk}"
mode = "{mode}"

[lists]
moderators = {{ people = ["slack/{team}/{ortiz}", "slack/{team}/{chen}"] }}
principal = {{ people = ["slack/{team}/{principal}"] }}
it = {{ people = ["slack/{team}/{novak}"] }}
counsellors = {{ people = ["slack/{team}/{amari}"] }}
"""


NOW = timedelta()


@dataclass(frozen=True)
class Ahead:
    """The machine's time, so much later: back-offs need not be waited for."""

    by: timedelta

    def now(self) -> datetime:
        """That moment."""
        return datetime.now(UTC) + self.by


@dataclass
class School:
    """Who and what is in the workspace; the application can be stopped and started again."""

    slack: SlackDouble
    data: Path
    people: dict[str, str]
    room: str
    desk: str
    app: Application | None = None

    @asynccontextmanager
    async def running(self, later: timedelta = NOW) -> AsyncIterator[Application]:
        """The application at work, until the block ends; its clock is so much ahead."""
        toml = TOML.format(
            team=self.slack.team, desk=self.desk, mode=self.slack.courier.mode, **self.people
        )
        secrets = Secrets(
            keys=(KEY,),
            slack_bot_token=self.slack.bot_token,
            slack_app_token=self.slack.app_token,
            slack_signing_secret=self.slack.signing_secret,
            slack_api_url=self.slack.api_url,
        )
        chosen = settings.parse(toml)
        app = await build(
            chosen, secrets, self.data, Ahead(later), packs=PACKS, pace=Pace(rate_s=0)
        )
        self.app = app
        async with AsyncExitStack() as stack:
            stack.push_async_callback(app.close)
            if self.slack.courier.mode == "http":
                address = await stack.enter_async_context(serving(app.routes))
                self.slack.courier.request_url = f"{address}/slack/events"
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
        return [said(message) for message in self.slack.dms(self.people[name])]

    def cards(self) -> list[dict[str, Any]]:
        """The messages of the moderators' channel."""
        return self.slack.messages(self.desk)

    def card(self) -> str:
        """Every word of the first card; empty while there is none."""
        return said(self.cards()[0]) if self.cards() else ""

    async def bully(self, times: int = 1, word: str = "insultword") -> list[str]:
        """Maya posts so many insults; returns once each of them has its letter."""
        posted = []
        for _ in range(times):
            before = len(self.letters("maya"))
            posted.append(await self.slack.post(self.people["maya"], self.room, f"you {word}"))
            await self.slack.until(lambda n=before: len(self.letters("maya")) > n)
        return posted


def said(message: dict[str, Any]) -> str:
    """Every word of a message and its blocks."""
    return json.dumps([message.get("text"), message.get("blocks")], ensure_ascii=False)


async def _stop(work: asyncio.Task[None]) -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


@asynccontextmanager
async def school_on(mode: str, data: Path) -> AsyncIterator[School]:
    """A workspace with its people; nothing runs yet."""
    async with SlackDouble(mode) as slack:
        names = ("maya", "leo", "ortiz", "chen", "principal", "novak", "amari")
        people = {name: slack.add_user(name) for name in names}
        room = slack.add_channel("class-7b", [people["maya"], people["leo"], people["ortiz"]])
        desk = slack.add_channel("moderators", [people["ortiz"], people["chen"]], private=True)
        yield School(slack, data, people, room, desk)
