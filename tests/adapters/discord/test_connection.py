"""Connecting: clear refusals, gaps that lose nothing, and servers that are not listed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord.check import invite
from adapters.discord.errors import SetupError
from bot.ports import Person
from tests.adapters.discord.conftest import School, adapter_of, connecting
from tests.adapters.discord.samples import NOTICE
from tests.doubles.discord import CountingInbox, DiscordDouble
from tests.doubles.discord.world import ALL_NEEDED, EMBED_LINKS, HISTORY

# --- starting -------------------------------------------------------------------------------------


async def refused(discord: DiscordDouble, **settings: Any) -> SetupError:
    """Why an adapter with these settings does not start."""
    adapter = adapter_of(discord, CountingInbox(), **settings)
    with pytest.raises(SetupError) as caught:
        await adapter.start()
    assert discord.token not in str(caught.value)
    await discord.disconnected()
    return caught.value


async def test_a_refused_token_is_told_with_what_to_do() -> None:
    async with DiscordDouble() as discord:
        discord.add_guild()
        error = await refused(discord, token="wrong.bot.token")

        assert "DISCORD_TOKEN" in str(error)
        assert "Reset Token" in str(error)
        assert not error.retryable


async def test_a_missing_intent_is_told_with_what_to_do() -> None:
    """4014: without it everything people write is empty."""
    async with DiscordDouble() as discord:
        discord.add_guild()
        discord.withhold_content()
        error = await refused(discord)

        assert "Message Content Intent" in str(error)
        assert "4014" in str(error)


async def test_a_token_that_only_the_gateway_refuses_is_told() -> None:
    async with DiscordDouble() as discord:
        discord.add_guild()
        adapter = adapter_of(discord, CountingInbox())
        original = discord.gateway._refusal
        discord.gateway._refusal = lambda data, intents: 4004  # type: ignore[method-assign]
        with pytest.raises(SetupError, match=r"gateway refuses this token \(4004\)"):
            await adapter.start()
        discord.gateway._refusal = original  # type: ignore[method-assign]


async def test_a_bot_in_no_listed_server_gets_its_invitation() -> None:
    """With just the permissions that it needs."""
    async with DiscordDouble() as discord:
        discord.add_guild("Elsewhere")
        error = await refused(discord, guilds=["1234"])

        assert "1234" in str(error)
        assert f"client_id={discord.world.application}" in str(error)
        assert "scope=bot+applications.commands" in str(error)


async def test_discord_out_of_reach_is_worth_another_try() -> None:
    async with DiscordDouble() as discord:
        discord.add_guild()
        adapter = adapter_of(discord, CountingInbox())
    with pytest.raises(SetupError, match="cannot be reached") as caught:
        await adapter.start()

    assert caught.value.retryable


async def test_a_gateway_out_of_reach_is_worth_another_try() -> None:
    async with DiscordDouble() as discord:
        discord.add_guild()
        discord.gateway.refuses_sockets = True
        error = await refused(discord)

        assert error.retryable
        assert "DISCORD_GATEWAY_URL" in str(error)


async def test_a_listed_server_without_the_bot_is_told_and_the_others_go_on() -> None:
    async with DiscordDouble() as discord:
        guild = discord.add_guild()
        adapter = adapter_of(discord, CountingInbox(), guilds=[guild, "1234"])
        with capture_logs() as logs:
            await adapter.start()
        await adapter.close()

        assert {"event": "discord-server-absent", "server": "1234"}.items() <= _log(
            logs, "discord-server-absent"
        ).items()


async def test_a_server_that_discord_cannot_describe_does_not_hold_up_the_others() -> None:
    """An outage of Discord's; it is heard of as soon as it is back."""
    async with DiscordDouble() as discord:
        ill, well = discord.add_guild("ill"), discord.add_guild("well")
        discord.gateway.stalls = [ill]
        inbox = CountingInbox()
        adapter = adapter_of(discord, inbox, guilds=[ill, well])
        adapter.described_s = 0.1
        await adapter.start()
        user = discord.add_user("sam", well)
        await discord.post(user, discord.add_channel(well, "room"), "hello")
        await discord.until(lambda: inbox.messages)
        await adapter.close()


