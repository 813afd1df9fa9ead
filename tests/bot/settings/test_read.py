"""The settings file: what is refused, where, and what stands in for what is not said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from bot import settings
from bot.cli.settings import schema
from bot.settings import Secrets, SettingsError, parse, start_problems
from rules.packfiles import toml_places
from rules.types import Category, Message, MessageKey, Purpose, Role

GOOD = """
[district]
name = "Riverbend"

[[workspace]]
platform = "slack"
id = "T1"
default_role = "unknown"
moderators_channel = "C1"
staff_groups = ["S-STAFF"]
student_groups = ["S-STUDENTS"]
staff_domains = ["staff.example"]
student_domains = ["pupils.example"]
channels = { C9 = "civics" }

[lists]
moderators = { people = ["slack/T1/U1"] }
principal = { people = ["slack/T1/U2"] }
it = { people = ["slack/T1/U3"] }
counsellors = { people = ["slack/T1/U4"] }
"""


def faults(text: str) -> list[str]:
    """Every fault as `line: what`."""
    with pytest.raises(SettingsError) as caught:
        parse(text, "hallmonitor.toml")
    return [f"{problem.line}: {problem.what}" for problem in caught.value.problems]


def test_a_whole_file_is_read_with_its_defaults() -> None:
    """What is not said has the default of the docs."""
    chosen = parse(GOOD)

    assert chosen.file.policies == ("mps-6.34", "cps-2018")
    assert [step.at for step in chosen.steps(Category.HATE, Role.STAFF)] == [1, 2, 3]
    assert chosen.category(Category.THREAT).page_at_once == ["principal", "it"]
    assert not chosen.category(Category.WELFARE).counts


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    """A person mends the whole file in one go."""
    broken = (
        GOOD.replace('name = "Riverbend"', 'name = "Riverbend"\ncolour = "blue"\ntimezone = "Mars"')
        .replace('"unknown"', '"pupil"')
        .replace('moderators_channel = "C1"\n', "")
        .replace('["slack/T1/U3"]', '["somebody"]')
    )

    found = faults(broken)

    assert [line.split(":")[0] for line in found] == ["4", "7", "10", "20"]
    assert any("unknown key `colour`" in line for line in found)
    assert any("`moderators_channel` is missing" in line for line in found)
    assert any("default_role" in line for line in found)
    assert any("people" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('name = "Riverbend"', 'name = "Riverbend"\ntimezone = "Mars"', "unknown time zone"),
        ('name = "Riverbend"', 'name = "Riverbend"\ntimezone = "America"', "unknown time zone"),
        ('it = { people = ["slack/T1/U3"] }\n', "", "the list `it` is missing"),
        ('["slack/T1/U2"]', "[]", "`principal` has nobody on it"),
        ('"slack/T1/U2"', '"slack/T9/U2"', "in no workspace that is configured"),
        ("[lists]", "[ladder]\nsteps = [{ at = 2, notice = 'first' }]\n[lists]", "first strike"),
        (
            "[lists]",
            "[ladder]\nsteps = [{ at = 1, notice = 'first', page = ['nobody'] }]\n[lists]",
            "there is no list `nobody`",
        ),
        ("[lists]", "[categories.threat]\npage_at_once = ['x']\n[lists]", "there is no list `x`"),
        ("[lists]", "[categories.threat]\nact = 1.5\n[lists]", "1.0"),
        ("[lists]", "[ladder]\nyear_starts = '13-01'\n[lists]", "regex"),
        ("[lists]", "[ladder]\nyear_starts = '02-30'\n[lists]", "regex"),
        ("[lists]", "[ladder]\nyear_starts = '04-31'\n[lists]", "regex"),
        ("[[workspace]]", "[[workspace]", "not valid TOML"),
        ('"slack/T1/U2"]', '"slack/T1/U2"], fallback = "x"', "there is no list `x`"),
        ('"slack/T1/U2"]', '"slack/T1/U2"], fallback = "principal"', "lead back to this list"),
        ('"slack/T1/U2"]', '"slack/T1/U2"], hours = "16:00-07:30"', "end before they begin"),
        ('"slack/T1/U2"]', '"slack/T1/U2"], hours = "7-16"', "regex"),
        ('"slack/T1/U2"]', '"slack/T1/U2"], rounds = 0', ">= 1"),
    ],
)
def test_what_the_file_may_not_say(old: str, new: str, what: str) -> None:
    """Each fault is told in a sentence that names it."""
    assert old in GOOD

    assert any(what in line for line in faults(GOOD.replace(old, new, 1)))


def test_fallbacks_that_go_in_a_circle() -> None:
    """Told of each list in the circle, with its line, and of none that only leads into it."""
    circle = (
        GOOD.replace('["slack/T1/U2"]', '["slack/T1/U2"], fallback = "it"')
        .replace('["slack/T1/U3"]', '["slack/T1/U3"], fallback = "counsellors"')
        .replace('["slack/T1/U4"]', '["slack/T1/U4"], fallback = "it"')
    )

    assert [line.partition(":")[0] for line in faults(circle)] == ["19", "20"]


@pytest.mark.parametrize(
    ("platform", "id_", "found"),
    [
        ("slack", "T1", ["23: slack T1 is listed twice"]),
        ("slack", "T2", ["23: a second Slack workspace: one bot serves one"]),
        ("discord", "12", []),
    ],
)
def test_one_slack_workspace_and_any_number_of_servers(
    platform: str, id_: str, found: list[str]
) -> None:
    """One Slack token is of one workspace: another would never be served."""
    second = f'[[workspace]]\nplatform = "{platform}"\nid = "{id_}"\n'
    both = f'{GOOD}{second}default_role = "unknown"\nmoderators_channel = "C2"\n'

    if found:
        assert faults(both) == found
    else:
        assert len(parse(both).file.workspace) == 2


def test_a_fallback_has_somebody_on_it() -> None:
    """An empty list would answer nothing."""
    empty = GOOD.replace('["slack/T1/U2"]', '["slack/T1/U2"], fallback = "none"') + "none = {}\n"

    assert any("the fallback `none` has nobody on it" in line for line in faults(empty))


def test_a_fault_of_an_unreadable_file_names_the_file(tmp_path: Path) -> None:
    """No traceback for a missing file."""
    with pytest.raises(SettingsError, match=r"nowhere\.toml:1: cannot be read"):
        settings.read(tmp_path / "nowhere.toml")


def test_a_category_table_changes_only_what_it_names() -> None:
    """A threshold for threats leaves their lists called at once."""
    chosen = parse(GOOD + "\n[categories.threat]\nact = 0.95\n")

    threat = chosen.category(Category.THREAT)
    assert (threat.act, threat.page_at_once) == (0.95, ["principal", "it"])


MESSAGE = Message(
    MessageKey("slack", "T1", "C9", "1.0"), "U7", "hi", datetime(2026, 1, 1, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("groups", "domain", "role"),
    [
        ({"S-STAFF"}, "", Role.STAFF),
        ({"S-STUDENTS"}, "", Role.STUDENT),
        ({"S-STUDENTS", "S-STAFF"}, "", Role.STAFF),
        (set(), "staff.example", Role.STAFF),
        (set(), "pupils.example", Role.STUDENT),
        (set(), "elsewhere.example", Role.UNKNOWN),
        (None, "staff.example", Role.STAFF),
        ({"S-STAFF"}, None, Role.STAFF),
    ],
)
def test_roles_come_from_groups_then_domains_then_the_default(
    groups: set[str] | None, domain: str | None, role: Role
) -> None:
    """Whoever is in both groups is staff: their messages are judged as staff's."""
    known = None if groups is None else frozenset(groups)
    message = replace(MESSAGE, author_groups=known, author_domain=domain)

    assert parse(GOOD).role_of(message) is role


