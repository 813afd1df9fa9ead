"""The main job on Discord, end to end, over real sockets with the unmodified discord.py."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.store.port import Status, StoreError
from tests.doubles.discord.world import MANAGE_MESSAGES, PRIVATE_THREADS
from tests.scenarios.discord_school import School, said, school_in


@pytest_asyncio.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    """A connected school with the application at work."""
    async with school_in(tmp_path) as made, made.running():
        yield made


async def test_message_flag_notice_card_third_strike_administrators(school: School) -> None:
    """The whole way from one message to the principal and IT."""
    await school.bully(3)
    await school.discord.until(lambda: school.letters("principal") and school.letters("novak"))
    await school.discord.until(lambda: len(school.cards()) == 3)

    flags = await school.flags()
    letters = school.letters("maya")
    cards = [said(card) for card in school.cards()]
    assert len(flags) == len(cards) == 3
    assert "A private note about your message" in letters[0]
    assert "This has happened before" in letters[1]
    assert "The administrators are being told" in letters[2]
    assert "Repeat: number 2" in cards[1]
    assert all(flag.id in school.letters("principal")[0] for flag in flags)


async def test_a_closed_dm_becomes_a_private_thread_and_a_task(school: School) -> None:
    """50007: a thread with the author alone, a task for the moderators, the record stands."""
    maya = school.people["maya"]
    school.discord.refuse_dm(maya)

    await school.discord.post(maya, school.room, "you insultword")
    await school.discord.until(lambda: len(school.cards()) == 2)

    (thread,) = school.discord.private_threads(maya)
    task = said(school.cards()[1])
    assert "A private note about your message" in said(school.discord.messages(thread)[0])
    assert "Please tell the author in person" in task
    assert "nothing proves" in task
    assert len(await school.flags()) == 1


async def test_where_no_thread_may_be_opened_the_moderators_are_asked(school: School) -> None:
    """Nothing is said in the channel: never a public naming."""
    maya = school.people["maya"]
    school.discord.refuse_dm(maya)
    school.discord.deny(school.room, PRIVATE_THREADS)

    await school.discord.post(maya, school.room, "you insultword")
    await school.discord.until(lambda: len(school.cards()) == 2)

    assert school.discord.private_threads(maya) == []
    assert "no-private-thread" in said(school.cards()[1])
    assert len(school.discord.messages(school.room)) == 1


async def test_what_is_private_opens_no_thread(school: School) -> None:
    """Whoever has Manage Threads could open it; the list that it is private to is asked."""
    maya = school.people["maya"]
    school.discord.refuse_dm(maya)

    await school.discord.post(maya, school.room, "you lewdword")
    await school.discord.until(lambda: len(school.letters("principal")) == 2)

    assert "could not be delivered privately" in school.letters("principal")[1]
    assert school.discord.private_threads(maya) == []
    assert school.cards() == []


async def test_an_answer_in_the_private_thread_reaches_the_card(school: School) -> None:
    """Whoever cannot be written to can still be heard."""
    maya = school.people["maya"]
    school.discord.refuse_dm(maya)
    await school.discord.post(maya, school.room, "you insultword")
    await school.discord.until(lambda: len(school.cards()) == 2)
    (thread,) = school.discord.private_threads(maya)
    await school.discord.until(lambda: "Notice: shown" in school.first_card())

    await school.discord.post(maya, thread, "it was a line of the play, insultword")
    await school.discord.until(lambda: "a line of the play" in school.first_card())

    assert len(await school.flags()) == 1


async def test_an_appeal_is_heard_by_another(school: School) -> None:
    """From the button in the letter to the reviewer's decision; the first decider is refused."""
    await school.bully(1)
    discord, people = school.discord, school.people
    await discord.until(lambda: "Notice: delivered" in school.first_card())
    await discord.press(school.cards()[0], "confirm", people["ortiz"])

    letter = discord.dms(people["maya"])[0]
    await discord.press(letter, "appeal", people["maya"], modal={"reason": "A line of our play."})
    await discord.until(lambda: school.letters("principal"))
    page = discord.dms(people["principal"])[0]
    assert "A line of our play." in said(page)
    refused = await discord.press(page, "overturn", people["ortiz"])
    assert refused.form is None
    assert (await school.flags())[0].status is Status.CONFIRMED

    await discord.press(page, "overturn", people["principal"], modal={"reason": "It was a play."})
    await discord.until(lambda: len(school.letters("maya")) == 2)
    assert "It was a play." in school.letters("maya")[1]
    assert (await school.flags())[0].status is Status.OVERTURNED


