"""Which decided flags are learned from, and what is read of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.learning.decided import Past, Silent, decided_flags
from bot.ports import Action, Person, Report
from bot.store.folder import DatabaseFile
from bot.store.port import Status
from rules.types import Purpose, Role, Tier
from tests.bot.learning.making import decided
from tests.scenarios.world import World


async def past_of(world: World) -> Past:
    """What has been decided there."""
    return await world.store.read(lambda tx: decided_flags(tx, world.settings))


async def test_decided_flags_are_read_with_their_words(tmp_path: Path) -> None:
    """As they were judged: author's role, channel's purpose, the lines before; open ones not."""
    world = World(tmp_path)
    await world.post("ben", "hello")
    for words in ("you insultword", "you maybeword", "a maybeword"):
        await world.post("maya", words)
    first, second, _ = await world.flags()
    await world.press("ortiz", Action.CONFIRM, first)
    await world.press("ortiz", Action.DISMISS, second, "A joke.")

    past = await past_of(world)
    await world.close()

    sure, unsure = past.decided
    assert (sure.rule, sure.tier, sure.right) == ("cyberbullying.sure", Tier.ACT, True)
    assert (unsure.rule, unsure.tier, unsure.right) == (
        "cyberbullying.unsure",
        Tier.REVIEW,
        False,
    )
    assert unsure.message.text == "you maybeword"
    assert (unsure.message.author_role, unsure.message.channel_purpose) == (
        Role.STUDENT,
        Purpose.CLASS,
    )
    assert [line.text for line in unsure.context.recent] == ["hello", "you insultword"]
    assert past.silent == {}


async def test_the_words_that_were_decided_on_are_read(tmp_path: Path) -> None:
    """Of an edited message those in which the leading rule found something last."""
    world = World(tmp_path)
    posted = await world.post("maya", "you maybeword")
    await world.post("maya", "you maybeword, and maybeword again", number=posted.key.message)
    await world.post("maya", "sorry", number=posted.key.message)
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)

    (one,) = (await past_of(world)).decided
    await world.close()

    assert one.message.text.startswith("you maybeword")


async def test_words_after_a_decision_were_not_decided_on(tmp_path: Path) -> None:
    """The same rule in other words: those that stood there when somebody looked are read."""
    world = World(tmp_path)
    posted = await world.post("maya", "it is key123")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)
    await world.post("maya", "it is key456", number=posted.key.message)
    assert (await world.flags())[0].status is Status.CONFIRMED

    (one,) = (await past_of(world)).decided
    await world.close()

    assert (one.message.text, one.right) == ("it is key123", True)


async def test_a_graver_finding_after_a_decision_is_not_decided_on(tmp_path: Path) -> None:
    """It leads the flag from then on, and nobody has said whether it was right; an appeal may."""
    world = World(tmp_path)
    posted = await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)
    await world.post("maya", "you graveword", number=posted.key.message)

    undecided = await past_of(world)
    await world.press("maya", Action.APPEAL, flag, "It was a line of our play.")
    await world.press("principal", Action.UPHOLD, flag, "It was not.")
    upheld = await past_of(world)
    await world.close()

    assert (undecided.decided, undecided.silent) == ((), {Silent.EDITED: 1})
    assert [(one.rule, one.message.text) for one in upheld.decided] == [
        ("cyberbullying.second", "you graveword")
    ]


async def test_an_overturned_flag_was_wrong_and_an_appealed_one_is_open(tmp_path: Path) -> None:
    """What is not final teaches nothing yet."""
    world = World(tmp_path)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)
    await world.press("maya", Action.APPEAL, flag, "It was a line of our play.")

    waiting = await past_of(world)
    await world.press("principal", Action.OVERTURN, flag, "It was.")
    final = await past_of(world)
    await world.close()

    assert (waiting.decided, waiting.silent) == ((), {Silent.APPEALED: 1})
    assert [one.right for one in final.decided] == [False]


async def test_what_a_person_reported_says_nothing_of_rules(tmp_path: Path) -> None:
    """Its category is nobody's finding."""
    world = World(tmp_path)
    message = world.message("maya", "hello")
    await world.desk.reported(
        Report("e1", Person("playground", "demo", "ben"), message, "It was mean.")
    )
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)

    past = await past_of(world)
    await world.close()

    assert (past.decided, past.silent) == ((), {Silent.REPORTED: 1})


def purge(folder: Path, flag_id: str) -> None:
    """Delete the words that were kept with a flag."""
    with sqlite3.connect(DatabaseFile(folder).path) as database:
        gone = database.execute("DELETE FROM evidence WHERE flag_id = ?", (flag_id,))
    assert gone.rowcount == 1


async def test_purged_words_are_counted_and_not_missed(tmp_path: Path) -> None:
    """The decision stands on record without them."""
    world = World(tmp_path)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.CONFIRM, flag)
    await world.close()
    purge(tmp_path, flag.id)
    world = World(tmp_path)

    past = await past_of(world)
    await world.close()

    assert (past.decided, past.silent) == ((), {Silent.PURGED: 1})


def test_words_are_in_no_repr() -> None:
    """So that they cannot reach a log."""
    assert "maybeword" not in repr(decided("you maybeword", right=True))
