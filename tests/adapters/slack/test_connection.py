"""Connecting: clear refusals, gaps that lose nothing, and requests that are not Slack's."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.slack.app import SlackAdapter
from adapters.slack.errors import SetupError
from bot.ports import Notice, Person, Section
from tests.adapters.slack.conftest import School, SettableClock, connecting
from tests.doubles.slack import RecordingInbox, SlackDouble, serving, sign

MARK = "marker-loser-words"


def adapter_of(slack: SlackDouble, **settings: Any) -> SlackAdapter:
    return SlackAdapter(
        settings.pop("inbox", RecordingInbox()),
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


# --- starting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"bot_token": "xoxb-wrong"}, ["SLACK_BOT_TOKEN", "invalid_auth", "OAuth & Permissions"]),
        ({"bot_token": "xapp-double-app"}, ["SLACK_BOT_TOKEN", "not_allowed_token_type"]),
        ({"workspaces": ["T0OTHER"]}, ["T0SCHOOL", "T0OTHER", "hallmonitor.toml"]),
        ({"workspaces": []}, ["T0SCHOOL", "listed: none"]),
        ({"app_token": "xapp-wrong"}, ["SLACK_APP_TOKEN", "invalid_auth", "connections:write"]),
        ({"app_token": "xoxb-double-bot"}, ["SLACK_APP_TOKEN", "not_allowed_token_type"]),
    ],
)
async def test_a_wrong_set_up_is_refused_with_what_to_do(
    settings: dict[str, Any], said: list[str]
) -> None:
    """Nothing is started, and no token stands in the text."""
    async with SlackDouble() as slack:
        adapter = adapter_of(slack, **settings)
        with pytest.raises(SetupError) as caught:
            await adapter.start()

        assert all(part in str(caught.value) for part in said)
        assert not caught.value.retryable
        assert slack.bot_token not in str(caught.value)
        assert slack.courier.sockets == []


async def test_without_a_way_for_events_it_is_not_even_made() -> None:
    async with SlackDouble() as slack:
        with pytest.raises(SetupError, match=r"SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET"):
            adapter_of(slack, app_token=None)


async def test_slack_out_of_reach_is_worth_another_try() -> None:
    async with SlackDouble() as slack:
        adapter = adapter_of(slack)
    with pytest.raises(SetupError, match="cannot be reached") as caught:
        await adapter.start()

    assert caught.value.retryable


async def test_a_missing_scope_is_told_at_start() -> None:
    async with SlackDouble() as slack:
        slack.scopes.discard("im:history")
        adapter = adapter_of(slack)
        with capture_logs() as logs:
            await adapter.start()
        await adapter.close()

        assert {"scopes": "im:history"}.items() <= logs[0].items()


async def test_it_starts_without_user_groups() -> None:
    """A free plan has none; people are then known by their e-mail domain."""
    async with SlackDouble() as slack:
        slack.fail("usergroups.list", error="plan_upgrade_required")
        async with connecting(slack) as school:
            await slack.post(school.teacher, school.room, "hello")

            [message] = school.inbox.messages
            assert message.author_groups == frozenset()
            assert message.author_domain == "staff.example.org"


async def test_run_works_until_it_is_cancelled() -> None:
    """It starts by itself."""
    import asyncio

    async with SlackDouble() as slack:
        user = slack.add_user("sam")
        room = slack.add_channel("room", [user])
        inbox = RecordingInbox()
        adapter = adapter_of(slack, inbox=inbox)
        running = asyncio.create_task(adapter.run())
        await slack.until(lambda: slack.courier.sockets)
        await slack.post(user, room, "hello")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await adapter.close()

        assert [message.text for message in inbox.messages] == ["hello"]
        assert running.cancelled()


# --- check ----------------------------------------------------------------------------------------


async def test_check_finds_nothing_wrong_with_a_good_set_up(school: School) -> None:
    assert [check for check in await school.adapter.check() if not check.ok] == []


@pytest.mark.parametrize(
    ("trouble", "name", "said"),
    [
        (lambda slack: slack.revoke_token(), "slack-token", "token_revoked"),
        (lambda slack: slack.scopes.discard("files:read"), "slack-scopes", "files:read"),
        (lambda slack: slack.scopes.discard("usergroups:read"), "slack-user-groups", "missing"),
        (lambda slack: slack.app_scopes.clear(), "slack-socket", "connections:write"),
    ],
)
async def test_check_names_what_is_wrong(trouble: Any, name: str, said: str) -> None:
    """It starts nothing and sends nothing."""
    async with SlackDouble() as slack:
        trouble(slack)
        checks = await adapter_of(slack).check()
        [found] = [check for check in checks if check.name == name]

        assert not found.ok
        assert not checks[0].ok
        assert said in f"{found.what} {found.remedy}"
        assert [method for method, _ in slack.calls if method.startswith("chat")] == []


@pytest.mark.parametrize(
    ("private", "said"), [(True, "channel_not_found"), (False, "not_in_channel")]
)
async def test_check_finds_a_moderators_channel_without_the_bot(private: bool, said: str) -> None:
    """It reads no message to find out."""
    async with SlackDouble() as slack:
        inside = slack.add_channel("desk", private=private)
        outside = slack.add_channel("elsewhere", private=private, bot=False)
        checks = await adapter_of(slack).check([inside, outside])
        found = [check for check in checks if check.name == "slack-moderators-channel"]

        assert [check.ok for check in found] == [False, True]
        assert outside in found[0].what
        assert said in found[0].what
        assert "/invite" in found[0].remedy


async def test_check_reads_no_words_of_the_moderators_channel() -> None:
    """Asked for messages of a far future, Slack has none to give."""
    async with SlackDouble() as slack:
        user = slack.add_user("mo")
        desk = slack.add_channel("desk", [user], private=True)
        await slack.post(user, desk, MARK, wait=False)
        await adapter_of(slack).check([desk])
        [asked] = [args for method, args in slack.calls if method == "conversations.history"]

        assert slack.api.call("conversations.history", asked)["messages"] == []


async def test_scopes_that_the_settings_spare_are_not_missed() -> None:
    """Nor are user groups asked for."""
    async with SlackDouble() as slack:
        spare = frozenset({"usergroups:read", "users:read.email"})
        slack.scopes.difference_update(spare)
        checks = await adapter_of(slack, spare_scopes=spare).check()

        assert [check.name for check in checks if not check.ok] == []
        assert "usergroups.list" not in [method for method, _ in slack.calls]


async def test_without_events_it_acts_and_takes_nothing() -> None:
    """A bot that runs elsewhere keeps every event."""
    async with SlackDouble() as slack:
        user = slack.add_user("sam")
        adapter = adapter_of(slack)
        await adapter.start(events=False)
        notice = Notice("", "en", "Test", (Section("", "hello"),))
        await adapter.send_notice(Person("slack", slack.team, user), notice, key="k")
        await adapter.close()

        assert len(slack.dms(user)) == 1
        assert slack.courier.sockets == []


# --- gaps in the connection -----------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_a_client_told_to_go_comes_back_and_misses_nothing(reason: str) -> None:
    """What is posted in the gap waits for the new connection."""
    async with SlackDouble() as slack, connecting(slack) as school:
        await slack.post(school.student, school.room, "before")
        await slack.disconnect(reason)
        await slack.post(school.student, school.room, "in the gap")
        await slack.post(school.student, school.room, "after")

        assert [m.text for m in school.inbox.messages] == ["before", "in the gap", "after"]
        assert len(slack.courier.sockets) == 1


async def test_a_broken_connection_is_made_anew() -> None:
    async with SlackDouble() as slack, connecting(slack) as school:
        await slack.drop_sockets()
        await slack.post(school.student, school.room, "hello")

        assert [m.text for m in school.inbox.messages] == ["hello"]


async def test_what_a_lost_connection_left_unanswered_comes_to_the_next() -> None:
    """The record was made, its acknowledgement lost: the same message comes again."""
    async with SlackDouble() as slack, connecting(slack) as school:
        school.watched.hold()
        ts = await slack.post(school.student, school.room, "hello", wait=False)
        await school.watched.entered.wait()
        await slack.disconnect()
        await slack.until(lambda: slack.deliveries[-1].attempts == 2)
        school.watched.release()
        await slack.settled(slack.deliveries[-1])
        await slack.until(lambda: len(school.inbox.messages) == 2)

        assert {message.key.message for message in school.inbox.messages} == {ts}


# --- requests that are not Slack's ----------------------------------------------------------------


async def request(school: School, body: bytes, headers: dict[str, str]) -> int:
    url = school.slack.courier.request_url
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as response,
    ):
        return response.status


def an_event(school: School) -> str:
    event = {"type": "message", "user": school.student, "text": MARK, "channel": school.room}
    event |= {"ts": "1700000000.000100", "channel_type": "channel"}
    return json.dumps({"type": "event_callback", "team_id": school.slack.team, "event": event})


@pytest.mark.parametrize(
    "forge",
    [
        lambda body, secret: {},
        lambda body, secret: sign("another secret", body),
        lambda body, secret: sign(secret, body + " "),
        lambda body, secret: sign(secret, body, at=1_600_000_000),
        lambda body, secret: {**sign(secret, body), "X-Slack-Signature": "v0=\u00e9"},
        lambda body, secret: {**sign(secret, body), "X-Slack-Request-Timestamp": "soon"},
    ],
    ids=["unsigned", "another secret", "another body", "old", "no ASCII", "no time"],
)
async def test_what_slack_did_not_sign_is_refused_and_not_logged(
    forge: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt itself would log the whole body."""
    caplog.set_level("DEBUG")
    async with SlackDouble("http") as slack, connecting(slack) as school:
        body = an_event(school)
        headers = {"Content-Type": "application/json", **forge(body, slack.signing_secret)}
        status = await request(school, body.encode(), headers)

        assert status == 401
        assert school.inbox.messages == []
        assert MARK not in caplog.text
        assert MARK not in "".join(capsys.readouterr())


