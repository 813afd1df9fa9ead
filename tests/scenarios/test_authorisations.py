"""What is allowed for a while: covered, logged, explained when it ended, and never abuse."""

from __future__ import annotations

import pytest

from bot.ports import Command, Person, Reply
from tests.scenarios.world import World

# The small packs of these tests flag a phone number as personal data.
NUMBER = "the box office is 414-555-0101"
TYPED = "authorise pii_general until 2026-11-20: box office, taquilla"
DAY = 24 * 60


async def typed(world: World, person: str, words: str) -> Reply:
    """What somebody gets who types the command."""
    world.numbers += 1
    by = Person("playground", "demo", person)
    reply = await world.desk.command(Command(f"c{world.numbers}", by, words))
    await world.settle()
    return reply


async def test_what_is_covered_is_logged_and_not_flagged(world: World) -> None:
    """With the words it is covered; without them it is not."""
    reply = await typed(world, "principal", TYPED)

    await world.post("maya", f"for tickets, {NUMBER}")
    await world.post("maya", "my own number is 414-555-0102")

    assert "A-" in reply.text
    (flag,) = await world.flags()
    assert flag.key.message == "1003"
    (permission,) = await world.store.read(lambda tx: tx.permissions(world.clock.now()))
    events = await world.store.read(lambda tx: tx.audit_rows(permission.id))
    assert [row["event"] for row in events] == ["authorised", "covered"]


async def test_one_that_has_ended_explains_the_flag(world: World) -> None:
    """Flagged again the day after, and the card says which authorisation it was."""
    await typed(world, "principal", TYPED)
    world.clock.forward(minutes=7 * DAY)

    await world.post("maya", NUMBER)

    (flag,) = await world.flags()
    assert "has ended: box office" in world.text_of(flag)


async def test_one_can_be_ended_early(world: World) -> None:
    """From then on it covers nothing; it cannot be ended twice."""
    await typed(world, "principal", TYPED)
    (permission,) = await world.store.read(lambda tx: tx.permissions(world.clock.now()))

    first = await typed(world, "principal", f"revoke {permission.id.lower()}")
    again = await typed(world, "principal", f"revoke {permission.id}")
    world.clock.forward(minutes=1)
    await world.post("maya", NUMBER)

    assert (first.accepted, again.accepted) == (True, False)
    assert len(await world.flags()) == 1
    assert "No authorisations" in (await typed(world, "principal", "authorisations")).text


async def test_only_those_who_may(world: World) -> None:
    """A moderator is refused, and the attempt is on record."""
    reply = await typed(world, "ortiz", TYPED)
    await world.post("maya", NUMBER)

    assert not reply.accepted
    assert len(await world.flags()) == 1
    rows = await world.store.read(lambda tx: tx.audit_rows())
    assert "refused" in [row["event"] for row in rows]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("authorise", "To allow something for a while"),
        ("authorise raffles until 2026-12-01: raffle", "no category “raffles”"),
        ("authorise hate until 2026-12-01: them", "cannot be allowed by anybody"),
        ("authorise fundraiser until 2026-02-30: raffle", "is no day"),
        ("authorise fundraiser until 9999-12-31: raffle", "is no day"),
        ("authorise fundraiser until 2020-01-01: raffle", "comes before"),
        ("authorise fundraiser until 2026-12-01: , ,", "which words"),
    ],
)
async def test_what_cannot_be_authorised_says_why(world: World, words: str, said: str) -> None:
    """One sentence that tells what to write instead."""
    assert said in (await typed(world, "principal", words)).text
    assert await world.store.read(lambda tx: tx.permissions(world.clock.now())) == []


async def test_the_owner_is_reminded_once(world: World) -> None:
    """Within a week of its end, by direct message."""
    await typed(world, "principal", "authorise fundraiser until 2026-12-01: raffle")
    assert world.paged() == []

    for _ in range(16):
        world.clock.forward(minutes=DAY)
        await world.settle()

    assert world.paged() == ["principal"]
    assert "raffle" in world.chat.pages[0][1].sections[0].text
