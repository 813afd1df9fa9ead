"""Against whom: an author who goes at the same person again, and many who go at one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.ports import Action, Person
from bot.store.port import Flag, FlagQuery, Status
from rules.types import Tier
from tests.scenarios.world import World

LEO = Person("playground", "demo", "leo")


async def at(
    world: World, author: str, text: str, *mentions: str, answers: str = ""
) -> Flag | None:
    """Post to somebody; the flag that it brings, if any."""
    said = replace(world.message(author, text), mentions=mentions, reply_to=answers)
    await world.desk.message(said)
    await world.settle()
    world.clock.forward(minutes=1)
    return await world.store.read(lambda tx: tx.flag_of(said.key))


async def flagged(world: World, author: str, text: str, *mentions: str, answers: str = "") -> Flag:
    """Post to somebody what must be flagged."""
    flag = await at(world, author, text, *mentions, answers=answers)
    assert flag is not None
    return flag


async def against(world: World, person: Person = LEO) -> list[str]:
    """The flags against a person, newest first."""
    flags = await world.store.read(lambda tx: tx.flags(FlagQuery(against=person)))
    return [flag.id for flag in flags]


async def test_the_card_counts_the_messages_against_the_same_person(world: World) -> None:
    """By mention or answer; a message to somebody else is not counted."""
    first = await flagged(world, "maya", "you insultword", "leo")
    other = await flagged(world, "maya", "you insultword", "kai")
    second = await flagged(world, "maya", "you insultword", answers="leo")
    third = await flagged(world, "maya", "you maybeword", "leo")

    assert "Against " in world.text_of(first)
    assert "Number " not in world.text_of(first).replace("Repeat: number", "")
    assert "Number 2 against" not in world.text_of(other)
    assert "Number 2 against" in world.text_of(second)
    assert "Number 3 against" in world.text_of(third)
    assert [world.card_of(third).tone, world.card_of(first).tone] == ["urgent", "open"]
    assert await against(world) == [third.id, second.id, first.id]


async def test_what_was_taken_back_is_not_held_against_anybody(world: World) -> None:
    """A dismissed message against the same person is no earlier one."""
    first = await flagged(world, "maya", "you insultword", "leo")
    await world.press("ortiz", Action.DISMISS, first, "a play")

    second = await flagged(world, "maya", "you insultword", "leo")

    assert "Number 2 against" not in world.text_of(second)


@pytest.mark.parametrize("settled", [True, False])
async def test_a_dig_at_somebody_who_was_insulted_before_is_brought_to_review(
    world: World, settled: bool
) -> None:
    """Two flags that count, days before: one dig is flagged, and tells its author nothing."""
    for _ in range(2):
        flag = await flagged(world, "maya", "you insultword", "leo")
        if not settled:
            await world.press("ortiz", Action.DISMISS, flag, "a play")
    world.clock.forward(minutes=60 * 24 * 3)
    world.chat.notices.clear()

    dig = await at(world, "maya", "a digword", "leo")
    elsewhere = await at(world, "maya", "a digword", "kai")

    assert elsewhere is None
    assert world.chat.notices == []
    if not settled:
        assert dig is None
        return
    assert dig is not None
    assert (dig.rule, dig.tier, dig.status) == ("cyberbullying.again", Tier.REVIEW, Status.OPEN)
    assert "flagged 2 times before for going at the same person" in world.text_of(dig)
    assert "Number 3 against" in world.text_of(dig)


async def test_many_against_one_in_a_week_are_said_to_be_so(world: World) -> None:
    """From the third person on, in whatever channel; a week later it is over."""
    for author in ("maya", "ana", "maya"):
        flag = await flagged(world, author, "you maybeword", "leo")
        assert "people against" not in world.text_of(flag)
    third = await flagged(world, "bo", "you maybeword", "leo")
    world.clock.forward(minutes=60 * 24 * 8)
    later = await flagged(world, "kim", "you maybeword", "leo")

    assert "Messages of 3 people against" in world.text_of(third)
    assert world.card_of(third).tone == "urgent"
    assert "people against" not in world.text_of(later)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("my number is 414-555-0101", ("leo",)),
        ("you insultword", ()),
        ("you insultword", ("maya",)),
    ],
)
async def test_not_everybody_named_is_a_target(
    world: World, text: str, mentions: tuple[str, ...]
) -> None:
    """Only of what is done to somebody; nobody is their own target."""
    flag = await flagged(world, "maya", text, *mentions)

    assert await world.store.read(lambda tx: tx.targets(flag.id)) == []


async def test_a_pile_on_without_a_mention_is_against_whom_the_rule_found(world: World) -> None:
    """The conversation's rule knows at whom the jabs were aimed."""
    await world.post("leo", "hi")
    for author in ("maya", "ana", "bo"):
        await world.post(author, "jabword")

    (flag,) = await world.flags()
    assert await against(world) == [flag.id]


async def test_a_card_that_keeps_its_words_names_nobody(world: World) -> None:
    """Where care comes first, whom it was about stays with the counsellors."""
    flag = await flagged(world, "maya", "i am careword and you insultword", "leo")

    assert "Against" not in world.text_of(flag)


async def test_an_edit_adds_whom_it_goes_at(tmp_path: Path) -> None:
    """A second finding in an edit, at somebody else."""
    world = World(tmp_path)
    said = replace(world.message("maya", "you insultword"), mentions=("leo",))
    await world.desk.message(said)
    worse = replace(said, text="you insultword and you graveword", mentions=("kai",), edited=True)
    await world.desk.message(worse)

    (flag,) = await world.flags()
    targets = await world.store.read(lambda tx: tx.targets(flag.id))
    assert [target.id for target in targets] == ["kai", "leo"]
    await world.close()
