"""`hallmonitor doctor` as it is typed: what it prints, and the test note that it sends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.cli.doctor_visit import Visit, on_discord, on_slack
from tests.doubles.discord import DiscordDouble
from tests.doubles.slack import SlackDouble


def test_without_settings_it_can_look_at_nothing(tmp_path: Path) -> None:
    """Exit 2, and what to do."""
    result = Visit(tmp_path, {}).typed()

    assert result.exit_code == 2
    assert "There is no" in result.output
    assert "hallmonitor init" in result.output


async def test_for_people_each_finding_is_a_line_and_a_remedy(tmp_path: Path) -> None:
    """And the last line counts."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        slack.revoke_token()
        result = await asyncio.to_thread(visit.typed)

        assert "fault    slack-token: SLACK_BOT_TOKEN: Slack refuses" in result.output
        assert "-> Copy the Bot User OAuth Token" in result.output
        assert result.output.splitlines()[-1].startswith("1 fault, ")


async def test_a_test_note_on_slack_reaches_the_person_named(tmp_path: Path) -> None:
    """By the id alone where one workspace is listed; it takes no events to do it."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)

        assert await visit.look("--notice", visit.mo) == 0
        assert "notice" in visit.named("ok")
        assert len(slack.dms(visit.mo)) == 1
        assert slack.courier.sockets == []


async def test_a_test_note_on_discord_reaches_the_person_named(tmp_path: Path) -> None:
    """Without the gateway."""
    async with DiscordDouble() as discord:
        visit = on_discord(tmp_path, discord)

        assert await visit.look("--notice", f"discord/{visit.place}/{visit.mo}") == 0
        assert len(discord.dms(visit.mo)) == 1


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("U0NOBODY", "user_not_found"),
        ("slack/T9/U1", "T9 is not in the settings"),
        ("slack/U1", "give platform/workspace/id"),
    ],
)
async def test_a_note_that_cannot_be_sent_is_a_fault(
    tmp_path: Path, person: str, said: str
) -> None:
    """Exit 1 with the reason."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)

        assert await visit.look("--notice", person) == 1
        assert visit.named("fault") == ["notice"]
        assert said in visit.said("notice")
