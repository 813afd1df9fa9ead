"""A connection that stands: resumed when it breaks, ended for good, closed."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.adapters.discord.conftest import School, connecting, logged
from tests.doubles.discord import DiscordDouble


async def test_a_broken_connection_is_resumed(school: School) -> None:
    """What happened meanwhile comes in its order."""
    await school.discord.post(school.student, school.room, "one")
    await school.heard()
    await school.discord.drop_gateway()
    message = await school.discord.post(school.student, school.room, "two")
    await school.discord.edit(school.room, message, "three")
    await school.discord.delete(school.room, message)
    await school.discord.until(lambda: school.inbox.deletions)

    assert [m.text for m in school.inbox.messages] == ["one", "two", "three"]
    assert school.discord.gateway.resumed == 1


@pytest.mark.parametrize(("op", "resumes"), [(7, 1), (9, 0)])
async def test_it_goes_and_comes_again_when_told_so(school: School, op: int, resumes: int) -> None:
    """4.1: op 7 asks for a resume, op 9 `false` for a new session."""
    await school.discord.gateway.send_op(op, False if op == 9 else None)
    await school.discord.until(
        lambda: school.discord.gateway.resumed + len(school.discord.gateway.identified) == 2
    )
    await school.discord.post(school.student, school.room, "hello")
    await school.heard()

    assert school.discord.gateway.resumed == resumes


async def test_a_token_revoked_while_it_runs_stops_discord_alone(school: School) -> None:
    """4.1: fatal, never reconnect. Other platforms of the process go on."""
    running = asyncio.create_task(school.adapter.run())
    with capture_logs() as logs:
        await school.discord.gateway.close(4004)
        await school.discord.until(lambda: logged(logs, "discord-stopped"))

    assert not running.done()
    assert len(school.discord.gateway.identified) == 1
    running.cancel()


async def test_identifications_keep_their_distance() -> None:
    """4.1: one in a window, or Discord refuses and at last resets the token."""
    async with DiscordDouble() as discord, connecting(discord) as school:
        connection = school.adapter._connection
        assert connection is not None
        connection.client._identify_s = discord.gateway.identify_every_s = 0.4
        await discord.lose_session()
        await discord.until(lambda: len(discord.gateway.identified) == 2)

        first, second = discord.gateway.identified
        assert second - first >= 0.4
        assert discord.violations == []


async def test_closing_records_what_is_in_hand(school: School) -> None:
    """What was heard is handed over; nothing is taken in any more."""
    for n in range(30):
        await school.discord.post(school.student, school.room, f"{n}")
    await school.heard()
    await school.adapter.close()
    seen = len(school.inbox.messages)
    await school.discord.post(school.student, school.room, "too late")
    await school.discord.disconnected()

    assert len(school.inbox.messages) == seen
    assert [m.text for m in school.inbox.messages] == [f"{n}" for n in range(seen)]
