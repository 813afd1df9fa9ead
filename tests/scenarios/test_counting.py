"""What a district sets about its ladder: bursts, days after which a strike is over, own ladders."""

from __future__ import annotations

from pathlib import Path

from bot.ports import Action
from bot.store.port import Flag
from tests.scenarios.world import World

DAY = 60 * 24
FIRST, REPEAT, FINAL = (
    "A private note about your message",
    "This has happened before",
    "The administrators are being told",
)


def letters(world: World) -> list[str]:
    """The titles of Maya's letters."""
    return [letter.title for who, letter in world.chat.notices if who == "maya"]


async def flags_of(world: World, *minutes: int) -> list[Flag]:
    """Maya is flagged, then these minutes later again each time; all her flags."""
    await world.post("maya", "you insultword")
    for later in minutes:
        world.clock.forward(minutes=later - 1)  # a post takes a minute
        await world.post("maya", "you insultword")
    return await world.flags()


async def test_one_burst_is_one_strike(tmp_path: Path) -> None:
    """Three strikes in seven messages: each is told, and the lists are called once."""
    world = World(tmp_path, "[ladder]\ncooldown_minutes = 5\n")
    try:
        flags = await flags_of(world, 1, 1, 10, 1, 10, 1)

        assert letters(world) == [FIRST] * 3 + [REPEAT] * 2 + [FINAL] * 2
        assert world.strike_pages() == [("it", flags[5].id), ("principal", flags[5].id)]
        assert f"One burst with {flags[5].id}" in world.text_of(flags[6])
    finally:
        await world.close()


async def test_the_rest_of_a_burst_stands_in_for_its_first_flag(tmp_path: Path) -> None:
    """The flag that the lists were called for falls: they are told, and called for the other."""
    world = World(tmp_path, "[ladder]\ncooldown_minutes = 5\n")
    try:
        flags = await flags_of(world, 10, 10, 1)
        world.chat.pages.clear()

        await world.press("ortiz", Action.DISMISS, flags[2], "a play")

        assert world.strike_pages() == [("it", flags[3].id), ("principal", flags[3].id)]
        assert len(world.chat.pages) == 4
    finally:
        await world.close()


async def test_a_strike_of_a_category_with_days_of_its_own_is_over_by_itself(
    tmp_path: Path,
) -> None:
    """After its days the next one is a first one; on record it stays."""
    world = World(tmp_path, "[categories.cyberbullying]\nexpires_days = 20\n")
    try:
        flags = await flags_of(world, 19 * DAY, 2 * DAY)

        assert letters(world) == [FIRST, REPEAT, REPEAT]
        assert len(flags) == 3
    finally:
        await world.close()


async def test_a_ladder_apart_adds_to_no_other(tmp_path: Path) -> None:
    """Two insults and two threats are twice the second strike, not the fourth."""
    world = World(
        tmp_path,
        '[[ladder.special]]\napart = true\ncategories = ["threat"]\n'
        'steps = [{ at = 1, notice = "first" }, { at = 2, notice = "final", page = ["it"] }]\n',
    )
    try:
        for word in ("insultword", "threatword", "insultword", "threatword"):
            await world.post("maya", f"you {word}")
        for flag in await world.flags():
            await world.press("ortiz", Action.CONFIRM, flag)

        last = (await world.flags())[-1]
        assert letters(world) == [FIRST, REPEAT, FIRST, FINAL]
        assert world.strike_pages() == [("it", last.id)]
        assert "Repeat: number 2" in world.text_of(last)
        assert "Counted apart" in world.text_of(last)
    finally:
        await world.close()
