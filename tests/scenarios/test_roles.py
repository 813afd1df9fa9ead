"""Roles at work: who has one presses, who has not is told which, and it is on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports import Action, Command, Person, Press
from bot.store.port import Flag, Status
from tests.scenarios.world import World

ROLES = """
[roles.reviewer]
people = ["playground/demo/dean"]
groups = ["discipline"]

[roles.viewer]
groups = ["board"]

[roles.appeals_reviewer]
people = ["playground/demo/judge"]
"""


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path, ROLES)
    yield made
    await made.close()


async def refusals(world: World, flag: Flag) -> list[tuple[str, str]]:
    """Who was refused what about this flag."""
    rows = await world.store.read(lambda tx: tx.audit_rows(flag.id))
    return [(row["actor"], row["detail"]) for row in rows if row["event"] == "refused"]


async def flagged(world: World) -> Flag:
    """A flag on a message of maya's."""
    await world.post("maya", "you insultword")
    return (await world.flags())[0]


@pytest.mark.parametrize("action", [Action.CONFIRM, Action.DISMISS, Action.ESCALATE, Action.RETRY])
async def test_who_is_no_reviewer_is_told_so(world: World, action: Action) -> None:
    """A student's press does nothing but leave a row in the audit."""
    flag = await flagged(world)

    reply = await world.press("leo", action, flag, "because")

    assert not reply.accepted
    assert "needs the role “reviewer”" in reply.text
    assert "playground/demo/it" in reply.text  # who can give it
    ((actor, detail),) = await refusals(world, flag)
    assert actor == "playground/demo/leo"
    assert action.value in detail
    assert (await world.flags())[0].status is Status.OPEN


async def test_a_role_by_name_and_by_group(world: World) -> None:
    """Beside the people of the moderators' list."""
    await flagged(world)
    await world.post("leo", "you insultword")
    first, second = await world.flags()
    member = Person("playground", "demo", "ines")

    named = await world.press("dean", Action.CONFIRM, first)
    press = Press("e9", member, Action.CONFIRM, second.id, groups=frozenset({"discipline"}))
    grouped = await world.desk.pressed(press)

    assert (named.accepted, grouped.accepted) == (True, True)
    assert await refusals(world, first) == []


@pytest.mark.parametrize(("groups", "sees"), [({"board"}, True), ({"students"}, False)])
async def test_a_viewer_sees_and_decides_nothing(
    world: World, groups: set[str], sees: bool
) -> None:
    """The list of open flags is for those with a role; looking is no deciding."""
    flag = await flagged(world)
    person = Person("playground", "demo", "ines")

    listed = await world.desk.command(Command("c1", person, "flags", frozenset(groups)))
    press = Press("e9", person, Action.CONFIRM, flag.id, groups=frozenset(groups))
    decided = await world.desk.pressed(press)

    assert (flag.id in listed.text) is sees
    assert not decided.accepted


async def test_an_appeals_reviewer_by_role_hears_an_appeal(world: World) -> None:
    """Though the list that was called is another; the first decider never does."""
    flag = await flagged(world)
    await world.press("dean", Action.CONFIRM, flag)
    await world.press("maya", Action.APPEAL, flag, "It was a play.")

    refused = await world.press("it", Action.OVERTURN, flag, "no")
    heard = await world.press("judge", Action.OVERTURN, flag, "A play, indeed.")

    assert "needs the role “appeals reviewer”" in refused.text
    assert heard.accepted
    assert (await world.flags())[0].status is Status.OVERTURNED


async def test_only_the_author_appeals(world: World) -> None:
    """No role stands in for them."""
    flag = await flagged(world)

    reply = await world.press("dean", Action.APPEAL, flag, "for her")

    assert "Only the author" in reply.text
    assert len(await refusals(world, flag)) == 1


async def test_names_at_the_command_line_have_roles_too(tmp_path: Path) -> None:
    """Once one is named there, others may do nothing; what they tried is on record."""
    world = World(tmp_path, '[roles.reviewer]\npeople = ["cli:office"]\n')
    flag = await flagged(world)

    stranger = await world.review.decide(Action.CONFIRM, flag.id, "cli:hall", "")
    office = await world.review.decide(Action.CONFIRM, flag.id, "cli:office", "")

    assert "needs the role “reviewer”" in stranger.text
    assert office.accepted
    assert [actor for actor, _ in await refusals(world, flag)] == ["cli:hall"]
    await world.close()


async def test_many_private_flags_hide_no_other(world: World) -> None:
    """Nobody has decided on the newest ones; a moderator sees the older one that is theirs."""
    flag = await flagged(world)
    for _ in range(20):
        await world.post("leo", "i am careword")

    by = Person("playground", "demo", "dean")
    reply = await world.desk.command(Command("c1", by, "flags"))

    assert flag.id in reply.text
