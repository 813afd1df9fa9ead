"""The main job on Slack, end to end, in Socket Mode and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.port import Status
from tests.scenarios.slack_school import School, said, school_on


@pytest_asyncio.fixture(params=["socket", "http"])
async def school(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[School]:
    """A connected school with the application at work."""
    async with school_on(request.param, tmp_path) as made, made.running():
        yield made


async def test_message_flag_notice_card_third_strike_administrators(school: School) -> None:
    """The whole way from one message to the principal and IT."""
    await school.bully(3)
    await school.slack.until(lambda: school.letters("principal") and school.letters("novak"))
    await school.slack.until(lambda: len(school.cards()) == 3)

    flags = await school.flags()
    letters = school.letters("maya")
    cards = [said(card) for card in school.cards()]
    assert len(flags) == len(cards) == 3
    assert "A private note about your message" in letters[0]
    assert "This has happened before" in letters[1]
    assert "The administrators are being told" in letters[2]
    assert "Repeat: number 2" in cards[1]
    assert all(flag.id in school.letters("principal")[0] for flag in flags)


async def test_a_closed_dm_becomes_a_line_for_the_author_alone_and_a_task(school: School) -> None:
    """cannot_dm_bot: an ephemeral in the channel, a task for the moderators, the record stands."""
    maya = school.people["maya"]
    school.slack.refuse_dm(maya, "cannot_dm_bot")

    await school.slack.post(maya, school.room, "you insultword")
    await school.slack.until(lambda: len(school.cards()) == 2)

    task = said(school.cards()[1])
    assert len(school.slack.whispers(maya)) == 1
    assert "Please tell the author in person" in task
    assert len(await school.flags()) == 1


async def test_an_edit_that_mends_and_a_deletion_resolve_the_flag(school: School) -> None:
    """The card is updated in place and says so."""
    first, second = await school.bully(2)

    await school.slack.edit(school.room, first, "sorry everyone")
    await school.slack.delete(school.room, second)

    await school.slack.until(
        lambda: sum("removed or changed" in said(card) for card in school.cards()) == 2
    )
    assert {flag.status for flag in await school.flags()} == {Status.RESOLVED}
    assert len(school.cards()) == 2


async def test_the_same_event_again_changes_nothing(school: School) -> None:
    """Slack delivers again what it thinks was not heard."""
    event = {
        "type": "message",
        "channel": school.room,
        "channel_type": "channel",
        "user": school.people["maya"],
        "text": "you insultword",
        "ts": "1800000000.000100",
    }
    for _ in range(2):
        await school.slack.send_event(event, event_id="Ev0SAME")
    await school.slack.until(lambda: school.letters("maya"))

    assert len(await school.flags()) == 1
    assert len(school.letters("maya")) == 1


async def test_dismiss_takes_the_strike_back(school: School) -> None:
    """The author is told why, and the next flag is a first one again."""
    await school.bully(1)
    await school.slack.until(lambda: "Notice: delivered" in school.card())

    await school.slack.press(
        school.cards()[0],
        "hm:dismiss",
        school.people["ortiz"],
        modal={"reason": "It was a line of the play."},
    )
    await school.slack.until(lambda: len(school.letters("maya")) == 2)
    await school.bully(1)

    letters = school.letters("maya")
    assert "The flag was taken back" in letters[1]
    assert "It was a line of the play." in letters[1]
    assert "A private note about your message" in letters[2]


async def test_two_moderators_cannot_both_decide_and_others_not_at_all(school: School) -> None:
    """The card is decided once; a student's press is refused and on record."""
    await school.bully(1)
    await school.slack.until(lambda: school.cards())
    (flag,) = await school.flags()
    card = school.cards()[0]

    await school.slack.press(card, "hm:confirm", school.people["ortiz"])
    await school.slack.press(card, "hm:confirm", school.people["chen"])

    assert school.app is not None
    decisions = await school.app.store.read(lambda tx: tx.decisions(flag.id))
    assert [decision.actor.rsplit("/", 1)[1] for decision in decisions] == [school.people["ortiz"]]
    await school.slack.until(lambda: school.slack.whispers(school.people["chen"]))


