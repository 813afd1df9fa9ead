"""Edits, deletions, answers, reports: what happens to a message after it was first seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Action, Command, IntakeError, Person, Report
from bot.store.port import EvidenceKind, Status
from rules.types import Category
from tests.scenarios.world import World

ANNEX = """
[[workspace]]
platform = "playground"
id = "annex"
default_role = "student"
moderators_channel = "moderators"
hide = ["threat"]
"""


async def test_the_same_message_twice_makes_one_flag_and_one_notice(world: World) -> None:
    """Platforms deliver again; nothing is done again."""
    message = await world.post("maya", "you insultword")

    await world.desk.message(message)
    await world.settle()

    assert len(await world.flags()) == 1
    assert len(world.chat.notices) == 1


async def test_an_edit_that_keeps_the_finding_flags_nothing_new(world: World) -> None:
    """The same rule on the same words is the same finding."""
    message = await world.post("maya", "you insultword")

    await world.desk.message(replace(message, text="YOU   insultword ok", edited=True))
    await world.settle()

    assert len(await world.flags()) == 1
    assert len(world.chat.notices) == 1


async def test_an_edit_that_brings_a_new_finding_is_told_but_is_no_second_strike(
    world: World,
) -> None:
    """One message is at most one strike; its gravest finding leads."""
    message = await world.post("maya", "you insultword")

    await world.desk.message(replace(message, text="you graveword", edited=True))
    await world.settle()

    (flag,) = await world.flags()
    assert flag.rule == "cyberbullying.second"
    assert len(world.chat.notices) == 2
    assert "graveword" in world.chat.notices[1][1].sections[1].text
    strikes = await world.store.read(
        lambda tx: tx.strikes(flag.author, flag.posted_at - timedelta(days=1))
    )
    assert len(strikes) == 1


@pytest.mark.parametrize("words", ["you threatword", "i am careword", "you maybeword"])
async def test_an_edit_that_is_not_sure_takes_no_strike_away(world: World, words: str) -> None:
    """However grave it may be: the author was told of the strike, and it counts."""
    message = await world.post("maya", "you insultword")
    await world.post("maya", words, number=message.key.message)
    for _ in range(2):
        await world.post("maya", "you insultword")

    first, _, third = await world.flags()
    assert "Repeat: number 3" in world.text_of(third)
    assert world.strike_pages() == [("it", third.id), ("principal", third.id)]
    assert [n.title for _, n in world.chat.notices].count("A private note about your message") == 1
    assert (await world.press("ortiz", Action.DISMISS, first, "a play")).accepted
    assert world.chat.notices[-1][1].title == "The flag was taken back"


async def test_an_unsure_edit_hides_nothing(tmp_path: Path) -> None:
    """Where the workspace has threats removed, it is a sure one that is."""
    world = World(tmp_path, ANNEX)
    message = world.message("maya", "you insultword")
    message = replace(message, key=replace(message.key, workspace="annex"))
    await world.desk.message(message)

    await world.desk.message(replace(message, text="you threatword", edited=True))
    await world.settle()

    assert (await world.flags())[0].category is Category.THREAT
    assert world.chat.hidden == []
    await world.close()


async def test_an_edit_that_mends_the_message_resolves_the_flag(world: World) -> None:
    """The card says so, and the strike of a sure finding stays."""
    message = await world.post("maya", "you insultword")

    await world.post("maya", "sorry everyone", number=message.key.message)

    (flag,) = await world.flags()
    assert flag.status is Status.RESOLVED
    assert "removed or changed" in world.text_of(flag)


async def test_a_deleted_message_resolves_its_flag(world: World) -> None:
    """And a flag that was decided stays as it was decided."""
    open_message = await world.post("maya", "you insultword")
    decided_message = await world.post("leo", "you insultword")
    await world.press("ortiz", Action.CONFIRM, (await world.flags())[1])

    for message in (open_message, decided_message):
        await world.desk.deleted(message.key, world.clock.now())

    first, second = await world.flags()
    assert [first.status, second.status] == [Status.RESOLVED, Status.CONFIRMED]


async def test_an_edit_after_a_dismissal_is_judged_anew(world: World) -> None:
    """A dismissed flag is opened again only by a finding that it did not have."""
    message = await world.post("maya", "you insultword")
    await world.press("ortiz", Action.DISMISS, (await world.flags())[0], "A quote.")

    await world.desk.message(replace(message, text="you insultword!", edited=True))
    assert (await world.flags())[0].status is Status.DISMISSED
    await world.desk.message(replace(message, text="you graveword!", edited=True))

    assert (await world.flags())[0].status is Status.OPEN


async def test_an_answer_is_kept_shown_and_not_judged(world: World) -> None:
    """A reply in the bot's own DM belongs to the newest notice."""
    await world.post("maya", "you insultword")

    await world.post("maya", "it was from a play, you insultword", channel="dm-maya")

    (flag,) = await world.flags()
    assert "it was from a play" in world.text_of(flag)
    assert world.chat.notices[-1][1].title == "Your answer was passed on"
    assert len([n for n in world.chat.notices if n[1].title.startswith("A private")]) == 1


