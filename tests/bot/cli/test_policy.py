"""`hallmonitor policy`: what the settings say, in plain words, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import settings
from bot.before import CONTEXT_KEPT
from bot.cli.__main__ import main
from bot.texts.policy_text import policy_text
from rules.policies import load_policies
from tests.bot.settings.test_read import GOOD

# What Slack and Discord both take in one message.
ONE_SLACK_SECTION = 3_000


def printed(folder: Path, text: str, *options: str) -> str:
    (folder / "hallmonitor.toml").write_text(text)
    config = str(folder / "hallmonitor.toml")
    result = CliRunner().invoke(main, ["policy", "--config", config, *options])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "",
            [
                "at Riverbend",
                "30 minutes",
                "people named: 1",
                "own Slack",
                "July 1",
                "happened 3 times",
            ],
        ),
        ("", ["Milwaukee Public Schools", "Chicago Public Schools"]),
        ("[context]\nminutes = 12\n", ["12 minutes"]),
        ('[ladder]\nyear_starts = "08-15"\n', ["August 15"]),
        ('[ladder]\nwindow = "rolling"\ndays = 90\n', ["for 90 days"]),
        ("", ["within 10 school days", "press Appeal"]),
        ("[appeals]\nschool_days = 7\n", ["within 7 school days"]),
        ("", [f"{CONTEXT_KEPT} messages before it, whoever wrote them"]),
    ],
)
def test_it_says_what_the_settings_say(tmp_path: Path, more: str, said: list[str]) -> None:
    """Every figure comes from the file."""
    text = printed(tmp_path, GOOD + more)

    assert [part for part in said if part not in text] == []


ENDPOINT = """
[model]
use = "endpoint"
endpoint = "https://models.example:8000/v1/moderations"
labels = { hate = "hate" }
"""
NOBODY = "othing is sent to anybody"
OWN = "sent to anybody outside the district's own Slack and the district's"
EACH = "Where words go: the text of each message, without its author, also"
STAYS = f"Where words go: nothing is {OWN} server."
NETWORK = (
    f"{EACH} goes to a model on the district's own network (models.example)."
    f" Nothing is {OWN} network."
)
LEAVES = (
    f"{EACH} leaves the district's network: a model at models.example judges it."
    f" Nothing else is {OWN} network."
)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("", STAYS),
        ('[model]\nuse = "none"\n', STAYS),
        ('[model]\nuse = "none"\npublic = true\n', STAYS),
        (ENDPOINT, NETWORK),
        (ENDPOINT + "public = false\n", NETWORK),
        (ENDPOINT + "public = true\n", LEAVES),
    ],
)
def test_it_says_where_words_go(tmp_path: Path, model: str, said: str) -> None:
    """Nowhere, to a model on the district's network, or out of it: as the settings have it."""
    text = printed(tmp_path, GOOD + model)

    assert said in text
    assert (NOBODY in text) == (said != LEAVES)


def test_where_words_go_in_spanish(tmp_path: Path) -> None:
    """It does not say that nothing leaves where something does."""
    text = printed(tmp_path, GOOD + ENDPOINT + "public = true\n", "--lang", "es")

    assert "sale también de la red del distrito: lo juzga un modelo en models.example" in text
    assert "ada se envía" not in text
    assert "Nada más se envía" in text


def test_groups_contact_and_a_ladder_that_calls_nobody(tmp_path: Path) -> None:
    """Who else decides is counted, whom to turn to is named, and nobody is invented."""
    text = GOOD.replace('name = "Riverbend"', 'name = "Riverbend"\ncontact = "room 12"')
    text = text.replace('people = ["slack/T1/U1"]', 'people = ["slack/T1/U1"], groups = ["S1"]')
    shown = printed(tmp_path, text + '[ladder]\nsteps = [{ at = 1, notice = "first" }]\n')

    assert "groups named: 1" in shown
    assert "turn to: room 12" in shown
    assert "these are told too" not in shown


def test_spanish_by_option_and_by_the_districts_language(tmp_path: Path) -> None:
    """The option wins over the file."""
    spanish = GOOD.replace('name = "Riverbend"', 'name = "Riverbend"\nlanguage = "es"')

    assert "30 minutos" in printed(tmp_path, GOOD, "--lang", "es")
    assert "1 de julio" in printed(tmp_path, spanish)
    assert "30 minutes" in printed(tmp_path, spanish, "--lang", "en")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_fits_one_message(lang: str) -> None:
    """So that it can be pinned, and shown by the command."""
    chosen = settings.read(settings.PLAYGROUND)
    text = policy_text(chosen, load_policies(chosen.file.policies), lang)

    assert 500 < len(text) <= ONE_SLACK_SECTION
    assert not {"{", "}", "*", "_", "<"} & set(text)


def test_without_settings_there_is_nothing_to_print(tmp_path: Path) -> None:
    """One line, exit 2."""
    result = CliRunner().invoke(main, ["policy", "--config", str(tmp_path / "none.toml")])

    assert result.exit_code == 2
    assert "none.toml:1: cannot be read" in result.output
