"""A folder that `hallmonitor doctor` looks at, on either platform's strict double."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot.cli.__main__ import main
from bot.store.port import Tx
from bot.store.sqlite import open_store
from tests.doubles.discord import DiscordDouble
from tests.doubles.slack import SlackDouble
from tests.scenarios.world import PACKS

KEY = Fernet.generate_key().decode()
# The doubles stand on loopback, where a proxy does not reach.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
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


@dataclass
class Visit:
    """A folder with settings, and the environment to look at it in."""

    folder: Path
    env: dict[str, str]
    mo: str = ""
    place: str = ""
    desk: str = ""
    findings: list[dict[str, str]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "hallmonitor.toml"

    @property
    def data(self) -> Path:
        return self.folder / "var"

    def typed(self, *more: str) -> Result:
        arguments = ["doctor", "--config", str(self.config), "--data", str(self.data), *more]
        unset = dict.fromkeys(PROXIES) | dict.fromkeys(UNSET, "")
        env = {**unset, **self.env}
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
    visit = Visit(folder, env, mo, slack.team, desk)
    return _settled(visit, "slack", max_, "staff")


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
    visit = Visit(folder, env, mo, guild, desk)
    return _settled(visit, "discord", max_, staff)


def _settled(visit: Visit, platform: str, max_: str, staff: str) -> Visit:
    """The visit, once its settings are written."""
    place = PLACE.format(platform=platform, id=visit.place, desk=visit.desk, staff=staff)
    lists = LISTS.format(place=f"{platform}/{visit.place}", mo=visit.mo, max=max_)
    visit.config.write_text(f'[district]\nname = "Riverbend"\n{place}{lists}')
    return visit


async def fill(visit: Visit, work: Callable[[Tx], Any] = lambda tx: None) -> None:
    """Begin the records, as a first run does."""
    store = open_store(visit.data, [KEY])
    await store.write(work)
    await store.close()
