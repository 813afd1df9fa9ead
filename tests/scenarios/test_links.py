"""One person on two platforms: what counts adds up once two people say so, and comes apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports import Action, Person, Reply
from bot.process.standing import standing_of
from bot.store.port import Flag, FlagQuery, Link
from rules.types import MessageKey
from tests.scenarios.world import World

DISCORD = """
[[workspace]]
platform = "discord"
id = "9"
default_role = "student"
moderators_channel = "moderators"
"""
HERE, THERE = Person("playground", "demo", "maya"), Person("discord", "9", "maya-there")
OFFICE, BOARD = "cli:office", "cli:board"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, DISCORD)
    yield made
    await made.close()


async def insult(world: World, person: Person, *mentions: str) -> Flag:
    """A person insults somebody on their own platform; the flag."""
    said = world.message(person.id, "you insultword")
    key = MessageKey(person.platform, person.workspace, said.key.channel, said.key.message)
    await world.desk.message(replace(said, key=key, mentions=mentions))
    await world.settle()
    world.clock.forward(minutes=1)
    flag = await world.store.read(lambda tx: tx.flag_of(key))
    assert flag is not None
    return flag


async def propose(
    world: World, one: Person = HERE, other: Person = THERE, by: str = OFFICE, why: str = "register"
) -> Reply:
    return await world.store.write(lambda tx: world.review.links.propose(tx, one, other, by, why))


async def newest(world: World) -> Link:
    return (await world.store.read(lambda tx: tx.links(ended=True)))[0]


async def link(world: World, one: Person = HERE, other: Person = THERE) -> Link:
    """Propose and confirm, and do what follows."""
    assert (await propose(world, one, other)).accepted
    made = await newest(world)
    reply = await world.store.write(lambda tx: world.review.links.confirm(tx, made.id, BOARD))
    assert reply.accepted
    await world.settle()
    return made


async def unlink(world: World, made: Link) -> None:
    """End the link, and do what follows."""
    reply = await world.store.write(
        lambda tx: world.review.links.end(tx, made.id, OFFICE, "two cousins")
    )
    assert reply.accepted
    await world.settle()


async def test_strikes_add_up_and_come_apart(world: World) -> None:
    """Two here and one there are three once it is confirmed; undone, the call is taken back."""
    await insult(world, HERE)
    await insult(world, THERE)
    third = await insult(world, HERE)
    await propose(world)
    assert "number 2" in world.text_of(third)
    assert world.chat.pages == []

    made = await newest(world)
    await world.store.write(lambda tx: world.review.links.confirm(tx, made.id, BOARD))
    await world.settle()

    assert world.strike_pages() == [("it", third.id), ("principal", third.id)]
    assert "Repeat: number 3" in world.text_of(third)
    assert "One person with @discord/9/maya-there" in spelled(world.text_of(third))
    world.chat.pages.clear()

    await unlink(world, made)

    assert [page.title for _, page in world.chat.pages] == [f"Taken back: flag {third.id}"] * 2
    assert "taken apart" in world.chat.pages[0][1].sections[0].text
    assert "Repeat: number 2" in world.text_of(third)
    assert "number 2" in world.text_of(await insult(world, THERE))


def spelled(text: str) -> str:
    """A card's text with people written out."""
    return text.replace("\ue000", "").replace("\ue001", "")


async def test_both_accounts_are_told(world: World) -> None:
    """That they are counted together, then that they are not; of the other account, no name."""
    made = await link(world)
    await unlink(world, made)

    told = [(who, letter.title) for who, letter in world.chat.notices]
    assert sorted(told[:2]) == [
        ("maya", "Your accounts are counted together"),
        ("maya-there", "Your accounts are counted together"),
    ]
    assert {title for _, title in told[2:]} == {"Your accounts are counted apart again"}
    said = " ".join(section.text for _, letter in world.chat.notices for section in letter.sections)
    assert "maya" not in said
    rows = await world.store.read(lambda tx: tx.audit_rows(made.id))
    assert [(row["actor"], row["event"]) for row in rows] == [
        (OFFICE, "link-proposed"),
        (BOARD, "link-confirmed"),
        (OFFICE, "link-ended"),
    ]


