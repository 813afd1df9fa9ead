"""A flag that was taken back and that an edit opens again: everybody hears of it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Action, DeliveryError, Person, Report
from bot.store.port import Flag
from rules.types import Message
from tests.scenarios.world import World

AT_ONCE = '[categories.cyberbullying]\npage_at_once = ["principal"]\n'
DOWN = DeliveryError("down", retryable=True)
TAKEN_BACK = "The flag was taken back"


async def dismissed(world: World, words: str = "you insultword") -> tuple[Message, Flag]:
    """A message of Maya's whose flag a moderator has dismissed, and the flag."""
    message = await world.post("maya", words)
    flag = (await world.flags())[-1]
    assert (await world.press("ortiz", Action.DISMISS, flag, "a play")).accepted
    return message, flag


async def edit(world: World, message: Message, words: str) -> None:
    """Put other words in the place of the message."""
    await world.post("maya", words, number=message.key.message)


def letters(world: World) -> list[str]:
    """The titles of Maya's letters."""
    return [letter.title for who, letter in world.chat.notices if who == "maya"]


async def test_who_is_called_at_once_is_called_again(tmp_path: Path) -> None:
    """Somebody may be in danger, whatever was said of the words before."""
    world = World(tmp_path, AT_ONCE)
    message, _ = await dismissed(world)
    before = len(world.chat.pages)

    await edit(world, message, "you graveword")

    assert world.paged()[before:] == ["principal"]
    await world.close()


async def test_a_decision_calls_nobody_twice(tmp_path: Path) -> None:
    """Who was called at once for the edit is not called again for its confirmation."""
    world = World(tmp_path, AT_ONCE)
    message, flag = await dismissed(world)
    await edit(world, message, "you maybeword")
    before = len(world.chat.pages)

    await world.press("ortiz", Action.CONFIRM, flag)

    assert world.paged()[before:] == []
    await world.close()


async def test_a_reported_flag_calls_those_who_are_called_at_once_when_it_is_confirmed(
    tmp_path: Path,
) -> None:
    """Nobody was called when it was reported."""
    world = World(tmp_path, AT_ONCE)
    message = world.message("maya", "you insultword")
    leo = Person("playground", "demo", "leo")
    await world.desk.reported(Report("r1", leo, message, "he mocks me"))
    (flag,) = await world.flags()
    assert world.paged() == []

    await world.press("ortiz", Action.CONFIRM, flag)

    assert world.paged() == ["principal"]
    await world.close()


async def test_a_third_strike_that_is_one_again_calls_again(world: World) -> None:
    """Those called were told that it was taken back."""
    for _ in range(2):
        await world.post("maya", "you insultword")
    message, third = await dismissed(world)
    called = [("it", third.id), ("principal", third.id)]
    assert world.strike_pages() == called
    world.chat.errors["send_notice"] = DOWN

    await edit(world, message, "you graveword")
    assert world.strike_pages() == called

    world.chat.errors.clear()
    world.clock.forward(minutes=60)
    await world.settle()
    assert world.strike_pages() == sorted([*called, *called])


async def test_a_confirmed_edit_is_told(world: World) -> None:
    """The last that the author heard is that the flag was taken back."""
    for _ in range(2):
        await world.post("maya", "you insultword")
    message, third = await dismissed(world)
    await edit(world, message, "you maybeword")
    assert letters(world)[-1] == TAKEN_BACK
    called, world.chat.errors["send_notice"] = len(world.strike_pages()), DOWN
    await world.press("ortiz", Action.CONFIRM, third)
    assert len(world.strike_pages()) == called

    world.chat.errors.clear()
    world.clock.forward(minutes=60)
    await world.settle()

    assert letters(world)[-1] == "The administrators are being told"
    assert "maybeword" in world.chat.notices[-1][1].sections[1].text
    assert len(world.strike_pages()) == called + 2


@pytest.mark.parametrize("again", ["you graveword", "you maybeword"])
async def test_nothing_of_the_first_time_is_sent_in_its_place(world: World, again: str) -> None:
    """The first letter was called off before it was sent; another one is, once."""
    message = world.message("maya", "you insultword")
    await world.desk.message(message)
    (flag,) = await world.flags()
    await world.review.decide(Action.DISMISS, flag.id, "cli:office", "a play")

    await edit(world, message, again)
    await world.press("ortiz", Action.CONFIRM, flag)

    assert letters(world) == ["A private note about your message"]


async def test_a_second_dismissal_tells_everybody_again(tmp_path: Path) -> None:
    """The author, and whoever was called since the first one; nobody else."""
    world = World(
        tmp_path, '[categories.sexual]\nprivate_to = ""\npage_at_once = ["it"]\n' + AT_ONCE
    )
    message, flag = await dismissed(world)
    assert world.paged() == ["principal", "principal"]
    await edit(world, message, "you lewdword")
    assert world.paged()[2:] == ["it"]

    await world.press("chen", Action.DISMISS, flag, "no")

    assert letters(world).count(TAKEN_BACK) == 2
    assert world.paged()[3:] == ["it"]
    await world.close()


async def test_a_second_dismissal_takes_back_a_later_strike_again(world: World) -> None:
    """The third falls with the first, rises with its edit, and falls again."""
    first = await world.post("maya", "you insultword")
    for _ in range(2):
        await world.post("maya", "you insultword")
    flag, _, third = await world.flags()
    for words in ("you graveword", ""):
        before = len(world.chat.pages)
        await world.press("ortiz", Action.DISMISS, flag, "a play")
        told = [(who, page.title) for who, page in world.chat.pages[before:]]
        assert sorted(told) == [
            (who, f"Taken back: flag {third.id}") for who in ("it", "principal")
        ]
        if words:
            await edit(world, first, words)
            assert len(world.chat.pages) == before + 4


async def test_a_dismissal_after_an_edit_that_told_nobody_tells_nobody(world: World) -> None:
    """The author heard of the first dismissal, and of nothing since."""
    message, flag = await dismissed(world)
    await edit(world, message, "you maybeword")

    await world.press("ortiz", Action.DISMISS, flag, "no")

    assert letters(world).count(TAKEN_BACK) == 1


async def test_an_escalation_calls_again(world: World) -> None:
    """The appeal against the first one was won."""
    message = await world.post("maya", "you maybeword")
    (flag,) = await world.flags()
    await world.press("ortiz", Action.ESCALATE, flag)
    await world.press("maya", Action.APPEAL, flag, "a play")
    await world.press("principal", Action.OVERTURN, flag, "a play")
    await edit(world, message, "you insultword")
    assert Action.ESCALATE in {button.action for button in world.card_of(flag).buttons}
    before = len(world.chat.pages)

    await world.press("ortiz", Action.ESCALATE, flag)

    assert sorted(world.paged()[before:]) == ["it", "principal"]