async def test_an_answer_that_sounds_like_a_cry_for_help_reaches_the_counsellors(
    world: World,
) -> None:
    """Care comes first, wherever somebody says it."""
    await world.post("maya", "you insultword")

    await world.post("maya", "i am careword", channel="dm-maya")

    assert "counsellor" in world.paged()


async def test_a_report_makes_a_flag_for_review(world: World) -> None:
    """The author is not told, the reason is kept, and reporting twice makes no second flag."""
    message = world.message("leo", "nothing that a rule would find")
    leo_reports = Report("r1", Person("playground", "demo", "maya"), message, "he mocks my accent")

    first = await world.desk.reported(leo_reports)
    again = await world.desk.reported(replace(leo_reports, event_id="r2"))
    await world.settle()

    (flag,) = await world.flags()
    assert "Thank you" in first.text
    assert "already" in again.text
    assert flag.source == "report"
    assert "he mocks my accent" in world.text_of(flag)
    assert world.chat.notices == []


async def test_unflagged_messages_are_forgotten_after_their_minutes(world: World) -> None:
    """The context window holds them encrypted for half an hour, no longer."""
    await world.post("maya", "good morning")
    flagged = await world.post("leo", "you insultword")
    (flag,) = await world.flags()
    kept = await world.store.read(lambda tx: tx.evidence(flag.id))
    assert [e.text for e in kept if e.kind is EvidenceKind.CONTEXT] == ["good morning"]

    world.clock.forward(minutes=40)
    await world.settle()

    assert await world.store.read(lambda tx: tx.recent(flagged.key, world.clock.now())) == []


async def test_messages_of_unlisted_workspaces_are_left_alone(world: World) -> None:
    """The bot does nothing where it is not configured."""
    message = world.message("maya", "you insultword")
    elsewhere = replace(message, key=replace(message.key, workspace="other"))

    await world.desk.message(elsewhere)

    assert await world.flags() == []


async def test_no_record_means_no_acknowledgement(world: World) -> None:
    """A database that is away raises, so that the platform delivers again."""
    await world.store.close()

    with pytest.raises(IntakeError):
        await world.desk.message(world.message("maya", "you insultword"))


async def test_the_policy_command_says_what_is_read_and_kept(world: World) -> None:
    """Anybody may ask; open flags are for moderators."""
    leo = Person("playground", "demo", "leo")
    ortiz = Person("playground", "demo", "ortiz")
    await world.post("maya", "you insultword")

    policy = await world.desk.command(Command("c1", leo, "policy"))
    refused = await world.desk.command(Command("c2", leo, "flags"))
    flags = await world.desk.command(Command("c3", ortiz, "flags"))

    assert "30 minutes" in policy.text
    assert not refused.accepted
    assert (await world.flags())[0].id in flags.text


async def test_a_flag_keeps_and_marks_the_lines_that_it_rests_on(world: World) -> None:
    """However far back they stand; the card shows them masked, with a mark before each."""
    await world.post("maya", "hello")
    await world.post("leo", "jabword")
    for line in ("one", "two", "three", "four", "five"):
        await world.post("maya", line)
    await world.post("ana", "jabword")
    await world.post("ben", "jabword")

    (flag,) = await world.flags()
    kept = await world.store.read(lambda tx: tx.evidence(flag.id))
    card = world.text_of(flag)
    lines = [e for e in kept if e.kind is EvidenceKind.CONTEXT]
    assert [e.text for e in lines] == ["jabword", "two", "three", "four", "five", "jabword"]
    assert [line[-7:] for line in card.splitlines() if line.startswith("▸")] == ["jabword"] * 2
    assert "It rests on 3 messages of 3 people" in card


async def test_an_edit_that_completes_a_pattern_keeps_the_lines_behind_it(world: World) -> None:
    """The flag that stands already gets them, once."""
    await world.post("maya", "hello")
    await world.post("leo", "jabword")
    await world.post("ana", "jabword")
    message = await world.post("ben", "you insultword")

    await world.desk.message(replace(message, text="you insultword, jabword", edited=True))
    await world.settle()

    (flag,) = await world.flags()
    found = await world.store.read(lambda tx: tx.findings(flag.id))
    kept = await world.store.read(lambda tx: tx.evidence(flag.id))
    (talk,) = (r.finding for r in found if r.finding.rule == "cyberbullying.jabs")
    assert [e.text for e in kept if e.number in talk.earlier] == ["jabword", "jabword"]