async def test_linked_again_the_lists_are_called_again(world: World) -> None:
    """Each change of the number reaches those whom it concerns."""
    for person in (HERE, THERE, HERE):
        await insult(world, person)
    await unlink(world, await link(world))
    world.chat.pages.clear()

    await link(world)

    assert len(world.strike_pages()) == 2


async def test_what_is_dropped_before_it_held_changes_nothing(world: World) -> None:
    """Nobody was told of it, so nobody is told that it ended."""
    await propose(world)
    await unlink(world, await newest(world))

    assert world.chat.notices == []
    assert await world.store.read(lambda tx: tx.accounts(HERE)) == [HERE]


@pytest.mark.parametrize(
    ("one", "other", "by", "why", "told"),
    [
        (HERE, HERE, OFFICE, "register", "are the same account"),
        (HERE, THERE, OFFICE, " ", "say why"),
        (HERE, Person("slack", "T9", "U1"), OFFICE, "register", "slack/T9/U1 is in no workspace"),
        (HERE, THERE, str(HERE), "register", "administrator"),
        (
            Person("playground", "demo", "principal"),
            THERE,
            "playground/demo/principal",
            "register",
            "account of yours",
        ),
    ],
)
async def test_what_cannot_be_proposed(
    world: World, one: Person, other: Person, by: str, why: str, told: str
) -> None:
    """The same account, without a reason, elsewhere, by somebody who may not, about oneself."""
    reply = await propose(world, one, other, by, why)

    assert not reply.accepted
    assert told in reply.text.lower() or told in reply.text
    assert await world.store.read(lambda tx: tx.links(ended=True)) == []


async def test_a_link_needs_two(world: World) -> None:
    """Its proposer cannot confirm it; what stands or is gone is not proposed or decided again."""
    await propose(world)
    made = await newest(world)
    links = world.review.links

    own = await world.store.write(lambda tx: links.confirm(tx, made.id, OFFICE))
    twice = await propose(world)
    assert (own.accepted, "somebody else" in own.text) == (False, True)
    assert (twice.accepted, "stands already" in twice.text) == (False, True)

    await world.store.write(lambda tx: links.confirm(tx, made.id, BOARD))
    again = await world.store.write(lambda tx: links.confirm(tx, made.id, BOARD))
    turned = await propose(world, THERE, HERE)
    await unlink(world, made)
    gone = await world.store.write(lambda tx: links.end(tx, made.id, OFFICE, "again"))

    assert [reply.accepted for reply in (again, turned, gone)] == [False] * 3


async def test_the_other_account_is_no_other_person(world: World) -> None:
    """Who decided does not hear the appeal by another account; another list does."""
    chen, principal = (
        Person("playground", "demo", "chen"),
        Person("playground", "demo", "principal"),
    )
    flag = await insult(world, HERE)
    await link(world, chen, principal)
    await link(world)
    await world.press("chen", Action.CONFIRM, flag)
    await world.press("maya", Action.APPEAL, flag, "a play")

    refused = await world.press("principal", Action.OVERTURN, flag, "so it is")
    heard = await world.press("it", Action.OVERTURN, flag, "so it is")

    assert world.paged()[-1] == "it"
    assert (refused.accepted, "You decided flag" in refused.text) == (False, True)
    assert heard.accepted


async def test_nobody_decides_a_flag_of_their_other_account(world: World) -> None:
    """A moderator's own message stays their own."""
    await link(world, Person("playground", "demo", "ortiz"), THERE)
    flag = await insult(world, THERE)

    reply = await world.press("ortiz", Action.DISMISS, flag, "I was joking.")

    assert (reply.accepted, "your own message" in reply.text) == (False, True)


async def test_explanations_and_history_are_the_persons(world: World) -> None:
    """Strikes of both accounts in one table; messages by both, against either account."""
    await link(world)
    leo, leo_there = Person("playground", "demo", "leo"), Person("discord", "9", "leo-there")
    await link(world, leo, leo_there)
    await insult(world, HERE, "leo")
    second = await insult(world, THERE, "leo-there")

    lines = await world.store.read(
        lambda tx: standing_of(tx, HERE, world.settings, world.clock.now())
    )
    against = await world.store.read(lambda tx: tx.flags(FlagQuery(against=leo)))

    assert [line.number for line in lines] == [1, 2]
    assert len(against) == 2
    assert "Number 2 against" in world.text_of(second)
