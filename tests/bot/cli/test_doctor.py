"""`hallmonitor doctor` against the strict doubles: every fault is named with what to do."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot.cli.__main__ import main
from bot.engine.port import NewJob
from bot.store.port import DeliveryState, Tx
from bot.store.sqlite import open_store
from tests.doubles.discord import DiscordDouble
from tests.doubles.slack import SlackDouble
from tests.scenarios.world import PACKS

KEY = Fernet.generate_key().decode()
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
UNSET = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN")
LISTS = """
[lists]
moderators = {{ people = ["{place}/{mo}", "{place}/{max}"] }}
principal = {{ people = ["{place}/{mo}"] }}
it = {{ people = ["{place}/{mo}"] }}
counsellors = {{ people = ["{place}/{mo}"] }}
"""
PLACE = """
[[workspace]]
platform = "{platform}"
id = "{id}"
default_role = "student"
moderators_channel = "{desk}"
staff_groups = ["{staff}"]
"""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doubles stand on loopback."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@dataclass
class Visit:
    """A folder with settings, and the environment to look at it in."""

    folder: Path
    env: dict[str, str]
    mo: str = ""
    findings: list[dict[str, str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "hallmonitor.toml"

    @property
    def data(self) -> Path:
        return self.folder / "var"

    def typed(self, *more: str) -> Result:
        arguments = ["doctor", "--config", str(self.config), "--data", str(self.data), *more]
        env = {**dict.fromkeys(UNSET, ""), **self.env}
        return CliRunner().invoke(main, arguments, env=env, obj=PACKS)

    async def look(self, *more: str) -> int:
        """Run it; keep the findings and return the exit code."""
        result = await asyncio.to_thread(self.typed, "--json", *more)
        assert result.stdout, result.exception
        told = json.loads(result.stdout)
        self.findings = told["findings"]
        assert told["faults"] == len(self.named("fault"))
        assert told["warnings"] == len(self.named("warning"))
        assert all(f["remedy"] for f in self.findings if f["state"] in ("fault", "warning"))
        return result.exit_code

    def named(self, state: str) -> list[str]:
        return [f["name"] for f in self.findings if f["state"] == state]

    def said(self, name: str) -> str:
        """All that was found under this name."""
        return " ".join(f"{f['what']} {f['remedy']}" for f in self.findings if f["name"] == name)

    def rewrite(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))


def on_slack(folder: Path, slack: SlackDouble) -> Visit:
    """A district on Slack for which all is well."""
    mo, max_ = slack.add_user("mo"), slack.add_user("max")
    slack.add_usergroup("staff", [mo])
    desk = slack.add_channel("desk", [mo], private=True)
    env = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "HALLMONITOR_SECRET_KEY": KEY,
    }
    visit = Visit(folder, env, mo)
    place = PLACE.format(platform="slack", id=slack.team, desk=desk, staff="staff")
    lists = LISTS.format(place=f"slack/{slack.team}", mo=mo, max=max_)
    visit.config.write_text(f'[district]\nname = "Riverbend"\n{place}{lists}')
    return visit


def on_discord(folder: Path, discord: DiscordDouble) -> Visit:
    """A district on Discord for which all is well."""
    guild = discord.add_guild()
    staff = discord.add_role(guild, "staff")
    mo, max_ = discord.add_user("mo", guild), discord.add_user("max", guild)
    desk = discord.add_channel(guild, "desk")
    env = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "HALLMONITOR_SECRET_KEY": KEY,
    }
    visit = Visit(folder, env, mo)
    place = PLACE.format(platform="discord", id=guild, desk=desk, staff=staff)
    lists = LISTS.format(place=f"discord/{guild}", mo=mo, max=max_)
    visit.config.write_text(f'[district]\nname = "Riverbend"\n{place}{lists}')
    return visit


async def fill(visit: Visit, work: Callable[[Tx], Any] = lambda tx: None) -> None:
    """Begin the records, as a first run does."""
    store = open_store(visit.data, [KEY])
    await store.write(work)
    await store.close()


# --- Slack ----------------------------------------------------------------------------------------


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
        assert visit.named("warning") == ["roles"]
        assert 'everybody is taken for "student"' in visit.said("roles")


# --- Discord --------------------------------------------------------------------------------------


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
        (lambda v, d: d.leave(guild(v), d.world.bot), "discord-server", ["Invite it: https://"]),
        (
            lambda v, d: v.env.update(DISCORD_TOKEN="not-a-token"),
            "discord-token",
            ["refuses this token", "Reset Token"],
        ),
        (
            lambda v, d: d.deny(desk(v), 1 << 10),
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


def guild(visit: Visit) -> str:
    return visit.config.read_text().split('id = "')[1].split('"')[0]


def desk(visit: Visit) -> str:
    return visit.config.read_text().split('moderators_channel = "')[1].split('"')[0]


# --- a test note ----------------------------------------------------------------------------------


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

        assert await visit.look("--notice", f"discord/{guild(visit)}/{visit.mo}") == 0
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


# --- settings and secrets -------------------------------------------------------------------------


def test_without_settings_it_can_look_at_nothing(tmp_path: Path) -> None:
    """Exit 2, and what to do."""
    result = Visit(tmp_path, {}).typed()

    assert result.exit_code == 2
    assert "There is no" in result.output
    assert "hallmonitor init" in result.output


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


# --- records --------------------------------------------------------------------------------------


async def test_it_works_beside_a_running_bot(tmp_path: Path) -> None:
    """The folder is held by another, and the records are found whole."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        store = open_store(visit.data, [KEY])
        try:
            assert await visit.look() == 0
        finally:
            await store.close()

        assert {"records", "records-writable", "data-folder"} <= set(visit.named("ok"))


