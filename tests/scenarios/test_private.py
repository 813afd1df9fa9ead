"""Private flags: shown to the lists that they are for, and to no moderators' channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports import Action, Command, DeliveryError, Page, Person
from bot.store.port import Flag, Status
from tests.scenarios.world import World

LISTS = """
[lists.administrators]
people = ["playground/demo/dean", "playground/demo/vice"]
"""
IN_TURN = LISTS + "in_turn = true\n"
ONE_WAY = "[categories.sexual]\npage_at_once = []\n"  # so that all private flags call alike
CLOSED = DeliveryError("closed", refused=True)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, LISTS)
    yield made
    await made.close()


def text(page: Page) -> str:
    """All that a page says."""
    return "\n".join([page.title, *(section.text for section in page.sections)])


def read_by(world: World, person: str) -> str:
    """All that somebody was called for."""
    return "\n".join(text(page) for who, page in world.chat.pages if who == person)


def actions(page: Page) -> list[Action]:
    """What a page offers to do."""
    return [button.action for button in page.buttons]


async def flagged(world: World, words: str, author: str = "maya") -> Flag:
    """The newest flag, on these words."""
    await world.post(author, words)
    return (await world.flags())[-1]


@pytest.mark.parametrize(
    ("words", "called", "on_a_card"),
    [
        ("you lewdword", ["dean", "vice"], False),
        ("our secretword", ["dean", "vice"], False),
        ("i am careword", ["counsellor"], False),
        ("i am careword, you insultword", ["counsellor"], True),  # an insult is the moderators'
        ("you insultword and lewdword", ["dean", "vice"], False),  # and what is private wins
        ("i am careword, lewdword", ["counsellor", "dean", "vice"], False),
        ("you insultword", [], True),
    ],
)
async def test_who_sees_what(world: World, words: str, called: list[str], on_a_card: bool) -> None:
    """A card for the moderators, or pages to the people of a list: never both by mistake."""
    flag = await flagged(world, words)

    assert sorted(set(world.paged())) == called
    assert bool([c for c in world.chat.cards.values() if c.flag_id == flag.id]) is on_a_card


async def test_the_page_stands_in_for_the_card(world: World) -> None:
    """The words, masked; what was said before; and the same buttons as a card has."""
    await flagged(world, "you lewdword, my number is 414-555-0101")

    ((_, page), _) = world.chat.pages
    assert page.title == "Urgent: Sexual content"
    assert "lewdword" in text(page)
    assert "414-555-0101" not in text(page)
    assert actions(page) == [Action.ACKNOWLEDGE, Action.CONFIRM, Action.DISMISS, Action.ESCALATE]


async def test_without_the_list_the_principal_sees_it(tmp_path: Path) -> None:
    """`administrators` need not be there; the principal cannot escalate to themself."""
    world = World(tmp_path)
    await flagged(world, "our secretword")

    ((who, page),) = world.chat.pages
    assert who == "principal"
    assert page.title == "For you to decide: Private contact between staff and students"
    assert Action.ESCALATE not in actions(page)
    await world.close()


@pytest.mark.parametrize(
    ("words", "person"),
    [("you lewdword", "dean"), ("i am careword", "counsellor")],
)
async def test_who_sees_it_decides_it(world: World, words: str, person: str) -> None:
    """And no moderator does, though they are told that it is not theirs."""
    flag = await flagged(world, words)

    refused = await world.press("ortiz", Action.CONFIRM, flag)
    assert "Only the people to whom this flag was shown" in refused.text
    assert (await world.press(person, Action.CONFIRM, flag)).accepted
    assert (await world.flags())[0].status is Status.CONFIRMED


async def test_the_others_hear_what_was_decided(world: World) -> None:
    """Nobody decides twice, and the call of the list has its answer."""
    flag = await flagged(world, "our secretword")

    await world.press("dean", Action.CONFIRM, flag)
    late = await world.press("vice", Action.DISMISS, flag, "no")

    assert "dean" in text(world.chat.pages[-1][1])
    assert world.paged()[-1] == "vice"
    assert "Already decided" in late.text


async def test_a_dismissal_takes_it_back(world: World) -> None:
    """The author who had been told hears of it, and so do those to whom it was shown."""
    flag = await flagged(world, "you lewdword")

    await world.press("vice", Action.DISMISS, flag, "A word from biology.")

    assert [notice.title for _, notice in world.chat.notices][-1] == "The flag was taken back"
    assert sorted(world.paged()[-2:]) == ["dean", "vice"]


async def test_the_authors_answer_reaches_them(world: World) -> None:
    """There is no card on which it could stand."""
    await flagged(world, "you lewdword")

    await world.post("maya", "it was in our biology book", channel="dm-maya")

    assert "it was in our biology book" in read_by(world, "dean")
    assert "it was in our biology book" in read_by(world, "vice")
    assert not world.chat.cards


async def test_nobody_is_shown_their_own_flag(world: World) -> None:
    """The rest of the list is called; where there is nobody else, the principal."""
    await flagged(world, "our secretword", author="dean")
    assert world.paged() == ["vice"]

    assert not (await world.press("dean", Action.DISMISS, (await world.flags())[0], "me")).accepted


async def test_a_list_of_one_is_no_hiding_place(tmp_path: Path) -> None:
    """A principal who alone would see a flag on their own message: IT is called instead."""
    world = World(tmp_path)
    flag = await flagged(world, "our secretword", author="principal")

    assert world.paged() == ["it"]
    assert "secretword" in read_by(world, "it")
    assert (await world.press("it", Action.CONFIRM, flag)).accepted
    await world.close()


async def test_a_closed_letter_is_their_task(world: World) -> None:
    """Not the moderators': they would learn of the flag."""
    world.chat.errors.update({"send_notice": CLOSED, "show_notice": CLOSED})
    flag = await flagged(world, "you lewdword")

    assert not world.chat.cards
    assert "could not be delivered privately" in read_by(world, "dean")
    assert flag.id in read_by(world, "vice")


