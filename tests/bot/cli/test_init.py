"""`hallmonitor init`: every answer is checked, what is written is taken, nothing is lost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapters.slack.check import needed_scopes
from bot import settings
from bot.cli.__main__ import main
from bot.cli.init import command
from bot.setup.questions import QUESTIONS
from rules.types import Category, Role
from tests.bot.setup.samples import BOTH, DISCORD_ALONE, SLACK_ALONE, options


def init(folder: Path, *arguments: str, typed: str | None = None) -> Result:
    """`hallmonitor init` in a folder."""
    files = ["--config", str(folder / "hallmonitor.toml"), "--manifest", str(folder / "slack.json")]
    return CliRunner().invoke(main, ["init", *files, *arguments], input=typed)


def scripted(folder: Path, answers: dict[str, str], *more: str) -> Result:
    return init(folder, "--no-input", *options(answers), *more)


def manifest(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "slack.json").read_text("utf-8"))
    return data


@pytest.mark.parametrize(
    ("answers", "platforms"),
    [(SLACK_ALONE, ["slack"]), (DISCORD_ALONE, ["discord"]), (BOTH, ["slack", "discord"])],
)
def test_what_it_writes_passes_the_check(
    tmp_path: Path, answers: dict[str, str], platforms: list[str]
) -> None:
    """For one platform or both, with defaults where nothing was said."""
    result = scripted(tmp_path, answers)
    checked = CliRunner().invoke(
        main, ["settings", "check", "--config", str(tmp_path / "hallmonitor.toml")]
    )
    chosen = settings.read(tmp_path / "hallmonitor.toml")

    assert (result.exit_code, checked.exit_code) == (0, 0)
    assert [place.platform for place in chosen.file.workspace] == platforms
    assert chosen.file.policies == ("mps-6.34", "cps-2018")
    assert (tmp_path / "slack.json").exists() == ("slack" in platforms)


def test_every_answer_reaches_the_file(tmp_path: Path) -> None:
    """As the settings understand it."""
    more = {
        "contact": 'room 12, "the annex"',
        "timezone": "America/Denver",
        "language": "es",
        "policies": "cps-2018",
        "slack-staff-groups": "@teachers,S0STAFF",
        "slack-student-domains": "Pupils.Example.org",
        "discord-hide": "sexual, credential",
        "discord-student-roles": "523456789012345678",
        "moderator-groups": "S0MODS",
        "it": "discord/123456789012345678/623456789012345678",
        "administrators": "U0ADA",
        "help-lines": "988 Lifeline = 988 https://988lifeline.org, Our office=414-555-0150",
    }
    assert scripted(tmp_path, {**BOTH, **more}).exit_code == 0
    file = settings.read(tmp_path / "hallmonitor.toml").file
    slack, discord = file.workspace

    assert file.district.contact == 'room 12, "the annex"'
    assert (file.district.timezone, file.district.language) == ("America/Denver", "es")
    assert file.policies == ("cps-2018",)
    assert slack.staff_groups == ["teachers", "S0STAFF"]
    assert slack.student_domains == ["pupils.example.org"]
    assert slack.default_role is Role.STUDENT
    assert discord.hide == [Category.SEXUAL, Category.CREDENTIAL]
    assert discord.student_groups == ["523456789012345678"]
    assert file.lists["moderators"].groups == ["S0MODS"]
    assert file.lists["moderators"].people == ["slack/T012AB3CD/U0MO", "slack/T012AB3CD/U0MAX"]
    assert file.lists["it"].people == ["discord/123456789012345678/623456789012345678"]
    assert file.lists["administrators"].people == ["slack/T012AB3CD/U0ADA"]
    assert [(one.name, one.number, one.link) for one in file.care.help_lines] == [
        ("988 Lifeline", "988", "https://988lifeline.org"),
        ("Our office", "414-555-0150", ""),
    ]


@pytest.mark.parametrize(
    ("more", "spared"),
    [
        ({}, {"usergroups:read", "users:read.email"}),
        ({"slack-staff-domains": "a.example"}, {"usergroups:read"}),
        ({"slack-student-groups": "pupils"}, {"users:read.email"}),
        ({"moderator-groups": "S0MODS"}, {"users:read.email"}),
        ({"slack-staff-groups": "staff", "slack-student-domains": "a.example"}, set()),
    ],
)
def test_the_manifest_asks_for_just_the_scopes_that_are_used(
    tmp_path: Path, more: dict[str, str], spared: set[str]
) -> None:
    """A scope that no answer needs is not asked for; the others are all there."""
    scripted(tmp_path, {**SLACK_ALONE, **more})

    assert set(manifest(tmp_path)["oauth_config"]["scopes"]["bot"]) == needed_scopes() - spared


def test_the_manifest_says_how_events_arrive(tmp_path: Path) -> None:
    """Over HTTP one address stands in three places; over Socket Mode in none."""
    scripted(tmp_path, SLACK_ALONE)
    assert manifest(tmp_path)["settings"]["socket_mode_enabled"]
    assert "request_url" not in json.dumps(manifest(tmp_path))

    http = {"slack-mode": "http", "slack-url": "https://hm.example.org/slack/events/"}
    result = scripted(tmp_path, {**SLACK_ALONE, **http}, "--force")
    made = manifest(tmp_path)
    url = "https://hm.example.org/slack/events"

    assert not made["settings"]["socket_mode_enabled"]
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"]["request_url"] == url
    assert [command["url"] for command in made["features"]["slash_commands"]] == [url]
    assert "SLACK_SIGNING_SECRET" in result.output
    assert "SLACK_APP_TOKEN" not in result.output


@pytest.mark.parametrize(("hide", "named"), [("", False), ("sexual", True)])
def test_the_invite_link_asks_to_delete_only_where_it_will(
    tmp_path: Path, hide: str, named: bool
) -> None:
    """Manage Messages is bit 13; every permission of the link is explained."""
    output = scripted(tmp_path, {**DISCORD_ALONE, "discord-hide": hide}).output
    [number] = re.findall(r"permissions=(\d+)", output)

    assert bool(int(number) >> 13 & 1) == named
    assert ("Manage Messages" in output) == named
    assert "scope=bot+applications.commands" in output
    assert "client_id=223456789012345678" in output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"district": ""}, "--district: an answer is needed"),
        ({"timezone": "Chicago"}, "--timezone: 'Chicago' is not a time zone"),
        ({"timezone": "../etc/passwd"}, "is not a time zone"),
        ({"language": "fr"}, "--language: 'fr' is none of en, es"),
        ({"policies": "mps-6.43"}, "no such policy"),
        ({"platforms": "teams"}, "--platforms: 'teams' is none of slack, discord"),
        ({"slack-workspace": "riverbend"}, "not a Slack workspace id: it begins with T"),
        ({"slack-moderators-channel": "#mods"}, "and is not the name"),
        ({"slack-default-role": ""}, "--slack-default-role: an answer is needed"),
        ({"slack-default-role": "teacher"}, "none of staff, student, unknown"),
        ({"slack-mode": "http"}, "--slack-url: an answer is needed"),
        ({"slack-mode": "http", "slack-url": "http://a.example"}, "such as https://"),
        ({"slack-staff-domains": "staff"}, "not a domain"),
        ({"slack-staff-groups": "all staff"}, "not a user group"),
        ({"moderators": "@mo"}, "not a Slack member id"),
        ({"moderators": "123456789012345678"}, "is on discord, which was not chosen"),
        ({"it": "slack/T0OTHER/U1AB"}, "is in T0OTHER, not in T012AB3CD"),
        ({"counsellors": ""}, "--counsellors: an answer is needed"),
        ({"district": "River\x00bend"}, "cannot be printed"),
        ({"help-lines": "988"}, "'988' is not NAME = NUMBER"),
        ({"help-lines": "Office = http://office.example"}, "is not NAME = NUMBER"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(
    tmp_path: Path, more: dict[str, str], said: str
) -> None:
    """It says which option and why, exit 2, and nothing is written."""
    result = scripted(tmp_path, {**SLACK_ALONE, **more})

    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A script is mended in one go."""
    result = init(tmp_path, "--no-input", "--platforms=discord", "--language=fr")

    missing = ("district", "discord-server", "discord-application", "moderators", "it")
    assert [name for name in missing if f"--{name}: an answer is needed" not in result.output] == []
    assert "--language: 'fr'" in result.output
    assert "--slack-workspace" not in result.output


