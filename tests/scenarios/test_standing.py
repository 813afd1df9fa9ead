"""How a person's strikes come about, flag by flag."""

from __future__ import annotations

from bot.ports import Action, Person
from bot.process.standing import Standing, standing_of
from tests.scenarios.world import World

MAYA = Person("playground", "demo", "maya")


async def lines(world: World) -> list[tuple[Standing, int]]:
    """What is said of each of Maya's flags."""
    told = await world.store.read(
        lambda tx: standing_of(tx, MAYA, world.settings, world.clock.now())
    )
    return [(line.standing, line.number) for line in told]


async def test_each_flag_says_why_it_counts_or_not(world: World) -> None:
    """Sure, dismissed, contested, not decided; and another window starts anew."""
    for word in ("insultword", "insultword", "insultword", "maybeword"):
        await world.post("maya", f"you {word}")
    await world.post("leo", "you insultword")
    _, second, third, _, _ = await world.flags()
    await world.press("ortiz", Action.DISMISS, second, "a play")
    await world.press("maya", Action.APPEAL, third, "a play too")

    assert await lines(world) == [
        (Standing.STRIKE, 1),
        (Standing.TAKEN_BACK, 0),
        (Standing.CONTESTED, 2),
        (Standing.NOT_DECIDED, 0),
    ]

    await world.press("principal", Action.OVERTURN, third, "indeed")
    world.clock.forward(minutes=60 * 24 * 365)
    assert [standing for standing, _ in await lines(world)] == [
        Standing.EARLIER,
        Standing.TAKEN_BACK,
        Standing.OVERTURNED,
        Standing.NOT_DECIDED,
    ]
