"""Records that cannot be made: nothing is lost, and nothing overtakes what waits."""

from __future__ import annotations

from structlog.testing import capture_logs

from tests.adapters.discord.conftest import School, logged


async def test_a_failed_record_closes_the_gateway_until_it_is_made(school: School) -> None:
    """Nothing more is taken in; what was heard is tried again; then the rest is caught up on."""
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    school.inbox.refuse(times=10_000)
    first = await discord.post(school.student, school.room, "refused")
    await discord.disconnected()
    second = await discord.post(school.teacher, school.room, "while closed")
    dropped = await discord.post(school.teacher, school.room, "and gone again")
    await discord.delete(school.room, dropped)
    school.inbox.failures_left = 0
    await school.heard(3)
    await discord.connected()
    third = await discord.post(school.student, school.room, "after")
    await school.heard(4)

    assert [m.key.message for m in school.inbox.messages][1:] == [first, second, third]


async def test_edits_and_deletions_survive_a_failed_record(school: School) -> None:
    """No history tells of them, so they are kept until they are on record."""
    message = await school.discord.post(school.student, school.room, "hello")
    await school.heard()
    school.inbox.refuse(times=3)
    await school.discord.edit(school.room, message, "hello again")
    await school.discord.delete(school.room, message)
    await school.discord.until(lambda: school.inbox.deletions)

    assert [m.text for m in school.inbox.messages] == ["hello", "hello again"]


async def test_a_failure_while_catching_up_is_tried_again(school: School) -> None:
    """And what is heard meanwhile waits behind it."""
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    school.inbox.cursor_failures = 2
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "after")
    await school.heard(3)

    assert [m.text for m in school.inbox.messages] == ["before", "missed", "after"]


async def test_the_gateway_stays_closed_while_what_was_missed_cannot_be_recorded(
    school: School,
) -> None:
    """Also where the rest could be: Discord takes a thousand identifications a day, no more."""
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    school.inbox.refuse(times=9)
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "after")
    await school.heard(3)

    assert len(school.discord.gateway.identified) == 3


async def test_a_fault_of_ours_costs_one_message(school: School) -> None:
    """It is logged by its place; the channel goes on."""
    taken, school.inbox.message = school.inbox.message, _break  # type: ignore[method-assign]
    with capture_logs() as logs:
        await school.discord.post(school.student, school.room, "breaks")
        await school.discord.until(lambda: logged(logs, "discord-listener-failed"))
    school.inbox.message = taken  # type: ignore[method-assign]
    await school.discord.post(school.student, school.room, "goes on")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["goes on"]


async def _break(message: object) -> None:
    raise RuntimeError("a fault")
