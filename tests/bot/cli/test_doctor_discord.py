"""`hallmonitor doctor` on Discord: every fault is named with what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.doctor_visit import Visit, on_discord
from tests.doubles.discord import DiscordDouble


async def test_all_is_well_on_discord(tmp_path: Path) -> None:
    """Exit 0; it sends nothing and stays off the gateway."""
    async with DiscordDouble() as discord:
        visit = on_discord(tmp_path, discord)

        assert await visit.look() == 0, visit.findings
        well = {"discord-token", "discord-intents", "discord-permissions", "discord-commands"}
        assert well | {"discord-moderators-channel", "clock"} <= set(visit.named("ok"))
        assert [call for call, _ in discord.calls if call.startswith("POST")] == []


@pytest.mark.parametrize(
    ("trouble", "name", "said"),
    [
        (lambda v, d: d.withhold_content(), "discord-intents", ["Message Content Intent"]),
        (lambda v, d: d.leave(v.place, d.world.bot), "discord-server", ["Invite it: https://"]),
        (
            lambda v, d: v.env.update(DISCORD_TOKEN="not-a-token"),
            "discord-token",
            ["refuses this token", "Reset Token"],
        ),
        (
            lambda v, d: d.deny(v.desk, 1 << 10),
            "discord-moderators-channel",
            ["no-access", "moderators_channel"],
        ),
    ],
)
async def test_what_discord_refuses_is_a_fault_with_its_remedy(
    tmp_path: Path, trouble: Callable[[Visit, DiscordDouble], None], name: str, said: list[str]
) -> None:
    """Exit 1, and the rest is looked at all the same."""
    async with DiscordDouble() as discord:
        visit = on_discord(tmp_path, discord)
        trouble(visit, discord)

        assert await visit.look() == 1
        assert name in visit.named("fault")
        assert [part for part in said if part not in visit.said(name)] == []
        assert discord.token not in str(visit.findings)
