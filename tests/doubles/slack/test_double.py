"""The double refuses what Slack refuses: each test cites what `double.py` lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import SlackDouble
from tests.doubles.slack.blockkit import check_blocks, check_view, mass_mentions
from tests.doubles.slack.errors import ApiError
from tests.doubles.slack.limits import Limits


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackDouble]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with SlackDouble() as double:
        yield double


def client(slack: SlackDouble, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def text(words: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": words}


def section(words: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text(words), **more}


def button(**about: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": text("x"), **about}


def row(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def field(**about: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "t", **about}
    return {"type": "input", "block_id": "b", "label": text("Why"), "element": element}


GOOD: list[list[Any]] = [
    [section("x" * 3_000)],
    [{"type": "header", "text": text("x" * 150)}],
    [{"type": "context", "elements": [text("x")] * 10}],
    [row(*(button(action_id=str(n)) for n in range(25)))],
    [section()] * 50,
    [{"type": "divider"}],
]
BAD: list[list[Any]] = [  # 3.5, line by line
    [section()] * 51,
    [section("x" * 3_001)],
    [section("")],
    [section(fields=[text("x")] * 11)],
    [section(fields=[text("x" * 2_001)])],
    [section(block_id="b"), section(block_id="b")],
    [section(block_id="b" * 256)],
    [section(color="red")],
    [{"type": "section"}],
    [{"type": "section", "text": "words"}],
    [{"type": "header", "text": text("x" * 151)}],
    [{"type": "header", "text": text("x", "mrkdwn")}],
    [{"type": "context", "elements": [text("x")] * 11}],
    [{"type": "context", "elements": []}],
    [row()],
    [row(*(button(action_id=str(n)) for n in range(26)))],
    [row(button(), button())],
    [row(button(text=text("x" * 76)))],
    [row(button(text=text("x", "mrkdwn")))],
    [row(button(value="x" * 2_001))],
    [row(button(action_id="x" * 256))],
    [row(button(url="x" * 3_001))],
    [row(button(style="plain"))],
    [field()],
    [{"type": "carousel"}],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text("")]}]}],
]


@pytest.mark.parametrize("blocks", GOOD, ids=str)
def test_blocks_within_the_limits_are_taken(blocks: list[Any]) -> None:
    check_blocks(blocks, limit=50, inputs=False)


@pytest.mark.parametrize("blocks", BAD, ids=lambda blocks: str(blocks)[:60])
def test_blocks_beyond_the_limits_are_refused(blocks: list[Any]) -> None:
    """3.5."""
    with pytest.raises(ApiError, match="invalid_blocks"):
        check_blocks(blocks, limit=50, inputs=False)


def view(**about: Any) -> dict[str, Any]:
    return {"type": "modal", "title": text("x"), "blocks": [section()], **about}


@pytest.mark.parametrize(
    ("form", "error"),
    [  # 3.4, 3.5
        (view(title=text("x" * 25)), "invalid_arguments"),
        (view(submit=text("x" * 25)), "invalid_arguments"),
        (view(private_metadata="x" * 3_001), "invalid_arguments"),
        (view(callback_id="x" * 256), "invalid_arguments"),
        (view(blocks=[field()]), "invalid_arguments"),
        (view(blocks=[field(max_length=3_001)], submit=text("x")), "invalid_blocks"),
        (view(blocks=[section()] * 101), "invalid_blocks"),
        (view(external_id="x" * 250_000), "view_too_large"),
        (view(colour="x"), "invalid_arguments"),
        ("not a view", "invalid_arguments"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_forms_beyond_the_limits_are_refused(form: Any, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_view(form)

    assert caught.value.error == error


@pytest.mark.parametrize(
    ("words", "blocks", "parsed", "found"),
    [
        ("hello <!channel>", [], False, ["channel"]),
        ("hello &lt;!channel&gt;", [], False, []),
        ("hello @here", [], True, ["here"]),
        ("hello @here", [], False, []),
        ("", [section("<!everyone>")], False, []),
        ("", [{"type": "section", "text": text("<!here> @channel", "mrkdwn")}], False, 2),
        ("", [{"type": "broadcast", "range": "channel"}], False, ["channel"]),
    ],
)
def test_mass_mentions_are_noticed(words: str, blocks: Any, parsed: bool, found: Any) -> None:
    seen = mass_mentions(words, blocks, parsed=parsed)

    assert seen == found or len(seen) == found


async def test_tokens_are_checked(slack: SlackDouble) -> None:
    """3.4: none, an unknown one, one of the wrong kind, a revoked one."""
    assert await refusal(client(slack, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refusal(client(slack, slack.app_token).auth_test()) == "not_allowed_token_type"
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}auth.test") as r:
        assert (await r.json())["error"] == "not_authed"
    slack.revoke_token()
    assert await refusal(client(slack).auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named(slack: SlackDouble) -> None:
    """3.4: needed and provided."""
    slack.scopes.discard("users:read")
    with pytest.raises(SlackApiError) as caught:
        await client(slack).users_info(user="U1")

    assert caught.value.response["needed"] == "users:read"
    assert "chat:write" in caught.value.response["provided"]


async def test_reading_channels_needs_a_scope_of_their_kind(slack: SlackDouble) -> None:
    """3.4: the bot asks for none of them."""
    room = slack.add_channel("room")
    web = client(slack)

    assert await refusal(web.conversations_info(channel=room)) == "missing_scope"
    slack.scopes.add("channels:read")
    assert (await web.conversations_info(channel=room))["channel"]["is_member"]
    members = (await web.conversations_members(channel=room))["members"]
    assert members == [slack.workspace.bot_user]


async def test_addresses_and_languages_are_told_only_if_asked_and_allowed(
    slack: SlackDouble,
) -> None:
    """3.4: e-mail only with users:read.email, locale only if asked."""
    user = slack.add_user("sam", email="sam@example.org")
    whole = (await client(slack).users_info(user=user, include_locale=True))["user"]
    slack.scopes.discard("users:read.email")
    bare = (await client(slack).users_info(user=user))["user"]

    assert (whole["profile"]["email"], whole["locale"]) == ("sam@example.org", "en-US")
    assert ("email" in bare["profile"], "locale" in bare) == (False, False)


async def test_only_ones_own_messages_can_be_changed(slack: SlackDouble) -> None:
    """3.4: update and delete; an ephemeral message is none."""
    user = slack.add_user("sam")
    room = slack.add_channel("room", [user])
    web = client(slack)
    theirs = await slack.post(user, room, "hello", wait=False)
    shown = await web.chat_postEphemeral(channel=room, user=user, text="x")
    ours = (await web.chat_postMessage(channel=room, text="x"))["ts"]

    change = web.chat_update(channel=room, ts=theirs, text="y")
    assert await refusal(change) == "cant_update_message"
    assert await refusal(web.chat_delete(channel=room, ts=theirs)) == "cant_delete_message"
    late = web.chat_update(channel=room, ts=shown["message_ts"], text="y")
    assert await refusal(late) == "message_not_found"
    await web.chat_delete(channel=room, ts=ours)
    assert [message["ts"] for message in slack.messages(room)] == [theirs]


async def test_rich_text_stays_rich_text(slack: SlackDouble) -> None:
    """The method's page: block_mismatch."""
    room = slack.add_channel("room")
    rich = [{"type": "rich_text", "elements": []}]
    web = client(slack)
    ts = (await web.chat_postMessage(channel=room, text="x", blocks=rich))["ts"]

    change = web.chat_update(channel=room, ts=ts, text="x", blocks=[section()])
    assert await refusal(change) == "block_mismatch"


