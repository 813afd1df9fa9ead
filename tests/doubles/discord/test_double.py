"""The double refuses what Discord refuses: each test cites its line of platforms.md."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.errors import ApiError
from tests.doubles.discord.forms import check_commands, check_form, check_message
from tests.doubles.discord.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, MESSAGE_CONTENT
from tests.doubles.discord.limits import Limits
from tests.doubles.discord.world import EMBED_LINKS, MANAGE_MESSAGES, VIEW

INTENTS = GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | MESSAGE_CONTENT
AGENT = "DiscordBot (https://example.org, 1.0)"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as double:
        double.gateway.identify_every_s = 0.0
        yield double
        double.gateway.violations.clear()
        double.rest.pinged.clear()


# --- REST -----------------------------------------------------------------------------------------


async def call(
    discord: DiscordDouble, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """Status and answer of a request with everything that Discord wants to see."""
    sent = {"Authorization": f"Bot {discord.token}", "User-Agent": AGENT, **headers}
    if body is not None:
        sent.setdefault("Content-Type", "application/json")
    data = json.dumps(body) if body is not None else None
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{discord.api_url}{path}", data=data, headers=sent) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


@pytest.fixture
def place(discord: DiscordDouble) -> dict[str, str]:
    """A server, a person, a channel and a message of theirs."""
    guild = discord.add_guild()
    user = discord.add_user("sam", guild)
    room = discord.add_channel(guild, "room")
    return {"guild": guild, "user": user, "room": room, "desk": discord.add_channel(guild, "desk")}


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


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2_001},
        {"content": " "},
        {"content": "😀" * 1_001},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"author": {"name": ""}}]},
        {"embeds": [{"title": "x", "url": "ftp://x"}]},
        {"content": "x", "nonce": "n" * 26},
        {"content": "x", "components": [{"type": 1, "components": []}]},
        {"content": "x", "components": [{"type": 2}]},
        {"content": "x", "unknown": 1},
        {"content": "x\0"},
    ],
)
def test_messages_beyond_the_limits_are_refused(body: dict[str, Any]) -> None:
    """4.3, 4.4, line by line."""
    with pytest.raises(ApiError) as caught:
        check_message(body, new=True)
    assert caught.value.code == 50035


def button(**about: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a", **about}


@pytest.mark.parametrize(
    "rows",
    [
        [[button()] * 2],
        [[button(custom_id=str(n)) for n in range(6)]],
        [[button(custom_id="x" * 101)]],
        [[button(label="x" * 81)]],
        [[button(custom_id=f"{n}")] for n in range(6)],
    ],
)
def test_buttons_beyond_the_limits_are_refused(rows: list[list[Any]]) -> None:
    """4.4: 5 rows, 5 buttons; custom_id 1-100 and unique; label 80."""
    components = [{"type": 1, "components": row} for row in rows]
    with pytest.raises(ApiError):
        check_message({"content": "x", "components": components}, new=True)


def form(**about: Any) -> dict[str, Any]:
    box = {"type": 4, "custom_id": "a", "style": 2, **about.pop("box", {})}
    label = {"type": 18, "label": "x", "component": box, **about.pop("label", {})}
    return {"title": "x", "custom_id": "f", "components": [label], **about}


def test_forms_beyond_the_limits_are_refused() -> None:
    """4.4: title and label 45, description and placeholder 100, input 4,000."""
    check_form(form())
    for bad in (
        form(title="x" * 46),
        form(custom_id="x" * 101),
        form(components=[]),
        form(label={"label": "x" * 46}),
        form(label={"description": "x" * 101}),
        form(box={"placeholder": "x" * 101}),
        form(box={"max_length": 4_001}),
        form(box={"style": 3}),
    ):
        with pytest.raises(ApiError):
            check_form(bad)


def test_commands_beyond_the_limits_are_refused() -> None:
    for bad in (
        {"type": 1, "name": "Upper", "description": "x"},
        {"type": 1, "name": "a", "description": "x" * 101},
        {"type": 3, "name": "Report", "description": "x"},
        {"type": 3, "name": "x" * 33},
    ):
        with pytest.raises(ApiError):
            check_commands([bad])


def test_an_empty_bucket_refuses_and_says_until_when() -> None:
    """4.2: X-RateLimit-* always; Retry-After on 429."""
    now = 0.0
    limits = Limits(lambda: now)
    limits.special["r"] = (2, 5.0)
    told = [limits.spend("r", "c") for _ in range(3)]
    other = limits.spend("r", "d")
    now = 5.0
    again = limits.spend("r", "c")

    assert [left.refused for left in told] == [False, False, True]
    assert told[2].headers(0.0)["Retry-After"] == "5.000"
    assert told[0].headers(0.0)["X-RateLimit-Remaining"] == "1"
    assert not other.refused
    assert not again.refused


# --- interactions ---------------------------------------------------------------------------------


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


# --- the gateway ----------------------------------------------------------------------------------


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


async def test_the_bots_own_permissions_are_told(
    discord: DiscordDouble, place: dict[str, str]
) -> None:
    discord.world.guilds[place["guild"]].permissions &= ~EMBED_LINKS
    _, (row,) = await call(discord, "GET", "/users/@me/guilds")

    assert not int(row["permissions"]) & EMBED_LINKS
