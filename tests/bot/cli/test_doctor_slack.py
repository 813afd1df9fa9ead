"""`hallmonitor doctor` on Slack: every fault is named with what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.doctor_visit import on_slack
from tests.doubles.slack import SlackDouble


async def test_all_is_well_on_slack(tmp_path: Path) -> None:
    """Exit 0; it sends nothing, opens no events, and leaves no file behind."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)

        assert await visit.look() == 0
        assert visit.named("fault") == []
        assert {
            "settings",
            "roles",
            "lists",
            "rules",
            "secrets",
            "slack-token",
            "slack-scopes",
        } <= set(visit.named("ok"))
        assert {"slack-moderators-channel", "slack-socket", "clock"} <= set(visit.named("ok"))
        assert visit.named("skipped") == ["records"]
        assert [method for method, _ in slack.calls if method.startswith("chat")] == []
        assert slack.courier.sockets == []
        assert os.listdir(tmp_path) == ["hallmonitor.toml"]


@pytest.mark.parametrize(
    ("trouble", "name", "said"),
    [
        (lambda s: s.revoke_token(), "slack-token", ["token_revoked", "OAuth & Permissions"]),
        (lambda s: s.scopes.discard("im:write"), "slack-scopes", ["im:write", "install"]),
        (lambda s: s.scopes.discard("usergroups:read"), "slack-user-groups", ["missing_scope"]),
        (lambda s: s.app_scopes.clear(), "slack-socket", ["connections:write"]),
        (
            lambda s: s.leave(next(c.id for c in s.workspace.channels.values())),
            "slack-moderators-channel",
            ["channel_not_found", "/invite @Hall Monitor"],
        ),
    ],
)
async def test_what_slack_refuses_is_a_fault_with_its_remedy(
    tmp_path: Path, trouble: Callable[[SlackDouble], None], name: str, said: list[str]
) -> None:
    """Exit 1, and the rest is looked at all the same."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        trouble(slack)

        assert await visit.look() == 1
        assert name in visit.named("fault")
        assert [part for part in said if part not in visit.said(name)] == []
        assert slack.bot_token not in str(visit.findings)
        assert "rules" in visit.named("ok")


async def test_a_team_that_is_not_listed_is_named(tmp_path: Path) -> None:
    """Both ids stand in the sentence."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        visit.rewrite(slack.team, "T0OTHER")

        assert await visit.look() == 1
        assert f"workspace {slack.team}" in visit.said("slack-token")
        assert "listed: T0OTHER" in visit.said("slack-token")


async def test_slack_out_of_reach_is_told_and_the_clock_left_out(tmp_path: Path) -> None:
    """A network fault is no wrong clock."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)

    assert await visit.look() == 1
    assert "cannot be reached" in visit.said("slack-token")
    assert "clock" in visit.named("skipped")


async def test_scopes_that_the_settings_do_not_use_are_not_missed(tmp_path: Path) -> None:
    """What `init` leaves out of the manifest, `doctor` does not ask for."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        visit.rewrite('staff_groups = ["staff"]\n', "")
        slack.scopes.difference_update({"usergroups:read", "users:read.email"})

        assert await visit.look() == 0
        assert set(visit.named("warning")) == {"roles", "private-flags"}
        assert 'everybody is taken for "student"' in visit.said("roles")
