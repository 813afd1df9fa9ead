"""Nobody is called about a flag of their own, by whichever account they wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Action, Person
from bot.store.port import Flag
from tests.scenarios.world import World

LISTS = """
[lists.administrators]
people = ["playground/demo/dean", "playground/demo/vice"]
"""
NOBODY_LEFT = "nobody to call"


async def flagged(world: World, words: str, author: str) -> Flag:
    """The newest flag, on these words."""
    await world.post(author, words)
    return (await world.flags())[-1]


async def one_person(world: World, one: str, other: str) -> None:
    """Two accounts count as one person from now on; both letters about it are out."""
    accounts = [Person("playground", "demo", account) for account in (one, other)]
    links = world.review.links
    await world.store.write(lambda tx: links.propose(tx, *accounts, "cli:office", "register"))
    link = (await world.store.read(lambda tx: tx.links()))[0]
    done = await world.store.write(lambda tx: links.confirm(tx, link.id, "cli:board"))
    assert done.accepted
    await world.settle()


async def writing_as(world: World, author: str, account: str) -> str:
    """The author's account: the `same`, or an `other` that counts as theirs."""
    if account == "same":
        return author
    await one_person(world, author, f"{author}-2")
    return f"{author}-2"


@pytest.mark.parametrize(
    ("words", "toml", "author", "called"),
    [
        ("our secretword", LISTS, "dean", ["vice"]),
        ("our secretword", "", "principal", ["it"]),  # who alone would see it
        ("i am careword", "", "counsellor", ["principal"]),
        ("i will threatword", "", "it", ["principal"]),
        ("i will threatword", "", "principal", ["it"]),
        ("i will threatword", "", "maya", ["it", "principal"]),
    ],
)
@pytest.mark.parametrize("account", ["same", "other"])
async def test_the_rest_of_the_list_is_called_or_another(
    tmp_path: Path, words: str, toml: str, author: str, called: list[str], account: str
) -> None:
    """Where nobody is left of it: its fallback, the principal or IT; and nobody of them twice."""
    world = World(tmp_path, toml)
    author = await writing_as(world, author, account)

    flag = await flagged(world, words, author)

    assert sorted(world.paged()) == called
    refused = await world.press(author, Action.DISMISS, flag, "me")
    assert not refused.accepted
    await world.close()


@pytest.mark.parametrize(
    ("words", "author", "by", "called"),
    [
        ("our secretword", "maya", "dean", ["principal"]),
        ("our secretword", "principal", "dean", ["it"]),
        ("you insultword", "maya", "ortiz", ["it", "principal"]),
        ("you insultword", "principal", "ortiz", ["it"]),
        ("you insultword", "it", "ortiz", ["principal"]),
    ],
)
@pytest.mark.parametrize("account", ["same", "other"])
async def test_escalating_calls_no_author(
    tmp_path: Path, words: str, author: str, by: str, called: list[str], account: str
) -> None:
    """Not the principal about the principal, by whichever account they wrote it."""
    world = World(tmp_path, LISTS)
    author = await writing_as(world, author, account)
    flag = await flagged(world, words, author)
    before = len(world.paged())

    reply = await world.press(by, Action.ESCALATE, flag)

    told = [who for who, page in world.chat.pages[before:] if "asks you to look" in page.title]
    assert sorted(told) == called
    assert reply.accepted
    assert NOBODY_LEFT not in reply.text
    await world.close()


@pytest.mark.parametrize(
    ("author", "called"),
    [("maya", ["it", "principal"]), ("principal", ["it"]), ("principal-2", ["it"])],
)
async def test_a_number_of_strikes_calls_no_author(
    world: World, author: str, called: list[str]
) -> None:
    """At the third strike of the principal IT alone hears of it, once."""
    await one_person(world, "principal", "principal-2")
    for _ in range(3):
        flag = await flagged(world, "you insultword", author)

    assert world.strike_pages() == [(who, flag.id) for who in called]


async def test_where_nobody_is_left_the_answer_says_so(tmp_path: Path) -> None:
    """The decision stands; who made it knows that nobody else has heard of it."""
    world = World(tmp_path, LISTS)
    await one_person(world, "principal", "it")
    flag = await flagged(world, "our secretword", "principal")
    before = world.paged()

    reply = await world.press("dean", Action.ESCALATE, flag)

    assert reply.accepted
    assert NOBODY_LEFT in reply.text
    assert set(world.paged()[len(before) :]) == {"vice"}  # who hears what was decided
    await world.close()
