"""`hallmonitor rules`: what people see of the rules, and of faults in them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from tests.bot.settings.test_read import GOOD as SETTINGS
from tests.rules.making import folder
from tests.rules.test_loader import CONTEXTS, GOOD


def rules(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["rules", *map(str, arguments)], env={"COLUMNS": "200"})


def test_a_good_pack_passes(tmp_path: Path) -> None:
    """Lint and test say how much holds, and exit with 0."""
    folder(tmp_path, GOOD, contexts=CONTEXTS)

    lint, test = rules("lint", tmp_path), rules("test", tmp_path / "profanity.toml")

    assert (lint.exit_code, lint.stdout) == (0, "1 rules.\n")
    assert (test.exit_code, test.stdout) == (0, "1 rules, 6 examples hold.\n")


@pytest.mark.parametrize(
    ("verb", "old", "new", "said"),
    [
        ("lint", "{bad} you", "{bad}.* you", "profanity.toml:16: `.*` repeats without a bound"),
        ("lint", "{bad} you", r"(?:a|aa){1,90}b", "profanity.mild: too slow on a long text"),
        ("test", '"darn you"', '"darn her"', "profanity.toml:17: profanity.mild: not found"),
    ],
)
def test_faults_are_told_with_file_and_line(
    tmp_path: Path, verb: str, old: str, new: str, said: str
) -> None:
    """One line per fault on stderr, and exit code 1."""
    folder(tmp_path, GOOD.replace(old, new), contexts=CONTEXTS)

    result = rules(verb, tmp_path)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr


def test_show_prints_a_rule_with_its_examples_and_clauses() -> None:
    """Everything that a moderator may ask about a rule."""
    listed = rules("list", "--category", "fundraiser")
    rule_id = next(word for word in listed.stdout.split() if word.startswith("fundraiser."))

    shown = rules("show", rule_id)

    assert shown.exit_code == 0
    for words in (rule_id, "found in:", "not found in:", "clause cps-2018:", "severity"):
        assert words in shown.stdout


def test_an_unknown_rule_is_told_with_its_neighbours() -> None:
    """A wrong id gets the ids that there are."""
    result = rules("show", "fundraiser.nothing")

    assert result.exit_code == 1
    assert "there is no rule fundraiser.nothing. There are: fundraiser." in result.stderr


def test_states_are_told(tmp_path: Path) -> None:
    """As the settings have them: in the list, and where one rule is shown."""
    config = tmp_path / "hallmonitor.toml"
    states = '"fundraiser.raffle" = "shadow"\n"fundraiser.*" = "draft"\n'
    config.write_text(f"{SETTINGS}[rules.states]\n{states}")
    options = ("--config", config)

    listed = rules("list", *options, "--category", "fundraiser")
    shown = rules("show", *options, "fundraiser.raffle")
    unchanged = rules("list", "--config", tmp_path / "none", "--category", "fundraiser")

    told = {line.split()[0]: line.split()[1] for line in listed.stdout.splitlines()[1:]}
    assert told["fundraiser.raffle"] == "shadow"
    assert {told[name] for name in told if name.startswith("fundraiser.")} == {"shadow", "draft"}
    assert "in state shadow" in shown.stdout
    assert "draft" not in unchanged.stdout