@pytest.mark.parametrize(
    ("asked", "groups", "domain", "role"),
    [
        ("groups and domains", frozenset(), "", Role.STUDENT),
        ("groups and domains", frozenset(), None, Role.UNKNOWN),
        ("groups and domains", None, "", Role.UNKNOWN),
        ("groups", frozenset(), None, Role.STUDENT),
        ("domains", None, "", Role.STUDENT),
        ("", None, None, Role.STUDENT),
    ],
)
def test_whom_the_platform_did_not_tell_of_is_unknown(
    asked: str, groups: frozenset[str] | None, domain: str | None, role: Role
) -> None:
    """The default is for people of whom it is known that nothing names them."""
    place = '[[workspace]]\nplatform = "slack"\nid = "T1"\nmoderators_channel = "C1"'
    place += '\ndefault_role = "student"'
    place += '\nstaff_groups = ["S-STAFF"]' if "groups" in asked else ""
    place += '\nstaff_domains = ["staff.example"]' if "domains" in asked else ""
    before, _, after = GOOD.partition("[[workspace]]")
    text = f"{before}{place}\n[lists]{after.partition('[lists]')[2]}"
    message = replace(MESSAGE, author_groups=groups, author_domain=domain)

    assert parse(text).role_of(message) is role


def test_a_channels_purpose_is_looked_up() -> None:
    """What is not listed is a general channel."""
    elsewhere = replace(MESSAGE, key=replace(MESSAGE.key, channel="C8"))

    assert parse(GOOD).purpose_of(MESSAGE) is Purpose.CIVICS
    assert parse(GOOD).purpose_of(elsewhere) is Purpose.GENERAL


