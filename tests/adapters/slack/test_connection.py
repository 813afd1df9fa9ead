"""A socket that is told to go, breaks, or loses an acknowledgement: nothing is missed."""

from __future__ import annotations

import pytest

from tests.adapters.slack.conftest import connecting
from tests.doubles.slack import SlackDouble


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
    """Looked after every fifth of a second: a slow machine may lose another and hear it twice."""
    async with SlackDouble() as slack, connecting(slack, ping_interval=0.2) as school:
        await slack.drop_sockets()
        await slack.post(school.student, school.room, "hello")

        assert {m.text for m in school.inbox.messages} == {"hello"}


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
