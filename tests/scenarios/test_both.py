"""One district on Slack and Discord at once: one process, one record, two platforms."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from bot import settings
from bot.bootstrap import build
from bot.engine.pace import Pace
from bot.settings import Secrets
from tests.scenarios import slack_school
from tests.scenarios.discord_school import hurry, school_in
from tests.scenarios.discord_school import said as said_on_discord
from tests.scenarios.slack_school import NOW, Ahead, _stop, school_on
from tests.scenarios.slack_school import said as said_on_slack
from tests.scenarios.world import KEY, PACKS


def both(slack: slack_school.School, discord: str) -> str:
    """The settings of the Discord school, with the Slack workspace and its people added."""
    team, people = slack.slack.team, slack.people
    extra = f"""
[[workspace]]
platform = "slack"
id = "{team}"
default_role = "student"
moderators_channel = "{slack.desk}"
"""
    text = discord.replace("[lists]", f"{extra}\n[lists]")
    for name in ("principal", "novak"):
        line = 'people = ["discord/'
        at = text.index(line, text.index("principal =" if name == "principal" else "it ="))
        text = (
            text[:at]
            + f'people = ["slack/{team}/{people[name]}", "discord/'
            + text[at + len(line) :]
        )
    return text


async def test_one_person_flagged_on_both_at_once(tmp_path: Path) -> None:
    """Each platform's author is told there, and each moderators' channel is served."""
    async with (
        school_on("socket", tmp_path) as slack,
        school_in(tmp_path) as discord,
        AsyncExitStack() as stack,
    ):
        chosen = settings.parse(both(slack, discord.toml()))
        secrets = Secrets(
            keys=(KEY,),
            slack_bot_token=slack.slack.bot_token,
            slack_app_token=slack.slack.app_token,
            slack_api_url=slack.slack.api_url,
            discord_token=discord.discord.token,
            discord_api_url=discord.discord.api_url,
            discord_gateway_url=discord.discord.gateway_url,
        )
        data = tmp_path / "both"
        app = await build(chosen, secrets, data, Ahead(NOW), packs=PACKS, pace=Pace(rate_s=0))
        slack.app = discord.app = app
        hurry(app, discord.guild)
        stack.push_async_callback(app.close)
        await app.start()
        work = asyncio.create_task(app.engine.run(app.deliveries.handlers()))
        stack.push_async_callback(_stop, work)

        await asyncio.gather(slack.bully(3), discord.bully(3))
        await slack.slack.until(lambda: len(slack.cards()) == 3)
        await discord.discord.until(lambda: len(discord.cards()) == 3)
        await slack.slack.until(lambda: len(slack.letters("principal")) == 2)
        await discord.discord.until(lambda: len(discord.letters("principal")) == 2)

        assert "Repeat: number 2" in said_on_slack(slack.cards()[1])
        assert "Repeat: number 2" in said_on_discord(discord.cards()[1])
        assert len(await discord.flags()) == 6
        assert {flag.key.platform for flag in await slack.flags()} == {"slack", "discord"}