def test_special_steps_hold_for_their_categories_and_audience() -> None:
    """The first table that fits decides."""
    chosen = parse(
        GOOD
        + """
[[ladder.special]]
categories = ["profanity"]
audience = "student"
steps = [{ at = 1, notice = "first" }]
"""
    )

    assert len(chosen.steps(Category.PROFANITY, Role.STUDENT)) == 1
    assert len(chosen.steps(Category.PROFANITY, Role.STAFF)) == 3
    assert len(chosen.steps(Category.HATE, Role.STUDENT)) == 3


def test_missing_secrets_are_named() -> None:
    """Each line says which variable, and why it is needed."""
    lines = start_problems(parse(GOOD), Secrets.read({"SLACK_BOT_TOKEN": "nonsense"}))

    assert any(line.startswith("SLACK_BOT_TOKEN: must start with xoxb-") for line in lines)
    assert any(line.startswith("SLACK_APP_TOKEN is not set") for line in lines)
    assert any(line.startswith("HALLMONITOR_SECRET_KEY is not set") for line in lines)


def test_a_models_key_is_read_without_the_line_end_of_its_file() -> None:
    """With one it fits into no header, and the endpoint would never be asked."""
    assert Secrets.read({"HALLMONITOR_MODEL_KEY": "sesame\r\n"}).model_key == "sesame"


def test_secrets_never_appear_in_a_repr() -> None:
    """Neither a log nor a traceback can show them."""
    secrets = Secrets.read({"SLACK_BOT_TOKEN": "xoxb-marker", "HALLMONITOR_SECRET_KEY": "marker"})

    assert "marker" not in repr(secrets)


def test_the_schema_accepts_what_is_read_and_refuses_what_is_not() -> None:
    """Editors and `settings check` agree."""
    good, _ = toml_places.read("x", GOOD)
    playground, _ = toml_places.read("x", settings.PLAYGROUND.read_text(encoding="utf-8"))
    described = json.loads(json.dumps(schema()))

    jsonschema.validate(good, described)
    jsonschema.validate(playground, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, "colour": "blue"}, described)


def test_the_playgrounds_own_settings_are_in_order() -> None:
    """What `run` uses where nothing is configured."""
    chosen = settings.read(settings.PLAYGROUND)

    assert [w.platform for w in chosen.file.workspace] == ["playground"]