async def test_a_private_flag_is_decided_in_a_direct_message(school: School) -> None:
    """The moderators' channel stays empty; a moderator who got hold of it is refused."""
    await school.bully(1, word="lewdword")
    discord, people = school.discord, school.people
    await discord.until(lambda: school.letters("principal"))
    page = discord.dms(people["principal"])[0]
    assert "lewdword" in said(page)

    refused = await discord.press(page, "dismiss", people["ortiz"])
    assert refused.form is None
    await discord.press(page, "dismiss", people["principal"], modal={"reason": "Biology."})
    await discord.until(lambda: len(school.letters("maya")) == 2)

    assert (await school.flags())[0].status is Status.DISMISSED
    assert "Biology." in school.letters("maya")[1]
    assert school.cards() == []


async def test_an_edit_that_mends_and_a_deletion_resolve_the_flag(school: School) -> None:
    """The card is updated in place and says so."""
    first, second, third, fourth = await school.bully(4)

    await school.discord.edit(school.room, first, "sorry everyone")
    await school.discord.delete(school.room, second)
    await school.discord.bulk_delete(school.room, [third, fourth])

    await school.discord.until(
        lambda: sum("removed or changed" in said(card) for card in school.cards()) == 4
    )
    assert {flag.status for flag in await school.flags()} == {Status.RESOLVED}
    assert len(school.cards()) == 4


async def test_an_edit_into_an_insult_is_flagged(school: School) -> None:
    """What was innocent when it was posted is judged again."""
    message = await school.discord.post(school.people["maya"], school.room, "you are kind")

    await school.discord.edit(school.room, message, "you insultword")
    await school.discord.until(lambda: school.letters("maya"))

    assert [flag.key.message for flag in await school.flags()] == [message]


async def test_a_forward_and_a_forums_post_are_read(school: School) -> None:
    """The words of a forward are not in its content; a post's title is words too."""
    discord, maya, leo = school.discord, school.people["maya"], school.people["leo"]
    forum = discord.add_forum(school.guild, "homework")

    await discord.forward(maya, school.room, "you insultword")
    await discord.open_post(leo, forum, "the insultword", "how do I do exercise 3?")
    await discord.until(lambda: school.letters("maya") and school.letters("leo"))

    flags = await school.flags()
    posted = discord.world.channels_of(school.guild, [11])
    assert {flag.key.channel for flag in flags} == {school.room, posted[0].id}


async def test_dismiss_takes_the_strike_back(school: School) -> None:
    """The author is told why, and the next flag is a first one again."""
    await school.bully(1)
    await school.discord.until(lambda: "Notice: delivered" in school.first_card())

    await school.discord.press(
        school.cards()[0],
        "dismiss",
        school.people["ortiz"],
        modal={"reason": "It was a line of the play."},
    )
    await school.discord.until(lambda: len(school.letters("maya")) == 2)
    await school.bully(1)

    letters = school.letters("maya")
    assert "The flag was taken back" in letters[1]
    assert "It was a line of the play." in letters[1]
    assert "A private note about your message" in letters[2]


async def test_two_moderators_cannot_both_decide_and_others_not_at_all(school: School) -> None:
    """The card is decided once; a student's press is refused before a form opens."""
    await school.bully(1)
    await school.discord.until(lambda: school.cards())
    (flag,) = await school.flags()
    card = dict(school.cards()[0])

    refused = await school.discord.press(card, "dismiss", school.people["leo"])
    await school.discord.press(card, "confirm", school.people["ortiz"])
    late = await school.discord.press(card, "confirm", school.people["chen"])

    assert school.app is not None
    decisions = await school.app.store.read(lambda tx: tx.decisions(flag.id))
    assert [decision.actor.rsplit("/", 1)[1] for decision in decisions] == [school.people["ortiz"]]
    assert refused.form is None
    assert "needs the role “reviewer”" in refused.text
    assert "Already decided" in late.text


async def test_an_answer_in_the_bots_own_dm_reaches_the_card(school: School) -> None:
    """It is attached to the newest notice and not judged."""
    await school.bully(1)
    # The receipt of the notice is what an answer is attached to.
    await school.discord.until(lambda: "Notice: delivered" in school.first_card())

    await school.discord.dm(school.people["maya"], "it was a line of the play, insultword")
    await school.discord.until(lambda: "a line of the play" in school.first_card())

    assert len(await school.flags()) == 1


async def test_a_report_by_the_menu_makes_a_card(school: School) -> None:
    """Anybody can bring a message to the moderators."""
    message = await school.discord.post(school.people["leo"], school.room, "nothing to be found")

    told = await school.discord.report(
        school.people["maya"], school.room, message, "he mocks my accent"
    )
    await school.discord.until(lambda: school.cards())

    assert "Thank you" in told.text
    assert "he mocks my accent" in school.first_card()
    assert school.letters("leo") == []