async def test_another_key_is_a_fault(tmp_path: Path) -> None:
    """Nothing is begun with it."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        await fill(visit)
        visit.env["HALLMONITOR_SECRET_KEY"] = Fernet.generate_key().decode()

        assert await visit.look() == 1
        assert visit.named("fault") == ["records"]
        assert "does not open the records" in visit.said("records")


async def test_a_changed_audit_is_a_fault(tmp_path: Path) -> None:
    """A row that another hand wrote breaks the chain."""
    import sqlite3

    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        now = datetime.now(UTC)
        await fill(visit, lambda tx: tx.audit("cli:mo", "confirm", "f1", now, {}))
        db = sqlite3.connect(visit.data / "hallmonitor.db")
        db.execute("INSERT INTO audit VALUES (9, '', 'x', 'dismiss', 'f1', '{}', 'abc')")
        db.commit()
        db.close()

        assert await visit.look() == 1
        assert "Audit, row 2: changed, missing" in visit.said("records")
        assert "docs/operating.md" in visit.said("records")


async def test_deliveries_given_up_and_an_open_folder_are_warnings(tmp_path: Path) -> None:
    """They do not fail a script."""

    def give_up(tx: Tx) -> None:
        now = datetime.now(UTC)
        tx.add_delivery(NewJob("k", "notice", "lane", now))
        [job] = tx.claim(now, "lease", now, 1)
        tx.finish(job, DeliveryState.DEAD, reason="gone")

    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        await fill(visit, give_up)
        visit.data.chmod(0o755)

        assert await visit.look() == 0
        assert {"data-folder", "deliveries"} <= set(visit.named("warning"))
        assert "1 delivery was given up" in visit.said("deliveries")
        assert "chmod 700" in visit.said("data-folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    """The bot could record nothing."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        visit.data.mkdir(mode=0o500)

        assert await visit.look() == 1
        assert "data-folder" in visit.named("fault")


async def test_for_people_each_finding_is_a_line_and_a_remedy(tmp_path: Path) -> None:
    """And the last line counts."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        slack.revoke_token()
        result = await asyncio.to_thread(visit.typed)

        assert "fault    slack-token: SLACK_BOT_TOKEN: Slack refuses" in result.output
        assert "-> Copy the Bot User OAuth Token" in result.output
        assert result.output.splitlines()[-1].startswith("1 fault, ")
