"""Events that are malformed, unasked for, or of another workspace."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.adapters.slack.conftest import School
from tests.adapters.slack.samples import MARK


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