async def test_slack_is_told_to_come_again_while_not_connected() -> None:
    async with SlackDouble("http") as slack, connecting(slack) as school:
        await school.adapter.close()
        body = an_event(school)
        status = await request(school, body.encode(), sign(slack.signing_secret, body))

        assert status == 503


async def test_an_enormous_body_is_not_read() -> None:
    async with SlackDouble("http") as slack, connecting(slack) as school:
        assert await request(school, b"x" * (2 * 1024 * 1024 + 1), {}) == 413


async def test_slacks_own_checks_of_the_address_are_answered() -> None:
    """The challenge when the address is entered, and the certificate check of commands."""
    async with SlackDouble("http") as slack, connecting(slack) as school:
        body = json.dumps({"type": "url_verification", "challenge": "c0ffee", "token": "t"})
        headers = {"Content-Type": "application/json", **sign(slack.signing_secret, body)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(slack.courier.request_url, data=body, headers=headers) as response,
        ):
            assert (response.status, await response.json()) == (200, {"challenge": "c0ffee"})
        form = "ssl_check=1&token=t"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        signed = {**kind, **sign(slack.signing_secret, form)}
        assert await request(school, form.encode(), signed) == 200
        assert school.inbox.odd == []


async def test_without_a_signing_secret_there_is_no_address() -> None:
    async with (
        SlackDouble() as slack,
        serving(adapter_of(slack).routes()) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/slack/events", data=b"{}") as response,
    ):
        assert response.status == 404


