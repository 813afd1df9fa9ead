"""Lists that are called in turn, within hours, and the list that is called when nobody answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.ports import Action, DeliveryError
from tests.scenarios.world import World

CHICAGO = ZoneInfo("America/Chicago")
LEADS = """
[lists.leads]
people = ["playground/demo/ada", "playground/demo/ben"]
in_turn = true
every_minutes = 20
rounds = 2
fallback = "it"

[lists.appeals]
people = ["playground/demo/ada", "playground/demo/ben"]
in_turn = true
rounds = 1
fallback = "principal"

[ladder]
steps = [{ at = 1, notice = "first", page = ["leads"] }]

[school]
holidays = ["2026-11-26/2026-11-27"]
"""
NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=CHICAGO)  # a Wednesday; then a holiday, a weekend
MORNING = datetime(2026, 11, 30, 7, 30, tzinfo=CHICAGO)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, LEADS)
    yield made
    await made.close()


async def rest(world: World, minutes: int) -> list[str]:
    """Let so many minutes pass, one by one; who was called meanwhile."""
    before = len(world.chat.pages)
    for _ in range(minutes):
        world.clock.forward(minutes=1)
        await world.settle()
    return world.paged()[before:]


async def test_in_turn_until_somebody_acknowledges(world: World) -> None:
    """One after another, twenty minutes apart; the first answer ends it."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    assert world.paged() == ["ada"]

    assert await rest(world, 18) == []
    assert await rest(world, 1) == ["ben"]
    assert "Called: leads (nobody has answered)" in world.text_of(flag)

    assert (await world.press("ben", Action.ACKNOWLEDGE, flag)).accepted
    assert await rest(world, 200) == []
    assert "Called: leads (answered)" in world.text_of(flag)


async def test_rounds_and_then_the_fallback(world: World) -> None:
    """Twice through the list, then IT, once; the card says that nobody has answered."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    assert await rest(world, 600) == ["ben", "ada", "ben", "it"]
    assert "Called: leads (nobody has answered)" in world.text_of(flag)
    assert "Called: it (nobody has answered)" in world.text_of(flag)

    await world.press("it", Action.ACKNOWLEDGE, flag)
    assert "Called: leads (nobody has answered)" in world.text_of(flag)
    assert "Called: it (answered)" in world.text_of(flag)


async def test_a_list_called_at_once_has_a_fallback_too(tmp_path: Path) -> None:
    """Half an hour after the call, unless somebody has answered."""
    world = World(
        tmp_path, '[categories.cyberbullying]\npage_at_once = ["principal"]', 'fallback = "it"\n'
    )
    await world.post("maya", "you insultword")
    await world.post("leo", "you insultword")
    first, second = await world.flags()
    assert world.paged() == ["principal", "principal"]

    await world.press("principal", Action.ACKNOWLEDGE, first)
    assert await rest(world, 60) == ["it"]
    assert world.chat.pages[-1][1].flag_id == second.id
    await world.close()


async def test_the_fallback_is_spared_by_a_late_answer(world: World) -> None:
    """Somebody of the list answers while the fallback is about to be called."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await rest(world, 70)

    await world.press("ada", Action.ACKNOWLEDGE, flag)

    assert await rest(world, 60) == []


@pytest.mark.parametrize(
    ("who", "stops"),
    [("ada", True), ("ben", True), ("ortiz", False)],  # called, not yet called, not on the list
)
async def test_whose_answer_ends_it(world: World, who: str, stops: bool) -> None:
    """Anybody on the list; a moderator's acknowledgement is about the letter, not the call."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    assert (await world.press(who, Action.ACKNOWLEDGE, flag)).accepted
    assert await rest(world, 30) == ([] if stops else ["ben"])


async def test_strangers_cannot_answer(world: World) -> None:
    """Who is on no list that was called, and no moderator, is refused."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    assert not (await world.press("leo", Action.ACKNOWLEDGE, flag)).accepted
    assert not (await world.press("it", Action.ACKNOWLEDGE, flag)).accepted  # not called yet
    assert await rest(world, 30) == ["ben"]


async def test_answered_at_the_command_line(world: World) -> None:
    """A name is taken as somebody who sees to it."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    await world.review.decide(Action.ACKNOWLEDGE, flag.id, "cli:office", "")

    assert await rest(world, 200) == []


async def test_who_cannot_be_reached_costs_no_time(world: World) -> None:
    """The next is called at once; a whole round still takes its interval."""
    world.chat.errors["page"] = DeliveryError("closed", refused=True)
    await world.post("maya", "you insultword")
    world.chat.errors.clear()

    assert world.paged() == []
    assert await rest(world, 25) == ["ada"]
    assert await rest(world, 25) == ["ben"]


async def test_a_dismissal_ends_it(world: World) -> None:
    """Nobody more is called, and who was called is told once."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()

    await world.press("ortiz", Action.DISMISS, flag, "a play")

    assert [(who, page.title) for who, page in world.chat.pages[1:]] == [
        ("ada", f"Taken back: flag {flag.id}")
    ]
    assert await rest(world, 200) == []


