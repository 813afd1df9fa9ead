"""The adapter connected to the double."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord.app import DiscordAdapter
from tests.doubles.discord import CountingInbox, DiscordDouble


class SettableClock:
    """The time of now, moved by as much as a test says."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


@dataclass
class School:
    """A server with a student, a teacher, a moderator and two channels, and the adapter."""

    discord: DiscordDouble
    inbox: CountingInbox
    adapter: DiscordAdapter
    guild: str
    staff: str  # a role
    student: str
    teacher: str
    moderator: str
    room: str
    desk: str  # the moderators' channel

    async def heard(self, number: int = 1) -> None:
        """Wait until so many messages were handed over."""
        await self.discord.until(lambda: len(self.inbox.messages) >= number)


def adapter_of(discord: DiscordDouble, inbox: CountingInbox, **settings: Any) -> DiscordAdapter:
    """An adapter that waits for nothing longer than it must."""
    adapter = DiscordAdapter(
        inbox,
        **{
            "guilds": list(discord.world.guilds),
            "token": discord.token,
            "api_url": discord.api_url,
            "gateway_url": discord.gateway_url,
            "clock": SettableClock(),
            **settings,
        },
    )
    adapter.retry_s, adapter.identify_s = 0.02, 0.0
    return adapter


def logged(logs: Sequence[Mapping[str, Any]], event: str) -> Mapping[str, Any]:
    """The first entry of this event; an empty one if there is none."""
    return next((log for log in logs if log["event"] == event), {})


@asynccontextmanager
async def connecting(discord: DiscordDouble, **settings: Any) -> AsyncIterator[School]:
    """Fill a server and connect an adapter to it; `settings` replace the adapter's."""
    discord.gateway.identify_every_s = 0.0
    guild = discord.add_guild()
    staff = discord.add_role(guild, "staff")
    student = discord.add_user("sam", guild, locale="es-ES")
    teacher = discord.add_user("tess", guild, roles=[staff])
    moderator = discord.add_user("mo", guild, roles=[staff])
    room = discord.add_channel(guild, "biology")
    desk = discord.add_channel(guild, "moderators")
    inbox = CountingInbox()
    adapter = adapter_of(discord, inbox, **{"guilds": [guild], **settings})
    try:
        await adapter.start()
        yield School(discord, inbox, adapter, guild, staff, student, teacher, moderator, room, desk)
    finally:
        await adapter.close()


@pytest.fixture
async def school() -> AsyncIterator[School]:
    """A connected school."""
    async with DiscordDouble() as discord, connecting(discord) as connected:
        yield connected
