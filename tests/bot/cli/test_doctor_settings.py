"""`hallmonitor doctor` on the settings, the secrets and the rules that a start would read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.doctor_visit import KEY, Visit, on_slack
from tests.doubles.slack import SlackDouble


async def test_every_fault_of_the_settings_is_told(tmp_path: Path) -> None:
    """File and line, exit 2."""
    visit = Visit(tmp_path, {})
    visit.config.write_text('[district]\nname = ""\ncolour = 1\n')

    assert await visit.look() == 2
    assert "hallmonitor.toml:3: unknown key `colour`" in visit.said("settings")
    assert len(visit.named("fault")) > 2


@pytest.mark.parametrize(
    ("env", "name", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "secrets", "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "secrets", "must start with xapp-"),
        ({"SLACK_BOT_TOKEN": 'xoxb-1"'}, "secrets", "quotation marks"),
        ({"HALLMONITOR_SECRET_KEY": ""}, "secrets", "HALLMONITOR_SECRET_KEY is not set"),
        ({"HALLMONITOR_SECRET_KEY": "short"}, "secret-key", "openssl rand -base64 32"),
    ],
)
async def test_secrets_are_looked_at_and_never_shown(
    tmp_path: Path, env: dict[str, str], name: str, said: str
) -> None:
    """The variable is named; its value stands nowhere."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        visit.env.update(env)

        assert await visit.look() == 1
        assert name in visit.named("fault")
        assert said in visit.said(name)
        assert slack.bot_token not in str(visit.findings)
        assert KEY not in str(visit.findings)


async def test_rules_that_do_not_load_are_named(tmp_path: Path) -> None:
    """As at start: file, line, what is wrong."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        policy = tmp_path / "own.toml"
        policy.write_text('[policy]\nid = "own"\n')
        visit.rewrite("[district]", f"policies = [{json.dumps(str(policy))}]\n[district]")

        assert await visit.look() == 1
        assert "own.toml:" in visit.said("rules")
