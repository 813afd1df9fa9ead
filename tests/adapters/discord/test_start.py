"""Starting: clear refusals, and servers that are absent, ill, or not listed."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord.errors import SetupError
from tests.adapters.discord.conftest import School, adapter_of, logged
from tests.doubles.discord import CountingInbox, DiscordDouble


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

        assert logged(logs, "discord-server-absent")["server"] == "1234"


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

        assert logged(logs, "discord-commands-not-registered")["reason"] == "no-access"


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