async def test_a_private_letter_is_shown_below_no_channel(world: World) -> None:
    """On Discord, who may manage threads can open the one that it would stand in."""
    world.chat.errors["send_notice"] = CLOSED
    for _ in range(3):
        await flagged(world, "you lewdword")

    assert world.chat.shown == []
    assert "could not be delivered privately to" in read_by(world, "dean")
    assert "(closed)" in read_by(world, "dean")
    assert [who for who, _ in world.strike_pages()] == ["it", "principal"]


@pytest.mark.parametrize(
    ("how", "news"),
    [(Action.DISMISS, "that takes the flag back"), (Action.UPHOLD, "that the flag stands")],
)
async def test_how_it_ended_is_theirs_to_tell(world: World, how: Action, news: str) -> None:
    """Where its author takes no letters any more; no moderator learns of it."""
    flag = await flagged(world, "you lewdword")
    world.chat.errors["send_notice"] = CLOSED
    if how is Action.UPHOLD:
        await world.press("maya", Action.APPEAL, flag, "biology")

    assert (await world.press("vice", how, flag, "Heard.")).accepted

    assert (world.chat.shown, world.chat.cards) == ([], {})
    assert [news in read_by(world, one) for one in ("dean", "vice")] == [True, True]


async def test_an_edit_makes_a_letter_private_that_was_to_be_shown(world: World) -> None:
    """It was refused before the edit, and would be shown after it."""
    world.chat.errors["send_notice"] = CLOSED
    world.chat.errors["show_notice"] = DeliveryError("down", retryable=True)
    message = await world.post("maya", "you insultword")
    world.chat.errors.pop("show_notice")

    await world.post("maya", "you lewdword", number=message.key.message)
    world.clock.forward(minutes=60)
    await world.settle()

    assert world.chat.shown == []
    assert "could not be delivered privately to" in read_by(world, "dean")


async def test_lists_of_the_ladder_learn_the_number_and_not_the_matter(world: World) -> None:
    """A third strike calls IT, who is not told that it was sexual; nor is it in the record."""
    for words in ("you lewdword", "you insultword", "you lewdword", "you insultword"):
        await world.post("maya", words)

    said = read_by(world, "it")
    assert "number 3" in said
    assert "number 4" in said
    assert "lewdword" not in said
    assert "Sexual" not in said
    assert "a private matter" in said
    assert "Sexual content" in read_by(world, "dean")


async def test_an_edit_that_makes_it_private_clears_the_card(world: World) -> None:
    """What stood in the moderators' channel is withheld; the list is called."""
    message = await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    assert "insultword" in world.text_of(flag)

    await world.post("maya", "you lewdword", number=message.key.message)

    (card,) = world.chat.cards.values()
    assert "insultword" not in world.text_of(flag)
    assert "maya" not in world.text_of(flag)
    assert (card.buttons, card.link) == ((), "")
    assert sorted(world.paged()) == ["dean", "vice"]