async def test_commands_that_cannot_be_registered_stop_nothing() -> None:
    async with DiscordDouble() as discord:
        guild = discord.add_guild()
        discord.world.guilds[guild].takes_commands = False
        adapter = adapter_of(discord, CountingInbox())
        with capture_logs() as logs:
            await adapter.start()
        await adapter.close()

        assert _log(logs, "discord-commands-not-registered")["reason"] == "no-access"


async def test_an_unlisted_server_is_ignored_and_noted_once(school: School) -> None:
    """Wherever somebody invites the bot."""
    other = school.discord.world.add_guild("Other")
    room = school.discord.world.add_channel(other.id, "room").id
    user = school.discord.add_user("eve", other.id)
    with capture_logs() as logs:
        school.discord.join(other.id)
        for _ in range(3):
            await school.discord.post(user, room, "not for us")
        await school.discord.post(school.student, school.room, "for us")
        await school.heard()

    assert [m.text for m in school.inbox.messages] == ["for us"]
    assert [log["event"] for log in logs].count("discord-server-not-listed") == 1


# --- gaps -----------------------------------------------------------------------------------------


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


async def test_what_no_session_replays_is_read_from_the_history(school: School) -> None:
    """Every channel since its cursor; new channels and threads since the newest cursor of all."""
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    await discord.drop_gateway()
    discord.forget_sessions()
    missed = [await discord.post(school.student, school.room, f"{n}") for n in range(250)]
    new = discord.add_channel(school.guild, "new")
    await discord.post(school.teacher, new, "in a new channel")
    thread = await discord.open_thread(school.teacher, school.room, "a thread")
    await discord.post(school.teacher, thread, "in a thread")
    await school.heard(254)

    told = [m.key.message for m in school.inbox.messages if m.key.channel == school.room]
    assert told[1 : 1 + len(missed)] == missed
    texts = {m.text for m in school.inbox.messages}
    assert {"in a new channel", "in a thread", "a thread"} <= texts
    assert [m.author_groups for m in school.inbox.messages if m.text == "in a thread"] == [
        {school.staff}
    ]


async def test_nothing_newer_overtakes_what_was_missed(school: School) -> None:
    """The order of a channel holds across a gap: what is heard waits until the gap is closed."""
    await school.adapter.close()
    school.adapter.retry_s = 0.3
    await school.adapter.start()
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    school.discord.fail("GET /channels/{channel}/messages", status=503)
    await school.discord.post(school.student, school.room, "missed")
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "live")
    await school.discord.until(lambda: any(m.text == "live" for m in school.inbox.messages))

    told = list(dict.fromkeys(m.text for m in school.inbox.messages))
    assert told == ["before", "missed", "live"]


async def test_answers_of_late_are_read_from_the_history_too(school: School) -> None:
    """In the private channels of this run: Discord lists them to no bot."""
    await school.discord.dm(school.student, "before")
    await school.adapter.send_notice(
        Person("discord", school.guild, school.teacher), NOTICE, key="n-1"
    )
    await school.heard()
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    await school.discord.dm(school.student, "missed")
    await school.discord.dm(school.teacher, "missed too")
    await school.heard(3)

    assert {m.text for m in school.inbox.messages} == {"before", "missed", "missed too"}
    assert all(m.direct for m in school.inbox.messages)


async def test_a_new_server_is_not_read_back(school: School) -> None:
    """Nothing was ever recorded there: what stands in it was written before the bot came."""
    await school.adapter.close()
    for n in range(3):
        await school.discord.post(school.student, school.room, f"old {n}")
    await school.adapter.start()
    await school.discord.post(school.student, school.room, "new")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["new"]


async def test_a_channel_without_history_is_passed_over(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    school.discord.deny(school.room, HISTORY)
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    await school.discord.post(school.student, school.room, "unseen")
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "seen")
    await school.discord.until(lambda: any(m.text == "seen" for m in school.inbox.messages))


