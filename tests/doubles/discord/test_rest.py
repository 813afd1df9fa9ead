"""The double's REST refuses what Discord's refuses, with its codes."""

from __future__ import annotations

import pytest

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.calling import call
from tests.doubles.discord.world import EMBED_LINKS, MANAGE_MESSAGES, VIEW


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bot wrong"}, 401),
        ({"User-Agent": "python"}, 403),  # 4.2: User-Agent `DiscordBot (url, version)`
        ({}, 200),
    ],
)
async def test_who_calls_must_say_so(
    discord: DiscordDouble, headers: dict[str, str], status: int
) -> None:
    assert (await call(discord, "GET", "/users/@me", **headers))[0] == status


async def test_bodies_are_json(discord: DiscordDouble, place: dict[str, str]) -> None:
    path = f"/channels/{place['room']}/messages"
    kind = {"Content-Type": "text/plain"}
    status, refusal = await call(discord, "POST", path, {"content": "x"}, **kind)

    assert (status, refusal["code"]) == (400, 50035)


async def test_permissions_are_needed(discord: DiscordDouble, place: dict[str, str]) -> None:
    """4.2: 50001 access, 50013 permission; 10003 and 10008 for what is not there."""
    message = await discord.post(place["user"], place["room"], "x")
    codes = []
    for bits, method, path in (
        (MANAGE_MESSAGES, "DELETE", f"/channels/{place['room']}/messages/{message}"),
        (VIEW, "GET", f"/channels/{place['room']}/messages"),
        (0, "GET", "/channels/1/messages"),
        (0, "GET", f"/channels/{place['desk']}/messages/{message}"),
    ):
        discord.deny(place["room"], bits)
        codes.append((await call(discord, method, path))[1]["code"])

    assert codes == [50013, 50001, 10003, 10008]


async def test_only_own_messages_can_be_edited(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    message = await discord.post(place["user"], place["room"], "x")
    path = f"/channels/{place['room']}/messages/{message}"

    assert (await call(discord, "PATCH", path, {"content": "y"}))[1]["code"] == 50005


async def test_closed_and_unshared_private_channels(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    """4.2: 50007 cannot DM, 50278 no mutual guild; the channel itself can still be opened."""
    body = {"recipient_id": place["user"]}
    status, opened = await call(discord, "POST", "/users/@me/channels", body)
    path = f"/channels/{opened['id']}/messages"
    discord.refuse_dm(place["user"])
    closed = await call(discord, "POST", path, {"content": "x"})
    discord.leave(place["guild"], place["user"])
    unshared = await call(discord, "POST", path, {"content": "x"})

    assert status == 200
    assert (closed[1]["code"], unshared[1]["code"]) == (50007, 50278)


async def test_equal_nonces_make_one_message(discord: DiscordDouble, place: dict[str, str]) -> None:
    """4.3: nonce 25 with enforce_nonce; for a few minutes, in one channel."""
    path = f"/channels/{place['room']}/messages"
    body = {"content": "x", "nonce": "n", "enforce_nonce": True, "allowed_mentions": {"parse": []}}
    first = (await call(discord, "POST", path, body))[1]["id"]
    again = (await call(discord, "POST", path, body))[1]["id"]
    free = (await call(discord, "POST", path, {**body, "enforce_nonce": False}))[1]["id"]
    now = discord.rest.clock()
    discord.rest.clock = lambda: now + 3_600
    late = (await call(discord, "POST", path, body))[1]["id"]

    assert first == again
    assert len({first, free, late}) == 3


async def test_whoever_could_ping_is_caught(discord: DiscordDouble, place: dict[str, str]) -> None:
    """4.3: allowed_mentions should be closed by a moderation bot."""
    path = f"/channels/{place['room']}/messages"
    await call(discord, "POST", path, {"content": "@everyone"})

    assert len(discord.rest.pinged) == 1


async def test_the_history_is_as_discord_gives_it(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    """After an id the oldest come, newest first; no membership; at most 100."""
    sent = [await discord.post(place["user"], place["room"], f"{n}") for n in range(5)]
    path = f"/channels/{place['room']}/messages"
    _, found = await call(discord, "GET", f"{path}?after={sent[0]}&limit=3")
    status, _ = await call(discord, "GET", f"{path}?limit=101")

    assert [m["id"] for m in found] == sent[3:0:-1]
    assert all("member" not in m and "guild_id" not in m for m in found)
    assert status == 400


async def test_the_bots_own_permissions_are_told(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    discord.world.guilds[place["guild"]].permissions &= ~EMBED_LINKS
    _, (row,) = await call(discord, "GET", "/users/@me/guilds")

    assert not int(row["permissions"]) & EMBED_LINKS