async def test_texts_too_long_are_cut_or_refused(slack: SlackDouble) -> None:
    """3.4: 40,000 characters of text, some 13,200 of blocks."""
    room = slack.add_channel("room")
    web = client(slack)
    cut = await web.chat_postMessage(channel=room, text="x" * 40_001)
    blocks = [section("x" * 3_000)] * 5

    assert cut["warning"] == "message_truncated"
    assert len(slack.messages(room)[0]["text"]) == 40_000
    long = web.chat_postMessage(channel=room, text="x", blocks=blocks)
    assert await refusal(long) == "msg_blocks_too_long"
    assert await refusal(web.api_call("chat.postMessage", json={"channel": room})) == "no_text"


async def test_a_trigger_opens_one_form_and_not_too_late(slack: SlackDouble) -> None:
    """3.4: invalid, exchanged, expired."""
    user = slack.add_user("sam")
    web = client(slack)
    first, second = slack._trigger(user), slack._trigger(user)
    await web.views_open(trigger_id=first, view=view())
    slack.expire_triggers()

    assert await refusal(web.views_open(trigger_id=first, view=view())) == "exchanged_trigger_id"
    assert await refusal(web.views_open(trigger_id=second, view=view())) == "expired_trigger_id"
    assert await refusal(web.views_open(trigger_id="1.2", view=view())) == "invalid_trigger_id"


