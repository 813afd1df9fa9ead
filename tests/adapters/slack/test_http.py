"""Events over HTTP: requests that are not Slack's, and Slack's own checks."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.adapters.slack.conftest import School, adapter_of, connecting
from tests.adapters.slack.samples import MARK
from tests.doubles.slack import SlackDouble, serving, sign

FORM = "application/x-www-form-urlencoded"


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


async def test_bodies_that_are_no_json_are_counted_and_acknowledged() -> None:
    async with SlackDouble("http") as slack, connecting(slack) as school:
        for body in ("[1, 2]", '{"type": ', "payload=%7B"):
            kind = {"Content-Type": "application/json" if body[0] in "[{" else FORM}
            headers = {**kind, **sign(slack.signing_secret, body)}
            assert await request(school, body.encode(), headers) == 200

        assert len(school.inbox.odd) == 3


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
        kind = {"Content-Type": FORM}
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
