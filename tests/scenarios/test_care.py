"""Help is no penalty: a kind message with help lines, no strike, no notice about rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports import Action, DeliveryError, Notice, Person, Report
from bot.settings import SettingsError, parse
from tests.bot.settings.test_read import GOOD
from tests.scenarios.test_calls import rest
from tests.scenarios.world import World

LINES = """
[care]
help_lines = [
    { name = "Night line", number = "988", link = "https://night.example" },
    { name = "Counselling office", number = "414-555-0150" },
]
"""


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, LINES)
    yield made
    await made.close()


def text(letter: Notice) -> str:
    """All that a letter says."""
    return "\n".join([letter.title, *(s.text for s in letter.sections), letter.footer])


async def test_help_lines_reach_who_may_need_them(world: World) -> None:
    """Kind words and where to turn to; no clause, no count, no appeal."""
    await world.post("maya", "i am careword")

    ((who, letter),) = world.chat.notices
    assert who == "maya"
    assert "Night line: 988, https://night.example\nCounselling office: 414-555-0150" in text(
        letter
    )
    assert "nothing wrong" in text(letter)
    assert "rule" not in text(letter).lower()
    assert letter.buttons == ()
    (flag,) = await world.flags()
    assert not flag.counts


async def test_without_lines_nothing_is_sent(tmp_path: Path) -> None:
    """The district decides; the counsellors are called in either case."""
    world = World(tmp_path)
    await world.post("maya", "i am careword")

    assert world.chat.notices == []
    assert world.paged() == ["counsellor"]
    await world.close()


async def test_in_spanish(world: World) -> None:
    """In the language of the message, where it tells."""
    await world.desk.message(replace(world.message("maya", "soy careword"), lang="es"))
    await world.settle()

    assert world.chat.notices[0][1].title == "No estás a solas"


async def test_once_a_day(world: World) -> None:
    """Who writes much is not written to each time; the next day they are again."""
    for _ in range(3):
        await world.post("maya", "i am careword")
    await world.post("leo", "i am careword")
    assert [who for who, _ in world.chat.notices] == ["maya", "leo"]

    world.clock.forward(minutes=24 * 60)
    await world.post("maya", "i am careword")
    assert [who for who, _ in world.chat.notices] == ["maya", "leo", "maya"]


async def test_the_answer_goes_to_the_counsellors(world: World) -> None:
    """Not to the moderators, though an older notice of theirs could be answered, too."""
    await world.post("maya", "you insultword")
    await world.post("maya", "i am careword")

    await world.post("maya", "could i talk to ms amari", channel="dm-maya")

    insult, _ = await world.flags()
    assert "ms amari" not in world.text_of(insult)
    who, page = world.chat.pages[-1]
    assert who == "counsellor"
    assert "ms amari" in page.sections[0].text
    assert world.chat.notices[-1][1].title == "Your words were passed on"


async def test_each_answer_is_read(world: World) -> None:
    """Who writes in several lines is not heard in the last of them alone."""
    await world.post("maya", "i am careword")
    for line in ("are you there", "could i talk to ms amari", "please"):
        await world.desk.message(world.message("maya", line, channel="dm-maya"))

    await world.settle()

    read = [page.sections[0].text for who, page in world.chat.pages if who == "counsellor"][1:]
    assert ["ms amari" in line for line in read] == [False, True, False]


async def test_who_reports_a_cry_for_help_is_heard(world: World) -> None:
    """The counsellors were shown the flag, and there is no card on which it could stand."""
    message = await world.post("maya", "i am careword")
    leo = Person("playground", "demo", "leo")

    await world.desk.reported(Report("r1", leo, message, "she means it, call her mother"))
    await world.settle()

    who, page = world.chat.pages[-1]
    assert (who, "call her mother" in page.sections[0].text) == ("counsellor", True)


async def test_where_it_cannot_be_delivered_it_is_shown_nowhere(world: World) -> None:
    """Not in the channel, not as a task for moderators; the counsellors are told."""
    world.chat.errors["send_notice"] = DeliveryError("closed", refused=True)

    await world.post("maya", "i am careword")

    assert (world.chat.shown, world.chat.cards) == ([], {})
    assert "could not be sent" in world.chat.pages[-1][1].sections[0].text


BOTH = "i am careword, you insultword"  # care and conduct in one message


async def test_beside_conduct_the_answer_is_the_counsellors_too(world: World) -> None:
    """The moderators have a card of it, and learn that there is an answer, not what it says."""
    await world.post("maya", BOTH)
    (flag,) = await world.flags()

    await world.post("maya", "could i talk to ms amari", channel="dm-maya")

    assert "ms amari" not in world.text_of(flag)
    assert "kept for the counsellors" in world.text_of(flag)
    who, page = world.chat.pages[-1]
    assert (who, "ms amari" in page.sections[0].text) == ("counsellor", True)
    assert world.chat.notices[-1][1].title == "Your words were passed on"


async def test_an_answer_to_the_notice_about_conduct_is_the_moderators(world: World) -> None:
    """It stands on their card; what was written to the counsellors before stays with them."""
    await world.post("maya", BOTH)
    (flag,) = await world.flags()
    await world.post("maya", "could i talk to ms amari", channel="dm-maya")
    await world.press("ortiz", Action.CONFIRM, flag)
    called = len(world.chat.pages)

    await world.post("maya", "sorry for the insult", channel="dm-maya")

    assert "sorry for the insult" in world.text_of(flag)
    assert "ms amari" not in world.text_of(flag)
    assert len(world.chat.pages) == called
    assert world.chat.notices[-1][1].title == "Your answer was passed on"


async def test_beside_conduct_the_counsellors_hear_of_a_closed_letter(world: World) -> None:
    """They were called, so somebody knows that no help line arrived."""
    world.chat.errors["send_notice"] = DeliveryError("closed", refused=True)

    await world.post("maya", BOTH)

    who, page = world.chat.pages[-1]
    assert (who, "could not be sent" in page.sections[0].text) == ("counsellor", True)
    assert world.chat.shown == []


async def test_where_no_counsellor_is_called_the_answer_is_on_the_card(tmp_path: Path) -> None:
    """A district that calls nobody at once loses no answer."""
    world = World(tmp_path, f"{LINES}[categories.welfare]\npage_at_once = []\n")
    await world.post("maya", BOTH)
    (flag,) = await world.flags()

    await world.post("maya", "could i talk to ms amari", channel="dm-maya")

    assert "ms amari" in world.text_of(flag)
    await world.close()


def test_a_line_that_cannot_be_reached_is_refused() -> None:
    """A number, a link or both."""
    with pytest.raises(SettingsError, match="`Night line` cannot be reached"):
        parse(GOOD + '[care]\nhelp_lines = [{ name = "Night line" }]\n')


CARERS = """
[lists.carers]
people = ["playground/demo/amari", "playground/demo/diaz"]
in_turn = true
every_minutes = 15
rounds = 2