async def test_an_edit_after_a_dismissal_calls_them_again(world: World) -> None:
    """There is no card that would show its new face."""
    message = await world.post("maya", "our secretword")
    (flag,) = await world.flags()
    await world.press("dean", Action.DISMISS, flag, "Fine.")
    before = len(world.chat.pages)

    await world.post("maya", "our secretword and lewdword", number=message.key.message)

    assert sorted(world.paged()[before:]) == ["dean", "vice"]


@pytest.mark.parametrize("action", [Action.DISMISS, Action.ACKNOWLEDGE])
async def test_an_answer_is_none_to_the_edit_after_it(tmp_path: Path, action: Action) -> None:
    """The list is called in turn, and somebody on it had answered: it begins anew."""
    world = World(tmp_path, IN_TURN + ONE_WAY)
    message = await world.post("maya", "our secretword")
    (flag,) = await world.flags()
    await world.press("dean", action, flag, "Fine.")
    before = len(world.chat.pages)

    await world.post("maya", "our secretword and lewdword", number=message.key.message)

    assert world.paged()[before:] == ["dean"]
    assert "lewdword" in text(world.chat.pages[-1][1])
    await world.close()


async def test_only_the_newest_call_of_a_list_goes_on(tmp_path: Path) -> None:
    """Who was to be called next about the words before the edit is called about them once."""
    world = World(tmp_path, IN_TURN + ONE_WAY)
    message = await world.post("maya", "our secretword")
    await world.post("maya", "our secretword and lewdword", number=message.key.message)
    assert world.paged() == ["dean", "dean"]

    for _ in range(35):
        world.clock.forward(minutes=1)
        await world.settle()

    assert world.paged() == ["dean", "dean", "vice"]
    await world.close()


async def test_dismissed_at_night_and_edited_before_anybody_was_called(tmp_path: Path) -> None:
    """A dismissal at the command line answers no call that begins after it."""
    world = World(tmp_path, IN_TURN + 'hours = "07:30-16:00"\n' + ONE_WAY)
    world.clock.at = datetime(2026, 9, 8, 3, tzinfo=UTC)  # ten in the evening, in Chicago
    message = await world.post("maya", "our secretword")
    (flag,) = await world.flags()
    await world.review.decide(Action.DISMISS, flag.id, "cli:office", "Fine.")
    await world.post("maya", "you lewdword", number=message.key.message)
    assert world.paged() == []

    world.clock.forward(minutes=60 * 10)
    await world.settle()

    assert world.paged() == ["dean"]
    await world.close()


@pytest.mark.parametrize(
    ("person", "sees"), [("ortiz", [1]), ("dean", [0, 1, 2]), ("counsellor", [2]), ("leo", [])]
)
async def test_the_list_of_open_flags_is_not_for_everybody(
    tmp_path: Path, person: str, sees: list[int]
) -> None:
    """A moderator does not even learn that there is a private one."""
    world = World(tmp_path, LISTS)
    for words in ("you lewdword", "you insultword", "i am careword"):
        await world.post("maya", words)
    flags = await world.flags()

    by = Person("playground", "demo", person)
    reply = await world.desk.command(Command("c1", by, "flags"))

    assert [n for n, flag in enumerate(flags) if flag.id in reply.text] == sees
    assert reply.accepted is bool(sees)
    await world.close()


async def test_an_appeal_is_heard_by_another_of_them(world: World) -> None:
    """Not by the list that hears the others' appeals: it would be shown what is private."""
    flag = await flagged(world, "you lewdword")
    await world.press("dean", Action.CONFIRM, flag)

    await world.press("maya", Action.APPEAL, flag, "It was biology.")

    assert world.paged()[-1] == "vice"
    assert "You decided flag" in (await world.press("dean", Action.UPHOLD, flag, "So.")).text
    assert (await world.press("vice", Action.OVERTURN, flag, "Biology.")).accepted


async def test_a_counsellor_can_call_the_principal(world: World) -> None:
    """Escalating shows it to them; IT is not called."""
    flag = await flagged(world, "i am careword")

    await world.press("counsellor", Action.ESCALATE, flag)

    assert world.paged() == ["counsellor", "principal"]
    assert "careword" in text(world.chat.pages[-1][1])


async def test_a_district_can_leave_it_to_the_moderators(tmp_path: Path) -> None:
    """An empty `private_to`; the lists called at once are another setting."""
    world = World(tmp_path, '[categories.offchannel_contact]\nprivate_to = ""\n')
    flag = await flagged(world, "our secretword")

    assert "secretword" in world.text_of(flag)
    assert world.paged() == []
    await world.close()