async def test_an_administrator_takes_it_on_in_private(school: School) -> None:
    """A press in a private channel tells no roles and no server; the page itself does."""
    await school.bully(3)
    await school.discord.until(lambda: school.letters("principal"))
    (page,) = school.discord.dms(school.people["principal"])

    told = await school.discord.press(page, "acknowledge", school.people["principal"])

    assert "Thank you" in told.text


async def test_what_a_category_hides_is_deleted_and_the_flag_stays(tmp_path: Path) -> None:
    """The bot's own deletion is no mending by the author."""
    async with school_in(tmp_path) as school:
        school.hide = '["cyberbullying"]'
        async with school.running():
            await school.bully(1)
            await school.discord.until(lambda: not school.discord.messages(school.room))
            await school.discord.until(lambda: "Notice: delivered" in school.first_card())

            assert [flag.status for flag in await school.flags()] == [Status.OPEN]
            assert len(school.discord.rest.audit_reasons) == 1


async def test_what_may_not_be_hidden_stays_and_is_on_record(tmp_path: Path) -> None:
    """50013: refused, and everything else goes on."""
    async with school_in(tmp_path) as school:
        school.hide = '["cyberbullying"]'
        school.discord.deny(school.room, MANAGE_MESSAGES)
        async with school.running() as app:
            await school.bully(1)
            (flag,) = await school.flags()
            states: list[tuple[str, str]] = []

            async def refused() -> bool:
                found = await app.store.read(lambda tx: tx.deliveries(flag.id))
                states[:] = [(d.state, d.reason) for d in found if d.kind == "hide"]
                return ("refused", "no-permission") in states

            await school.until(refused)
            assert len(school.discord.messages(school.room)) == 1


async def test_a_dropped_gateway_is_resumed_without_a_gap(school: School) -> None:
    """What happened meanwhile is replayed, deletions too."""
    (first,) = await school.bully(1)
    await school.discord.drop_gateway()
    await school.discord.post(school.people["leo"], school.room, "you insultword")
    await school.discord.delete(school.room, first)

    await school.flagged(2)
    await school.discord.until(lambda: "removed or changed" in school.first_card())

    assert school.discord.gateway.resumed == 1
    assert len(school.discord.gateway.identified) == 1


async def test_a_lost_session_is_caught_up_on_from_the_cursors(school: School) -> None:
    """Op 9: nothing is replayed, so the history is read."""
    await school.bully(1)
    await school.discord.lose_session()
    await school.discord.post(school.people["leo"], school.room, "you insultword")

    await school.flagged(2)

    assert school.discord.gateway.resumed == 0
    assert len(school.discord.gateway.identified) == 2


async def test_a_failed_record_closes_the_gateway_until_it_can_be_made(school: School) -> None:
    """Nothing is lost: neither what was heard, nor what was written while it was closed."""
    assert school.app is not None
    await school.bully(1)
    store: Any = school.app.store
    write = store.write

    async def full(work: object) -> None:
        raise StoreError("the disk is full")

    store.write = full
    await school.discord.post(school.people["maya"], school.room, "you insultword")
    await school.discord.disconnected()
    await school.discord.post(school.people["leo"], school.room, "an insultword")
    store.write = write
    await school.discord.connected()
    await school.flagged(3)

    assert len(school.discord.gateway.identified) == 2
    authors = [flag.author_id for flag in await school.flags()]
    assert authors == [school.people[n] for n in ("maya", "maya", "leo")]


async def test_no_word_of_a_message_reaches_the_logs(
    school: School, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither ours nor discord.py's, whose debug lines quote whole events."""
    caplog.set_level("DEBUG")
    for name in ("discord", "discord.gateway", "discord.http", "discord.client"):
        caplog.set_level("DEBUG", logger=name)
    maya = school.people["maya"]

    message = await school.discord.post(maya, school.room, "you insultword MARKERWORD")
    await school.discord.until(lambda: school.letters("maya"))
    await school.discord.until(lambda: "Notice: delivered" in school.first_card())
    await school.discord.dm(maya, "an answer with MARKERWORD")
    await school.discord.until(lambda: "an answer" in school.first_card())
    await school.discord.report(school.people["leo"], school.room, message, "MARKERWORD")

    captured = capfd.readouterr()
    assert logging.getLogger("discord.gateway").isEnabledFor(logging.DEBUG)
    assert "MARKERWORD" not in caplog.text + captured.out + captured.err
