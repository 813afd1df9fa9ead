"""What `doctor` asks the adapter, and the invitation that it gives."""

from __future__ import annotations

from pathlib import Path

from adapters.discord.check import invite
from tests.adapters.discord.conftest import School, adapter_of
from tests.doubles.discord import CountingInbox, DiscordDouble
from tests.doubles.discord.world import ALL_NEEDED, EMBED_LINKS


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


def test_the_documented_invitations_are_the_adapters_own() -> None:
    """People copy them; a permission that is missing there is missing for good."""
    page = (Path(__file__).parents[3] / "docs" / "connect-discord.md").read_text("utf-8")

    assert invite("APPLICATION_ID") in page
    assert invite("", hide=True).rpartition("&")[2] in page