async def test_a_history_that_fails_is_tried_again(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    school.discord.fail("GET /channels/{channel}/messages", status=503, times=2)
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)

    assert school.inbox.messages[-1].text == "missed"


# --- records that cannot be made ------------------------------------------------------------------


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
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    school.inbox.cursor_failures = 2
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "after")
    await school.heard(3)

    assert [m.text for m in school.inbox.messages] == ["before", "missed", "after"]


async def test_a_fault_of_ours_costs_one_message(school: School) -> None:
    """It is logged by its place; the channel goes on."""
    taken, school.inbox.message = school.inbox.message, _break  # type: ignore[method-assign]
    with capture_logs() as logs:
        await school.discord.post(school.student, school.room, "breaks")
        await school.discord.until(lambda: _log(logs, "discord-listener-failed"))
    school.inbox.message = taken  # type: ignore[method-assign]
    await school.discord.post(school.student, school.room, "goes on")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["goes on"]


async def _break(message: object) -> None:
    raise RuntimeError("a fault")


# --- running and closing --------------------------------------------------------------------------


async def test_a_token_revoked_while_it_runs_stops_discord_alone(school: School) -> None:
    """4.1: fatal, never reconnect. Other platforms of the process go on."""
    running = asyncio.create_task(school.adapter.run())
    with capture_logs() as logs:
        await school.discord.gateway.close(4004)
        await school.discord.until(lambda: _log(logs, "discord-stopped"))

    assert not running.done()
    assert len(school.discord.gateway.identified) == 1
    running.cancel()


async def test_identifications_keep_their_distance() -> None:
    """4.1: one in a window, or Discord refuses and at last resets the token."""
    async with DiscordDouble() as discord, connecting(discord) as school:
        connection = school.adapter._connection
        assert connection is not None
        connection.client._identify_s = discord.gateway.identify_every_s = 0.4
        await discord.drop_gateway()
        discord.forget_sessions()
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


# --- doctor ---------------------------------------------------------------------------------------


async def test_a_sound_connection_has_no_finding(school: School) -> None:
    """And asking changes nothing."""
    found = await school.adapter.check()

    assert [check.name for check in found if not check.ok] == []
    assert {"discord-token", "discord-intents", "discord-permissions", "discord-commands"} == {
        check.name for check in found
    }


async def test_each_fault_is_found_with_its_remedy() -> None:
    async with DiscordDouble() as discord:
        guild = discord.add_guild()
        discord.world.guilds[guild].permissions = ALL_NEEDED & ~EMBED_LINKS
        discord.world.guilds[guild].takes_commands = False
        discord.withhold_content()
        adapter = adapter_of(discord, CountingInbox(), guilds=[guild, "1234"])
        found = {check.name: check for check in await adapter.check() if not check.ok}

        assert "Message Content Intent" in found["discord-intents"].remedy
        assert "lacks: Embed Links" in found["discord-permissions"].what
        assert "client_id=" in found["discord-permissions"].remedy
        assert "not in server 1234" in found["discord-server"].what
        assert "Invite it again" in found["discord-commands"].remedy
        assert discord.gateway.sessions == {}


async def test_a_refused_token_is_the_only_finding() -> None:
    async with DiscordDouble() as discord:
        adapter = adapter_of(discord, CountingInbox(), token="wrong.bot.token")
        (found,) = await adapter.check()

        assert (found.name, found.ok) == ("discord-token", False)


def _log(logs: list[Any], event: str) -> dict[str, Any]:
    return next((log for log in logs if log["event"] == event), {})


def test_the_documented_invitations_are_the_adapters_own() -> None:
    """People copy them; a permission that is missing there is missing for good."""
    page = (Path(__file__).parents[3] / "docs" / "connect-discord.md").read_text("utf-8")

    assert invite("APPLICATION_ID") in page
    assert invite("", hide=True).rpartition("&")[2] in page