def test_a_file_that_is_there_is_never_written_over_unasked(tmp_path: Path) -> None:
    """Neither by a script nor by a person who says no; --force says yes."""
    for name in ("hallmonitor.toml", "slack.json"):
        scripted(tmp_path, SLACK_ALONE, "--force")
        (tmp_path / name).write_text("mine")
        (tmp_path / ({"hallmonitor.toml", "slack.json"} - {name}).pop()).unlink()
        refused = scripted(tmp_path, SLACK_ALONE)

        assert refused.exit_code == 2
        assert "--force" in refused.output
        assert (tmp_path / name).read_text() == "mine"
        assert len(list(tmp_path.iterdir())) == 1

    (tmp_path / "hallmonitor.toml").write_text("mine")
    declined = init(tmp_path, *options(SLACK_ALONE), typed="n\n")
    assert declined.exit_code == 2
    assert (tmp_path / "hallmonitor.toml").read_text() == "mine"

    assert scripted(tmp_path, SLACK_ALONE, "--force").exit_code == 0
    assert settings.read(tmp_path / "hallmonitor.toml")


def test_it_asks_a_person_until_the_answer_can_be_used(tmp_path: Path) -> None:
    """Only what the choices need is asked; Enter takes the default."""
    typed = [
        *("Riverbend", "", "Chicago", "", "", ""),  # district, contact, a wrong zone, the default
        *("discord", "123", "123456789012345678", "223456789012345678"),
        *("323456789012345678", "student", "", "", ""),
        *("423456789012345678", "", "423456789012345678", "", "423456789012345678"),
        *("423456789012345678", "988", "Lifeline = 988"),  # a help line without a name, then one
    ]
    result = init(tmp_path, typed="\n".join(typed) + "\n")

    assert result.exit_code == 0, result.output
    assert (
        "'Chicago' is not a time zone such as America/Chicago.\n  Please try again."
        in result.output
    )
    assert "'123' is not a Discord id" in result.output
    assert "Slack workspace id" not in result.output
    assert "'988' is not NAME = NUMBER" in result.output
    assert settings.read(tmp_path / "hallmonitor.toml").file.district.timezone == "America/Chicago"