async def test_an_answer_in_the_bots_own_dm_reaches_the_card(school: School) -> None:
    """It is attached to the newest notice and not judged."""
    await school.bully(1)
    # The receipt of the notice is what an answer is attached to.
    await school.slack.until(lambda: "Notice: delivered" in school.card())

    await school.slack.dm(school.people["maya"], "it was a line of the play, insultword")
    await school.slack.until(lambda: "a line of the play" in school.card())

    assert len(await school.flags()) == 1


async def test_an_appeal_is_heard_by_another(school: School) -> None:
    """From the button in the letter to the reviewer's decision; the first decider is refused."""
    await school.bully(1)
    await school.slack.until(lambda: "Notice: delivered" in school.card())
    slack, people = school.slack, school.people
    await slack.press(school.cards()[0], "hm:confirm", people["principal"])
    await slack.until(lambda: slack.whispers(people["principal"]))
    assert "needs the role “reviewer”" in slack.whispers(people["principal"])[0].text
    await slack.press(school.cards()[0], "hm:confirm", people["ortiz"])
    await slack.until(lambda: "Confirmed" in school.card())

    letter = slack.dms(people["maya"])[0]
    await slack.press(letter, "hm:appeal", people["maya"], modal={"reason": "A line of our play."})
    await slack.until(lambda: school.letters("principal"))
    page = slack.dms(people["principal"])[0]
    assert "A line of our play." in said(page)
    assert (await slack.press(page, "hm:overturn", people["ortiz"])).view is None
    assert (await school.flags())[0].status is Status.CONFIRMED

    await slack.press(page, "hm:overturn", people["principal"], modal={"reason": "It was a play."})
    await slack.until(lambda: len(school.letters("maya")) == 2)
    assert "It was a play." in school.letters("maya")[1]
    assert (await school.flags())[0].status is Status.OVERTURNED


async def test_a_private_flag_is_decided_in_a_direct_message(school: School) -> None:
    """The moderators' channel stays empty; a moderator who got hold of it is refused."""
    await school.bully(1, word="lewdword")
    slack, people = school.slack, school.people
    await slack.until(lambda: school.letters("principal"))
    page = slack.dms(people["principal"])[0]
    assert "lewdword" in said(page)

    refused = await slack.press(page, "hm:dismiss", people["ortiz"])
    assert refused.view is None
    await slack.press(page, "hm:dismiss", people["principal"], modal={"reason": "Biology."})
    await slack.until(lambda: len(school.letters("maya")) == 2)

    assert (await school.flags())[0].status is Status.DISMISSED
    assert "Biology." in school.letters("maya")[1]
    assert school.cards() == []


async def test_a_report_by_the_shortcut_makes_a_card(school: School) -> None:
    """Anybody can bring a message to the moderators."""
    ts = await school.slack.post(school.people["leo"], school.room, "nothing a rule would find")

    await school.slack.report(school.people["maya"], school.room, ts, "he mocks my accent")
    await school.slack.until(lambda: school.cards())

    assert "he mocks my accent" in school.card()
    assert school.letters("leo") == []


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_restart_between_record_and_delivery_sends_one_notice(
    mode: str, tmp_path: Path
) -> None:
    """What was recorded is delivered by whoever runs next, once."""
    async with school_on(mode, tmp_path) as made:
        made.slack.fail("chat.postMessage", error="internal_error", status=500, times=50)
        async with made.running():
            await made.slack.post(made.people["maya"], made.room, "you insultword")
            assert len(await made.flags()) == 1
        made.slack._faults.clear()
        async with made.running(later=timedelta(hours=2)):
            await made.slack.until(lambda: made.letters("maya") and made.cards())
            await made.slack.until(lambda: "Notice: delivered" in made.card())

            assert len(made.letters("maya")) == 1
            assert len(made.cards()) == 1


async def test_no_word_of_a_message_reaches_the_logs(
    school: School, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither ours nor the SDK's."""
    caplog.set_level("DEBUG", logger="hallmonitor")
    maya = school.people["maya"]

    await school.slack.post(maya, school.room, "you insultword MARKERWORD")
    await school.slack.until(lambda: school.letters("maya"))
    await school.slack.dm(maya, "an answer with MARKERWORD")

    captured = capfd.readouterr()
    assert "MARKERWORD" not in caplog.text + captured.out + captured.err