[categories.welfare]
private_to = "carers"
page_at_once = ["carers"]
"""


@pytest_asyncio.fixture
async def caring(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose carers are called one after another."""
    made = World(tmp_path, CARERS)
    yield made
    await made.close()


async def test_a_dismissed_insult_leaves_the_carers_called(caring: World) -> None:
    """Moderators saw no word of the cry for help: it is called about until a carer answers."""
    await caring.post("maya", BOTH)
    (flag,) = await caring.flags()

    await caring.press("ortiz", Action.DISMISS, flag, "It was a joke between friends.")

    assert caring.paged() == ["amari"]
    assert await rest(caring, 60) == ["diaz", "amari", "diaz"]
    assert "nobody has answered" in caring.text_of(flag)
    assert (await caring.press("diaz", Action.ACKNOWLEDGE, flag)).accepted
    assert "nobody has answered" not in caring.text_of(flag)


async def test_a_carers_answer_ends_it_after_the_dismissal_too(caring: World) -> None:
    """Whoever is next need not be called."""
    await caring.post("maya", BOTH)
    (flag,) = await caring.flags()
    await caring.press("ortiz", Action.DISMISS, flag, "It was a joke between friends.")

    await caring.press("amari", Action.ACKNOWLEDGE, flag)

    assert await rest(caring, 60) == []


async def test_who_was_shown_the_words_may_dismiss_the_care(caring: World) -> None:
    """A flag of nothing but care is the carers' to decide, and a mistake calls nobody more."""
    await caring.post("maya", "i am careword")
    (flag,) = await caring.flags()

    await caring.press("amari", Action.DISMISS, flag, "A song.")

    assert await rest(caring, 60) == []