async def test_an_interaction_is_answered_five_times(slack: SlackDouble) -> None:
    """3.4."""
    user = slack.add_user("sam")
    url = slack.new_response_url(user, slack.add_channel("room", [user]))
    async with aiohttp.ClientSession() as session:
        states = []
        for _ in range(6):
            async with session.post(url, json={"text": "x"}) as response:
                states.append(response.status)

    assert states == [200] * 5 + [404]
    assert len(slack.whispers(user)) == 5


async def test_a_socket_address_is_used_once(slack: SlackDouble) -> None:
    """3.3."""
    url = (await client(slack).apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_eleventh_connection_sends_the_first_away(slack: SlackDouble) -> None:
    """3.3: up to ten."""
    web = client(slack)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(10):
            url = (await web.apps_connections_open(app_token=slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
            await sockets[-1].receive_json()
        url = slack._new_ticket()["url"]
        sockets.append(await session.ws_connect(url))
        told = await sockets[0].receive_json()

        assert told == {"type": "disconnect", "reason": "too_many_websockets"}


async def test_acknowledging_what_is_not_open_is_a_violation() -> None:
    """3.3; the double says so when it closes."""

    async def acknowledge_nothing() -> None:
        async with (
            SlackDouble() as slack,
            aiohttp.ClientSession() as session,
            session.ws_connect(slack._new_ticket()["url"]) as socket,
        ):
            await socket.receive_json()
            await socket.send_json({"envelope_id": "never sent"})
            await slack.until(lambda: slack.courier.violations)

    with pytest.raises(AssertionError, match="not open"):
        await acknowledge_nothing()


def test_calls_are_limited_by_their_tier() -> None:
    """3.4: and one message a second in a channel, with short bursts."""
    now = 0.0
    limits = Limits(lambda: now)

    assert [limits.spend("usergroups.list", "") for _ in range(21)] == [None] * 20 + [3]
    posts = [limits.spend("chat.postMessage", "C1") for _ in range(11)]
    assert posts == [None] * 10 + [1]
    assert limits.spend("chat.postMessage", "C2") is None
    now = 1.0
    assert limits.spend("chat.postMessage", "C1") is None
    assert limits.spend("chat.postMessage", "C1") == 1


async def test_too_many_calls_get_429_and_how_long_to_wait(slack: SlackDouble) -> None:
    """3.4."""
    slack.limits = Limits(lambda: 0.0)
    room = slack.add_channel("room")
    web = client(slack)
    for _ in range(10):
        await web.chat_postMessage(channel=room, text="x")
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=room, text="x")

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response["error"] == "ratelimited"


async def test_events_need_membership_and_their_scope(slack: SlackDouble) -> None:
    """3.2."""
    user = slack.add_user("sam")
    without = slack.add_channel("without", [user], bot=False)
    private = slack.add_channel("private", [user], private=True)
    slack.scopes.discard("groups:history")
    await slack.post(user, without, "x")
    await slack.post(user, private, "x")

    assert slack.deliveries == []


async def test_closed_conversations_say_why(slack: SlackDouble) -> None:
    """3.4: cannot_dm_bot, user_disabled, and too many people."""
    web = client(slack)
    bot = slack.add_user("bot", bot=True)
    gone = slack.add_user("gone", deleted=True)

    assert await refusal(web.conversations_open(users=bot)) == "cannot_dm_bot"
    assert await refusal(web.conversations_open(users=gone)) == "user_disabled"
    assert await refusal(web.conversations_open(users="U9")) == "user_not_found"
    many = ",".join(f"U{n}" for n in range(9))
    assert await refusal(web.conversations_open(users=many)) == "too_many_users"
    assert await refusal(web.api_call("chat.meMessage")) == "unknown_method"