# --- odd events -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ([], "event is missing or no object"),
        ("hello", "event is missing or no object"),
        (None, "event is missing or no object"),
        ({}, "type is missing or no text"),
        ({"type": 7}, "type is missing or no text"),
        ({"type": "message"}, "channel is missing or no text"),
        ({"type": "message", "channel": ["C1"]}, "channel is missing or no text"),
        ({"type": "message", "channel": "C1", "ts": "1.000001"}, "user is missing or no text"),
        ({"type": "message", "channel": "C1", "user": "U1"}, "ts is missing or no text"),
        (
            {"type": "message", "channel": "C1", "user": "U1", "ts": MARK},
            "ts is no timestamp",
        ),
        (
            {"type": "message", "subtype": "message_changed", "channel": "C1", "message": MARK},
            "message is missing or no object",
        ),
        (
            {"type": "message", "subtype": "message_deleted", "channel": "C1"},
            "deleted_ts is missing or no text",
        ),
    ],
)
async def test_a_malformed_event_is_counted_and_acknowledged(
    school: School, event: Any, problem: str
) -> None:
    """It would be as malformed the next time; the problem names the field alone."""
    delivery = await school.slack.send_event(event)

    assert delivery.acked_at is not None
    assert [what for _, _, what in school.inbox.odd] == [problem]
    assert school.inbox.messages == []


@pytest.mark.parametrize(
    "wrapper", [{"type": None}, {"authorizations": "x"}, {"authorizations": [7]}], ids=str
)
async def test_a_malformed_envelope_is_counted_and_acknowledged(
    school: School, wrapper: dict[str, Any]
) -> None:
    """Bolt itself stumbles over it before any listener."""
    await school.slack.send_event({"type": "message"}, **wrapper)

    assert len(school.inbox.odd) == 1


async def test_bodies_that_are_no_json_are_counted_and_acknowledged() -> None:
    async with SlackDouble("http") as slack, connecting(slack) as school:
        for body in ("[1, 2]", '{"type": ', "payload=%7B"):
            kind = {"Content-Type": "application/json" if body[0] in "[{" else FORM}
            headers = {**kind, **sign(slack.signing_secret, body)}
            assert await request(school, body.encode(), headers) == 200

        assert len(school.inbox.odd) == 3


FORM = "application/x-www-form-urlencoded"


async def test_events_nobody_asked_for_are_acknowledged(school: School) -> None:
    """Somebody may subscribe to more than the manifest does."""
    await school.slack.send_event({"type": "reaction_added", "user": school.student})
    await school.slack.send_event({"type": "app_home_opened", "user": school.student})

    assert (school.inbox.messages, school.inbox.odd) == ([], [])


async def test_another_workspace_is_ignored_and_logged_once(school: School) -> None:
    """By the workspace that authorised us, whatever the outer one is (Slack Connect)."""
    event = {"type": "message", "user": "U9", "text": MARK, "channel": "C9", "ts": "1.000001"}
    with capture_logs() as logs:
        for _ in range(3):
            await school.slack.send_event(event, team="T9STRANGE")
    shared = {**event, "channel": school.room}
    await school.slack.send_event(shared, team_id="T9STRANGE", is_ext_shared_channel=True)

    assert [message.text for message in school.inbox.messages] == [MARK]
    assert [log["event"] for log in logs] == ["slack-workspace-not-listed"]
    assert MARK not in str(logs)


async def test_dropped_events_are_logged(school: School) -> None:
    """Over 30,000 an hour Slack drops them and says so."""
    limited = {"type": "app_rate_limited", "team_id": school.slack.team}
    with capture_logs() as logs:
        await school.slack.send_event(None, minute_rate_limited=1_700_000_000, **limited)

    assert [log["event"] for log in logs] == ["slack-events-dropped"]
