"""The adapter connected to the double, in both modes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.app import SlackAdapter
from bot.ports import Inbox
from tests.doubles.slack import RecordingInbox, SlackDouble, WatchedInbox, serving


class SettableClock:
    """The time of now, moved by as much as a test says."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def forward(self, *, minutes: int) -> None:
        self.moved += timedelta(minutes=minutes)


@dataclass
class School:
    """A workspace with a student, a teacher, a moderator and two channels, and the adapter."""

    slack: SlackDouble
    inbox: RecordingInbox
    watched: WatchedInbox
    clock: SettableClock
    adapter: SlackAdapter
    student: str
    teacher: str
    moderator: str
    room: str
    desk: str  # the moderators' channel


def adapter_of(slack: SlackDouble, inbox: Inbox | None = None, **settings: Any) -> SlackAdapter:
    """An adapter over Socket Mode; `settings` replace what it is given."""
    return SlackAdapter(
        inbox or RecordingInbox(),
        **{
            "workspaces": [slack.team],
            "bot_token": slack.bot_token,
            "app_token": slack.app_token,
            "signing_secret": None,
            "api_url": slack.api_url,
            "clock": SettableClock(),
            **settings,
        },
    )


@asynccontextmanager
async def connecting(slack: SlackDouble, **settings: Any) -> AsyncIterator[School]:
    """Fill the workspace and connect an adapter to it; `settings` replace the adapter's."""
    student = slack.add_user("sam", email="sam@students.example.org", locale="es-ES")
    teacher = slack.add_user("tess", email="tess@staff.example.org")
    moderator = slack.add_user("mo", email="mo@staff.example.org")
    slack.add_usergroup("staff", [teacher, moderator])
    slack.add_usergroup("moderators", [moderator])
    room = slack.add_channel("biology", [student, teacher])
    desk = slack.add_channel("moderators", [moderator], private=True)
    inbox, clock = RecordingInbox(), SettableClock()
    watched = WatchedInbox(inbox, slack)
    http = slack.courier.mode == "http"
    way = {"app_token": None, "signing_secret": slack.signing_secret} if http else {}
    about = {"clock": clock, **way, **settings}
    adapter = adapter_of(slack, watched, **about)
    async with AsyncExitStack() as stack:
        if http:
            address = await stack.enter_async_context(serving(adapter.routes()))
            slack.courier.request_url = f"{address}/slack/events"
        stack.push_async_callback(adapter.close)
        await adapter.start()
        yield School(slack, inbox, watched, clock, adapter, student, teacher, moderator, room, desk)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK takes proxies from the environment; the double stands on loopback."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    """Socket Mode and the Events API over HTTP."""
    return str(request.param)


@pytest.fixture
async def school(mode: str) -> AsyncIterator[School]:
    """A connected school, in both modes."""
    async with SlackDouble(mode) as slack, connecting(slack) as connected:
        yield connected
