"""The double's gateway: whom it closes on, and what it tells to whom."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, MESSAGE_CONTENT

INTENTS = GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | MESSAGE_CONTENT


class Wire:
    """A bare client of the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.inflate = zlib.decompressobj()

    async def read(self) -> dict[str, Any]:
        frame = await asyncio.wait_for(self.socket.receive(), 10)
        if frame.type is aiohttp.WSMsgType.BINARY:
            assert frame.data.endswith(b"\x00\x00\xff\xff")
            return dict(json.loads(self.inflate.decompress(frame.data)))
        if frame.type is aiohttp.WSMsgType.TEXT:
            return dict(json.loads(frame.data))
        return {"closed": self.socket.close_code}

    async def until(self, wanted: str) -> dict[str, Any]:
        """Read up to this event, operation or end."""
        while True:
            frame = await self.read()
            if wanted in (frame.get("t"), f"op{frame.get('op')}") or "closed" in frame:
                return frame

    async def say(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def dial(discord: DiscordDouble, session: aiohttp.ClientSession, compress: str = "") -> Wire:
    query = "?v=10&encoding=json" + (f"&compress={compress}" if compress else "")
    return Wire(await session.ws_connect(discord.gateway_url + query))


def identify(discord: DiscordDouble, **about: Any) -> dict[str, Any]:
    return {"token": discord.token, "intents": INTENTS, "properties": {}, **about}


@pytest.mark.parametrize(
    ("op", "about", "code"),
    [
        (2, {"token": "wrong"}, 4004),
        (2, {"intents": 1 << 30}, 4013),
        (2, {"intents": INTENTS | 1 << 1}, 4014),
        (6, {"token": "wrong"}, 4004),
        (3, {}, 4003),
        (99, {}, 4001),
        (2, {"padding": "x" * 4_096}, 4002),
    ],
)
async def test_who_does_wrong_is_closed_with_its_code(
    discord: DiscordDouble,
    session: aiohttp.ClientSession,
    op: int,
    about: dict[str, Any],
    code: int,
) -> None:
    """4.1: fatal 4004, 4013, 4014; 4001 to 4003."""
    wire = await dial(discord, session)
    hello = await wire.read()
    await wire.say(op, identify(discord, **about))

    assert hello["d"]["heartbeat_interval"] > 0
    assert (await wire.until("end"))["closed"] == code


@pytest.mark.parametrize("compress", ["", "zlib-stream", "zstd-stream"])
async def test_a_session_begins_and_beats(
    discord: DiscordDouble,
    session: aiohttp.ClientSession,
    place: dict[str, str],
    compress: str,
) -> None:
    """4.1: READY with session and address, the servers described after it, acks."""
    wire = await dial(discord, session, compress)
    await wire.read()
    await wire.say(2, identify(discord))
    ready = await wire.until("READY")
    described = await wire.until("GUILD_CREATE")
    await wire.say(1, ready["s"])

    assert ready["d"]["resume_gateway_url"] == discord.gateway_url
    assert ready["d"]["guilds"] == [{"id": place["guild"], "unavailable": True}]
    assert described["d"]["id"] == place["guild"]
    assert (await wire.until("op11"))["op"] == 11


async def test_a_resume_replays_what_was_missed(
    discord: DiscordDouble, session: aiohttp.ClientSession, place: dict[str, str]
) -> None:
    """4.1: then RESUMED; an unknown session gets op 9 `false`, one closed with 1000 too."""
    wire = await dial(discord, session)
    await wire.say(2, identify(discord))
    ready = await wire.until("READY")
    seen = await wire.until("GUILD_CREATE")
    await wire.socket.close(code=4000)
    await discord.disconnected()
    await discord.post(place["user"], place["room"], "missed")
    again = await dial(discord, session)
    known = {"token": discord.token, "session_id": ready["d"]["session_id"], "seq": seen["s"]}
    await again.say(6, known)
    missed = await again.until("MESSAGE_CREATE")
    resumed = await again.until("RESUMED")
    await again.socket.close(code=1000)
    await discord.disconnected()
    third = await dial(discord, session)
    await third.say(6, known)
    refused = await third.until("op9")

    assert (missed["d"]["content"], missed["s"]) == ("missed", seen["s"] + 1)
    assert resumed["t"] == "RESUMED"
    assert refused["d"] is False


async def test_content_is_withheld_without_its_intent(
    discord: DiscordDouble, session: aiohttp.ClientSession, place: dict[str, str]
) -> None:
    """4.1: except in private channels, in own messages, and where the bot is mentioned."""
    wire = await dial(discord, session)
    await wire.say(2, identify(discord, intents=INTENTS & ~MESSAGE_CONTENT))
    await wire.until("GUILD_CREATE")
    bot = {"id": discord.world.bot}
    await discord.post(place["user"], place["room"], "one", embeds=[{"title": "t"}])
    await discord.poll(place["user"], place["room"], "two?", ["a"])
    await discord.post(place["user"], place["room"], "three", mentions=[bot])
    await discord.dm(place["user"], "four")
    told = [(await wire.until("MESSAGE_CREATE"))["d"] for _ in range(4)]

    assert [message["content"] for message in told] == ["", "", "three", "four"]
    assert told[0]["embeds"] == []
    assert "poll" not in told[1]


async def test_events_come_only_for_what_was_asked(
    discord: DiscordDouble, session: aiohttp.ClientSession, place: dict[str, str]
) -> None:
    """4.1: intents, and permissions: 4.5."""
    wire = await dial(discord, session)
    await wire.say(2, identify(discord, intents=GUILDS | DIRECT_MESSAGES))
    await wire.until("GUILD_CREATE")
    await discord.post(place["user"], place["room"], "not asked for")
    await discord.dm(place["user"], "asked for")

    assert (await wire.until("MESSAGE_CREATE"))["d"].get("guild_id") is None


async def test_identifying_too_soon_invalidates(
    discord: DiscordDouble, session: aiohttp.ClientSession
) -> None:
    """4.1: max_concurrency per 5 s."""
    first = await dial(discord, session)
    await first.say(2, identify(discord))
    await first.until("READY")
    discord.gateway.identify_every_s = 60.0
    second = await dial(discord, session)
    await second.say(2, identify(discord))

    assert (await second.until("op9"))["d"] is False
    assert discord.gateway.violations == ["identified again too soon"]


async def test_too_many_events_end_the_connection(
    discord: DiscordDouble, session: aiohttp.ClientSession
) -> None:
    """4.1: 120 events per connection per 60 s."""
    wire = await dial(discord, session)
    for _ in range(121):
        await wire.say(1, None)

    assert (await wire.until("end"))["closed"] == 4008