def test_stopping_half_way_writes_nothing(tmp_path: Path) -> None:
    """The end of input stands for Ctrl-C."""
    result = init(tmp_path, typed="Riverbend\n\n\n")

    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """One line, no traceback."""
    result = scripted(tmp_path / "nowhere", SLACK_ALONE)

    assert result.exit_code == 2
    assert "hallmonitor.toml cannot be written: No such file" in result.output


def test_no_secret_is_asked_for_and_the_steps_name_each(tmp_path: Path) -> None:
    """Tokens and the key go into the environment by hand."""
    asked = " ".join(question.ask + question.name for question in QUESTIONS).lower()
    output = scripted(tmp_path, BOTH).output
    written = (tmp_path / "hallmonitor.toml").read_text() + (tmp_path / "slack.json").read_text()

    assert not re.search("token|secret|password", asked)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "HALLMONITOR_SECRET_KEY"):
        assert name in output
    assert "openssl rand -base64 32" in output
    assert not re.search(r"xoxb-|xapp-|[A-Za-z0-9+/_-]{43}=", written)


def test_every_question_can_be_answered_by_a_script() -> None:
    """One option each."""
    names = {name.removeprefix("--") for option in command.params for name in option.opts}

    assert {question.name for question in QUESTIONS} <= names