async def test_an_appeal_stays_the_turn(world: World) -> None:
    """Nobody is called for the strike until it is decided; then the turn goes on where it was."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("maya", Action.APPEAL, flag, "not so")
    called = len(world.chat.pages)
    hearing = await rest(world, 35)

    await world.press("principal", Action.UPHOLD, flag, "no")  # not called for it yet
    assert await rest(world, 60) == ["principal"]
    assert (await world.press("principal", Action.UPHOLD, flag, "It stands.")).accepted

    titles = [page.title for _, page in world.chat.pages[called:]]
    assert hearing == ["ben"]
    assert "Repeat violations" not in "".join(titles[:2])
    assert sorted(world.paged()[-2:]) == ["ada", "ben"]  # told that it stands; called in turn
    assert await rest(world, 20) == ["ada"]


async def test_a_reviewer_may_say_that_they_are_at_it(world: World) -> None:
    """An appeal takes longer to decide than to see."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ada", Action.ACKNOWLEDGE, flag)
    world.clock.forward(minutes=1)

    await world.press("maya", Action.APPEAL, flag, "not so")
    (who, page) = world.chat.pages[-1]
    assert who == "ada"
    assert Action.ACKNOWLEDGE in [button.action for button in page.buttons]
    await world.press("ada", Action.ACKNOWLEDGE, flag)
    assert await rest(world, 60) == []


async def test_an_earlier_answer_is_not_one_to_a_later_call(world: World) -> None:
    """Acknowledged for the strike; the appeal is another matter, and is called in turn."""
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    await world.press("ada", Action.ACKNOWLEDGE, flag)

    await world.press("maya", Action.APPEAL, flag, "not so")

    assert await rest(world, 30) == ["ben"]


async def test_what_was_answered_before_it_was_taken_back_is_called_anew(tmp_path: Path) -> None:
    """An answer to the third strike that fell is none to the one that is the third now."""
    world = World(tmp_path, principal="in_turn = true\n")
    await world.post("maya", "you maybeword")
    for _ in range(3):
        await world.post("maya", "you insultword")
    unsure, first, _, third = await world.flags()
    await world.press("principal", Action.ACKNOWLEDGE, third)
    await world.press("ortiz", Action.DISMISS, first, "a play")
    world.chat.pages.clear()

    await world.press("ortiz", Action.CONFIRM, unsure)

    assert world.strike_pages() == [("it", third.id), ("principal", third.id)]
    assert "Called: principal (nobody has answered)" in world.text_of(third)
    await world.press("principal", Action.ACKNOWLEDGE, third)
    assert await rest(world, 200) == []
    assert "Called: principal (answered)" in world.text_of(third)
    await world.close()


async def test_a_call_anew_has_its_fallback_too(tmp_path: Path) -> None:
    """The first one had it called already; nobody answers the second one either."""
    world = World(tmp_path, principal='in_turn = true\nrounds = 1\nfallback = "counsellors"\n')
    await world.post("maya", "you maybeword")
    for _ in range(3):
        await world.post("maya", "you insultword")
    unsure, first, _, _ = await world.flags()
    assert await rest(world, 60) == ["counsellor"]
    await world.press("ortiz", Action.DISMISS, first, "a play")
    await world.press("ortiz", Action.CONFIRM, unsure)

    assert await rest(world, 60) == ["counsellor"]
    await world.close()


async def test_a_call_at_night_waits_for_school(tmp_path: Path) -> None:
    """Ten in the evening before a holiday: Monday at half past seven; its turn ends at four."""
    hours = LEADS.replace("rounds = 2", 'rounds = 30\nhours = "07:30-16:00"')
    world = World(tmp_path, hours)
    world.clock.at = NIGHT.astimezone(UTC)
    await world.post("maya", "you insultword")
    (flag,) = await world.flags()
    assert "Called: leads (on its way)" in world.text_of(flag)

    world.clock.at = (MORNING - timedelta(minutes=1)).astimezone(UTC)
    await world.settle()
    assert world.paged() == []
    assert await rest(world, 1) == ["ada"]

    school_day = await rest(world, 24 * 60 - 1)
    assert len(school_day) == 8 * 3 + 1  # at 07:50, 08:10 and so on until 15:50
    assert await rest(world, 1) == ["ada"]
    await world.close()


PEOPLE = '["playground/demo/ada", "playground/demo/ben"]'


@pytest.mark.parametrize(
    ("in_turn", "now", "called"),
    [
        ("true", ["ben", "cleo"], ["ben", "cleo", "it"]),
        ("true", ["cleo"], ["cleo", "it"]),
        ("true", ["ada", "ben"], ["ada", "ben", "it"]),
        ("false", ["ben", "cleo"], ["ben", "cleo", "it"]),
        ("false", ["cleo", "dina"], ["cleo", "dina", "it"]),
        ("false", ["ben"], ["ben", "it"]),
    ],
)
async def test_who_left_the_list_meanwhile_is_not_called(
    tmp_path: Path, in_turn: str, now: list[str], called: list[str]
) -> None:
    """They may have left the school; who came in their place is called, and nobody twice."""
    before = LEADS.replace("in_turn = true", f"in_turn = {in_turn}", 1)
    before = before.replace("rounds = 2", 'rounds = 1\nhours = "07:30-16:00"', 1)
    world = World(tmp_path, before)
    world.clock.at = NIGHT.astimezone(UTC)
    await world.post("maya", "you insultword")
    await world.close()

    people = ", ".join(f'"playground/demo/{name}"' for name in now)
    world = World(tmp_path, before.replace(PEOPLE, f"[{people}]", 1))
    world.clock.at = MORNING.astimezone(UTC)
    await world.settle()
    at_once = sorted(world.paged())  # on one moment, in no order
    later = await rest(world, 120)

    assert [*at_once, *later] == called
    await world.close()


async def test_an_urgent_call_goes_at_any_hour(tmp_path: Path) -> None:
    """Somebody may be in danger: at night, and on through the night until somebody answers."""
    urgent = '[categories.cyberbullying]\npage_at_once = ["principal"]\n'
    world = World(tmp_path, urgent, 'hours = "07:30-16:00"\nin_turn = true\n')
    world.clock.at = NIGHT.astimezone(UTC)

    await world.post("maya", "you insultword")

    assert world.paged() == ["principal"]
    assert await rest(world, 60) == ["principal", "principal"]
    await world.close()
