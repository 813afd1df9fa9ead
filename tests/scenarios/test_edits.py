"""Edits of flagged messages: what is found anew, and what is only the same again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio

from bot.ports import Action, Command, Person, Report
from bot.process.strikes import is_strike
from bot.store.port import EvidenceKind, Flag, Status
from rules.classifier.opinion import Opinion
from rules.types import Category
from tests.rules.classifier.making import FAR, Weighing, weights
from tests.scenarios.world import PACKS, World

BULLYING = Category.CYBERBULLYING
CRUEL = ("vanish", "unwanted")  # what no rule lists, and the model takes for cruelty
MODEL = """
[[rule]]
id = "cyberbullying.model"
kind = "model"
severity = "medium"
reason = "It reads like an attack."
"""


@pytest_asyncio.fixture
async def listening(tmp_path: Path) -> AsyncIterator[World]:
    """A world with a model that flags cruel words beside the rules."""
    packs = copytree(PACKS, tmp_path / "packs")
    with (packs / "cyberbullying.toml").open("a", encoding="utf-8") as pack:
        pack.write(MODEL)
    words = {(BULLYING, word): 3.0 - FAR for word in CRUEL}
    made = World(tmp_path / "data", packs=packs, opinion=Opinion(Weighing(words), weights()))
    yield made
    await made.close()


async def only(world: World) -> Flag:
    """The one flag there is."""
    (flag,) = await world.flags()
    return flag


async def words_of(world: World, flag: Flag) -> list[str]:
    """The words of its author that are kept with a flag."""
    kept = await world.store.read(lambda tx: tx.evidence(flag.id))
    return [one.text for one in kept if one.kind is EvidenceKind.MESSAGE]


@pytest.mark.parametrize("mended", [False, True])
async def test_what_the_model_flags_anew_is_a_new_finding(listening: World, mended: bool) -> None:
    """Dismissed, or mended first: a moderator looks at the other words, and has them to see."""
    message = await listening.post("maya", "just vanish")
    flag = await only(listening)
    if mended:
        await listening.post("maya", "sorry", number=message.key.message)
    else:
        await listening.press("ortiz", Action.DISMISS, flag, "A line from a play.")

    await listening.post("maya", "you are unwanted", number=message.key.message)

    assert (await only(listening)).status is Status.OPEN
    assert await words_of(listening, flag) == ["just vanish", "you are unwanted"]
    assert "“you are unwanted”" in listening.text_of(flag)
    assert listening.chat.notices == []
    await listening.press("ortiz", Action.CONFIRM, flag)
    ((_, notice),) = listening.chat.notices
    assert "“you are unwanted”" in [section.text for section in notice.sections]


async def test_the_same_words_in_other_cases_are_no_new_finding(listening: World) -> None:
    """However the author spaces them."""
    message = await listening.post("maya", "just vanish")
    await listening.press("ortiz", Action.DISMISS, await only(listening), "A line from a play.")

    await listening.post("maya", "Just   VANISH", number=message.key.message)

    assert (await only(listening)).status is Status.DISMISSED


@pytest.mark.parametrize("words", ["you, just vanish", "just vanish maybeword"])
async def test_what_is_unsure_tells_nobody_though_the_flag_stands(
    listening: World, words: str
) -> None:
    """The author was told of what was confirmed; of the rest nobody has decided anything."""
    message = await listening.post("maya", "just vanish")
    flag = await only(listening)
    await listening.press("ortiz", Action.CONFIRM, flag)

    await listening.post("maya", words, number=message.key.message)

    assert len(listening.chat.notices) == 1
    assert await words_of(listening, flag) == ["just vanish", words]


async def test_what_is_sure_is_told_though_the_flag_stands(listening: World) -> None:
    """As it would be in a message of its own."""
    message = await listening.post("maya", "just vanish")
    await listening.press("ortiz", Action.CONFIRM, await only(listening))

    await listening.post("maya", "just vanish, insultword", number=message.key.message)

    assert len(listening.chat.notices) == 2


async def events_of(world: World, flag: Flag) -> list[str]:
    """What the audit says of a flag."""
    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    return [row["event"] for row in rows]


async def test_words_put_back_open_the_flag_again(world: World) -> None:
    """Mended for a while is not mended; the author was told before, and is not told again."""
    message = await world.post("maya", "you insultword")
    await world.post("maya", "sorry everyone", number=message.key.message)
    await world.post("maya", "you INSULTWORD", number=message.key.message)

    flag = await only(world)
    assert flag.status is Status.OPEN
    assert "removed or changed" not in world.text_of(flag)
    listed = await world.desk.command(Command("c1", Person("playground", "demo", "ortiz"), "flags"))
    assert flag.id in listed.text
    assert (await events_of(world, flag))[-2:] == ["resolved", "put-back"]
    assert len(world.chat.notices) == 1


async def test_a_lesser_finding_takes_no_strike_away(world: World) -> None:
    """What was sure and mended leads on; only of what was dismissed nothing is left to lead."""
    message = await world.post("maya", "you insultword")
    await world.post("maya", "sorry", number=message.key.message)
    await world.post("maya", "a maybeword", number=message.key.message)
    flag = await only(world)
    assert (flag.status, flag.rule) == (Status.OPEN, "cyberbullying.sure")

    await world.press("ortiz", Action.DISMISS, flag, "A quote.")
    await world.post("maya", "a threatword", number=message.key.message)
    flag = await only(world)
    assert (flag.status, flag.rule) == (Status.OPEN, "threat.unsure")


async def test_words_put_back_leave_a_decision_alone(world: World) -> None:
    """What was dismissed is not dismissed less by a detour."""
    message = await world.post("maya", "you insultword")
    await world.press("ortiz", Action.DISMISS, await only(world), "A quote.")
    await world.post("maya", "sorry", number=message.key.message)
    await world.post("maya", "you insultword", number=message.key.message)

    assert (await only(world)).status is Status.DISMISSED


async def test_a_post_that_comes_late_mends_nothing(world: World) -> None:
    """Its record failed at first; what is delivered again is older than the edit."""
    first = world.message("maya", "good morning")
    await world.post("maya", "you insultword", number=first.key.message)

    await world.desk.message(first)

    assert (await only(world)).status is Status.OPEN
    assert "resolved" not in await events_of(world, await only(world))


async def test_a_post_that_comes_late_puts_nothing_back(world: World) -> None:
    """The words that were mended are not there again because a platform repeats itself."""
    message = await world.post("maya", "you insultword")
    await world.post("maya", "sorry", number=message.key.message)

    await world.desk.message(message)

    assert (await only(world)).status is Status.RESOLVED


async def test_what_could_not_be_read_is_not_taken_for_mended(world: World) -> None:
    """The words may stand in the file that the platform did not give in time."""
    message = await world.post("maya", "see notes.txt\nyou insultword")

    edit = replace(message, text="see my notes.txt", edited=True, unread=True)
    await world.desk.message(edit)
    assert (await only(world)).status is Status.OPEN
    await world.desk.message(replace(edit, unread=False))

    assert (await only(world)).status is Status.RESOLVED


async def test_a_tip_becomes_a_strike_by_no_unsure_edit(world: World) -> None:
    """Nobody has looked yet; who confirms it has the author told, of more than the tip."""
    message = await world.post("leo", "my number is 414-555-0101")
    await world.post("leo", "my number is 414-555-0101 you maybeword", number=message.key.message)
    flag = await only(world)
    assert not is_strike(flag)
    assert len(world.chat.notices) == 1

    await world.press("ortiz", Action.CONFIRM, flag)

    assert is_strike(await only(world))
    titles = [notice.title for _, notice in world.chat.notices]
    assert titles == ["A tip about your message", "A private note about your message"]


@pytest.mark.parametrize("words", ["i am careword you maybeword", "you maybeword"])
async def test_who_confirmed_a_cry_for_help_confirmed_no_insult(world: World, words: str) -> None:
    """An edit added it: the moderators are asked."""
    message = await world.post("maya", "i am careword")
    await world.press("counsellor", Action.CONFIRM, await only(world))

    await world.post("maya", words, number=message.key.message)

    flag = await only(world)
    assert (flag.status, is_strike(flag)) == (Status.OPEN, False)
    assert (await world.press("ortiz", Action.CONFIRM, flag)).accepted
    assert is_strike(await only(world))
    assert len(world.chat.notices) == 1


async def test_no_edit_mends_what_a_person_reported(world: World) -> None:
    """Rules found nothing in it before either; only that it is gone is sure."""
    message = await world.post("maya", "your shoes again lol")
    leo = Person("playground", "demo", "leo")
    await world.desk.reported(Report("r1", leo, message, "she mocks me"))

    await world.post("maya", "your shoes, again lol", number=message.key.message)
    assert (await only(world)).status is Status.OPEN
    await world.desk.deleted(message.key, world.clock.now())

    assert (await only(world)).status is Status.RESOLVED
