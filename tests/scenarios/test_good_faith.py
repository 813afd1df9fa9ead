"""Who reports a security problem is not punished: IT hears of it, and nothing counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.ports import Action, Page
from tests.scenarios.world import World


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    await made.close()


def text(page: Page) -> str:
    """All that a page says."""
    return "\n".join([page.title, *(section.text for section in page.sections)])


async def test_a_report_goes_to_it_and_nowhere_else(world: World) -> None:
    """Its author gets no letter, the moderators' channel no card, and it is no strike."""
    await world.post("maya", "the holeword is open, telling you so you can fix it")

    ((who, page),) = world.chat.pages
    assert who == "it"
    assert "A security problem was reported" in page.title
    assert "holeword" in text(page)
    assert "meant to help" in text(page)
    (flag,) = await world.flags()
    assert not flag.counts
    assert (world.chat.notices, world.chat.cards) == ([], {})


async def test_that_it_is_so_brings_no_letter_either(world: World) -> None:
    """IT confirms that there is a problem; that is nothing against who found it."""
    await world.post("maya", "the holeword is open")
    (flag,) = await world.flags()

    assert (await world.press("it", Action.CONFIRM, flag)).accepted

    assert world.chat.notices == []
    assert not (await world.flags())[0].counts


async def test_the_password_that_was_found_is_part_of_it(world: World) -> None:
    """Masked, and no strike, though to share a password is one."""
    await world.post("maya", "a holeword: key123 is on the wall")

    assert world.paged() == ["it"]
    assert "key123" not in text(world.chat.pages[0][1])
    assert world.chat.notices == []
    (flag,) = await world.flags()
    assert not flag.counts


async def test_an_insult_beside_it_is_the_moderators_matter(world: World) -> None:
    """They decide about it first; IT is called all the same."""
    await world.post("maya", "a holeword, you insultword")

    assert world.paged() == ["it"]
    assert world.chat.notices == []
    (flag,) = await world.flags()
    assert "insultword" in world.text_of(flag)
    await world.press("ortiz", Action.CONFIRM, flag)
    assert [who for who, _ in world.chat.notices] == ["maya"]
