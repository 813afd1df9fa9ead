"""An interaction can be answered as Discord lets it be answered."""

from __future__ import annotations

import asyncio

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.calling import call


async def test_an_interaction_has_one_first_answer_in_three_seconds(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    """4.4: 40060 for a second, 10062 when the token has died or never was."""
    guild = discord.world.guilds[place["guild"]]
    guild.commands = [{"type": 3, "name": "x", "id": "5"}]
    message = await discord.post(place["user"], place["room"], "x")
    asking = asyncio.create_task(discord.pick(place["user"], place["room"], message))
    await discord.until(lambda: discord.rest.interactions)
    (waiting,) = discord.rest.interactions.values()
    path = f"/interactions/{waiting.id}/{waiting.token}/callback"
    said = {"type": 4, "data": {"content": "x", "flags": 64}}
    first, second = [await call(discord, "POST", path, said) for _ in range(2)]
    await asking
    waiting.first, waiting.at = None, waiting.at - 4
    late = await call(discord, "POST", path, said)
    unknown = await call(discord, "POST", "/interactions/1/x/callback", said)

    assert first == (204, None)
    assert [second[1]["code"], late[1]["code"], unknown[1]["code"]] == [40060, 10062, 10062]
