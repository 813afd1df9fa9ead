"""A double with a server in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.doubles.discord import DiscordDouble


@pytest.fixture
async def discord() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as double:
        double.gateway.identify_every_s = 0.0
        yield double
        double.gateway.violations.clear()
        double.rest.pinged.clear()


@pytest.fixture
def place(discord: DiscordDouble) -> dict[str, str]:
    """A server, a person and two channels in it."""
    guild = discord.add_guild()
    user = discord.add_user("sam", guild)
    room = discord.add_channel(guild, "room")
    return {"guild": guild, "user": user, "room": room, "desk": discord.add_channel(guild, "desk")}
