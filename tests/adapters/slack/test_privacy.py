"""People's words reach the inbox and the people they are for, and no log, error or repr."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from adapters.slack.answers import Back
from adapters.slack.events import Posted, read_event
from adapters.slack.interactions import Sent
from bot.ports import DeliveryError, Person, Place, Reply
from tests.adapters.slack.conftest import School
from tests.adapters.slack.samples import MARK, NOTICE, a_card


@pytest.fixture(autouse=True)
def _all_logs() -> Iterator[None]:
    """Everything is logged that can be: the SDKs write whole payloads at DEBUG."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("slack")]
    before = {name: logging.getLogger(name).level for name in ["", *names]}
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def test_no_word_of_anybody_is_logged(
    school: School, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through everything that can happen to words, failures too."""
    slack, inbox = school.slack, school.inbox
    caplog.set_level(logging.DEBUG)
    inbox.reply = Reply(f"reply {MARK}")
    ts = await slack.post(school.student, school.room, MARK, files=[slack.file("a.txt", MARK)])
    await slack.edit(school.room, ts, f"{MARK} again")
    await slack.dm(school.student, MARK)
    await slack.report(school.teacher, school.room, ts, MARK)
    await slack.command(school.student, MARK, school.room)
    card_at = Place("slack", slack.team, school.desk)
    await school.adapter.post_card(card_at, a_card(), key="c-1")
    card = slack.messages(school.desk)[-1]
    await slack.press(card, "hm:dismiss", school.moderator, modal={"reason": MARK})
    await slack.until(lambda: slack.whispers(school.moderator))
    slack.use_up_response_urls = True
    slack.fail("chat.postEphemeral", error="internal_error")
    await slack.press(card, "hm:confirm", school.moderator)
    await slack.delete(school.room, ts)
    event = {"type": "message", "channel": school.room, "text": MARK, "user": [MARK], "ts": MARK}
    await slack.send_event(event)
    await slack.send_event({**event, "user": "U1", "ts": "1.000001"}, team="T9")
    inbox.refuse()
    await slack.post(school.student, school.room, MARK, wait=False)
    await asyncio.wait_for(inbox.failed.wait(), 15)
    if slack.courier.mode == "http":
        await slack.settled(slack.deliveries[-1])
    slack.fail("chat.postMessage", status=502)
    with pytest.raises(DeliveryError):
        await school.adapter.send_notice(
            Person("slack", slack.team, school.student), NOTICE, key="n-1"
        )

    everything = caplog.text + "".join(capsys.readouterr())
    assert MARK in str([message.text for message in inbox.messages])
    assert "slack-not-recorded" in everything
    assert MARK not in everything
    assert NOTICE.sections[0].text not in everything
    assert MARK not in str(inbox.odd)


async def test_a_fault_of_ours_is_logged_by_its_place_alone(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever its text says."""

    async def breaks(message: object) -> None:
        raise RuntimeError(MARK)

    school.inbox.message = breaks  # type: ignore[method-assign]
    await school.slack.post(school.student, school.room, MARK, wait=False)
    if school.slack.courier.mode == "http":
        await school.slack.settled(school.slack.deliveries[-1])
    said = ""
    for _ in range(300):
        said += "".join(capsys.readouterr())
        if "slack-listener-failed" in said:
            break
        await asyncio.sleep(0.05)

    assert "RuntimeError" in said
    assert "test_privacy.py:" in said
    assert MARK not in said
    assert school.slack.deliveries[-1].acked_at is None


def test_no_repr_shows_words() -> None:
    event = {"channel": "C1", "user": "U1", "ts": "1.000001", "text": MARK}
    posted = read_event(event, team="T1")

    assert isinstance(posted, Posted)
    assert posted.text == MARK
    assert MARK not in repr(posted)
    assert MARK not in repr(Sent("e", "U1", MARK, {"text": MARK}))
    assert MARK not in repr(Back(MARK, "C1"))
