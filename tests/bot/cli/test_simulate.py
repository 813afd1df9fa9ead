"""`hallmonitor simulate`, as typed: one rule changed in a copied folder of packs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from rules.loader import PACKS
from tests.adapters.archive.exports import files, message, write_zip
from tests.bot.cli.test_scan import EXPORT as SAMPLE
from tests.bot.cli.test_scan import SSN
from tests.bot.reports.packs import INSULTS, NUMBERS
from tests.bot.settings.test_read import GOOD

TALK = files(
    general=[
        message("you grumblewort", "1709301600.000100"),
        message("see you at three", "1709301660.000100"),
        message("badge 4711, you dillydoo", "1709301720.000100", "U2"),
    ]
)
TEASES = INSULTS.replace("insult", "tease").replace("grumblewort", "dillydoo")
RULE = TEASES.partition("[[rule]]")[2]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an export and, in `old` and `new`, the same packs."""
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "cyberbullying.toml").write_text(INSULTS)
        (tmp_path / side / "pii_general.toml").write_text(NUMBERS)
    write_zip(tmp_path / "talk.zip", TALK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(pack: Path, before: str, after: str) -> None:
    """Change the one place in the pack that reads `before`."""
    text = pack.read_text(encoding="utf-8")
    assert text.count(before) == 1
    pack.write_text(text.replace(before, after), encoding="utf-8")


def simulate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def changed(*arguments: object) -> list[dict[str, Any]]:
    """The lines of a simulation as JSONL."""
    result = simulate(*arguments, "--format", "jsonl")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_same_rules_change_nothing(here: Path) -> None:
    """A line that says so, in either format, and exit code 0."""
    table = simulate("old", "new", "talk.zip")
    lines = simulate("old", "new", "talk.zip", "--format", "jsonl")

    said = "3 messages: 0 newly flagged, 0 no longer flagged, 0 from act to review"
    assert table.exit_code == lines.exit_code == 0
    assert said in table.stdout
    assert "Messages by" not in table.stdout
    assert lines.stdout == ""
    assert said in lines.stderr


def test_a_rule_removed(here: Path) -> None:
    """Its message is no longer flagged; the line has the message's place and what was found."""
    (here / "new" / "cyberbullying.toml").unlink()

    (line,) = changed("old", "new", "talk.zip")

    (finding,) = line.pop("findings_old")
    assert line == {
        "channel": "C1",
        "channel_name": "#general",
        "ts": "1709301600.000100",
        "posted_at": "2024-03-01T14:00:00.000100+00:00",
        "author": "U1",
        "tier_old": "act",
        "tier_new": None,
        "findings_new": [],
        "excerpt": "you grumblewort",
    }
    assert (finding["rule"], finding["tier"]) == ("cyberbullying.insult", "act")
    assert "cps-2018:1" in finding["clauses"]


def test_a_rule_added(here: Path) -> None:
    """What it alone flags is new; a message flagged before gets another reason."""
    change(here / "old" / "pii_general.toml", 'tier = "act"', 'tier = "review"')
    change(here / "new" / "pii_general.toml", 'tier = "act"', 'tier = "review"')
    (here / "new" / "cyberbullying.toml").write_text(f"{INSULTS}\n[[rule]]{RULE}")

    (line,) = changed("old", "new", "talk.zip")

    assert (line["tier_old"], line["tier_new"]) == ("review", "act")
    assert [found["rule"] for found in line["findings_old"]] == ["pii_general.badge"]
    assert [found["rule"] for found in line["findings_new"]] == [
        "pii_general.badge",
        "cyberbullying.tease",
    ]


def test_a_tier_lowered(here: Path) -> None:
    """From act to review: neither newly flagged nor no longer."""
    change(here / "new" / "cyberbullying.toml", 'tier = "act"', 'tier = "review"')

    (line,) = changed("old", "new", "talk.zip")
    table = simulate("old", "new", "talk.zip").stdout

    assert (line["tier_old"], line["tier_new"]) == ("act", "review")
    assert "0 newly flagged, 0 no longer flagged, 1 from act to review" in table
    for words in ("Act to review", "cps-2018:1 ", "cyberbullying.insult", "#general", "U1"):
        assert words in table


@pytest.mark.parametrize(("old", "new"), [("old", "new"), ("new", "old")])
def test_what_one_side_masks_is_masked_in_both(here: Path, old: str, new: str) -> None:
    """The number stays hidden also where the rule that knows it stands on the other side."""
    (here / "new" / "pii_general.toml").unlink()
    (here / "new" / "cyberbullying.toml").write_text(TEASES)
    text = "you grumblewort, badge 4711, you dillydoo"
    write_zip(here / "talk.zip", files(general=[message(text)]))

    lines = changed(old, new, "talk.zip")
    table = simulate(old, new, "talk.zip").stdout

    assert [line["excerpt"] for line in lines] == ["you grumblewort, badge ••••, you dillydoo"]
    assert "4711" not in table + json.dumps(lines)


def test_workers_change_nothing(here: Path) -> None:
    """Two processes compare as one does."""
    (here / "new" / "cyberbullying.toml").write_text(TEASES)

    alone = changed("old", "new", "talk.zip", "--workers", 1)

    assert len(alone) == 2
    assert changed("old", "new", "talk.zip", "--workers", 2) == alone


def test_settings_hold_for_both_sides(here: Path) -> None:
    """What the district's thresholds drop is no change."""
    (here / "new" / "cyberbullying.toml").unlink()
    (here / "hallmonitor.toml").write_text(GOOD + "[categories.cyberbullying]\nreview = 1.0\n")

    assert changed("old", "new", "talk.zip", "--config", "hallmonitor.toml") == []


def test_the_sample_export_under_shipped_rules_and_a_changed_copy(tmp_path: Path) -> None:
    """A rule out, a tier lowered, a rule added; the table goes into a private file."""
    export = write_zip(tmp_path / "Lincoln.zip", SAMPLE)
    packs = tmp_path / "packs"
    shutil.copytree(PACKS, packs)
    numbers = (packs / "pii_general.toml").read_text(encoding="utf-8").split("[[rule]]")
    kept = [rule for rule in numbers if 'id = "pii_general.ssn' not in rule]
    (packs / "pii_general.toml").write_text("[[rule]]".join(kept), encoding="utf-8")
    change(packs / "profanity.toml", "[pack]\n", '[pack]\nmax_tier = "review"\n')
    with (packs / "profanity.toml").open("a", encoding="utf-8") as pack:
        pack.write(f"[[rule]]{RULE.replace('cyberbullying', 'profanity')}")
    change(packs / "profanity.toml", 'terms = ["dillydoo"]', 'terms = ["choir"]')
    report = tmp_path / "report.txt"

    result = simulate("shipped", packs, export, "--rules-alone", "--output", report)

    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "1 newly flagged, 1 no longer flagged, 1 from act to review" in result.stderr
    assert "broken/2024-03-01.json" in result.stderr
    table = report.read_text(encoding="utf-8")
    assert "choir meets" in table
    assert "profanity.tease: newly review" in table
    assert "profanity.strong: act to review" in table
    assert "pii_general.ssn: no longer act" in table
    assert "political_campaign" not in table
    assert SSN[-4:] not in table


REFUSED = [
    (["gone", "new", "talk.zip"], "gone: there is no such folder"),
    (["old", "empty", "talk.zip"], "empty:1: there are no rule packs here"),
    (["old", "bad", "talk.zip"], "cyberbullying.toml:1: "),
    (["old", "new", "gone.zip"], "gone.zip: there is no such file or folder"),
    (["old", "new", "talk.zip", "--policy", "oakland"], "oakland:1: no such policy"),
    (["old", "new", "talk.zip", "--output", "gone/report"], "gone/report: cannot be written"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_cannot_be_used_is_refused(here: Path, arguments: list[str], said: str) -> None:
    """Exit code 2 and a line that says what is wrong."""
    (here / "empty").mkdir()
    (here / "bad").mkdir()
    (here / "bad" / "cyberbullying.toml").write_text("colour = 4\n")

    result = simulate(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("state", ["draft", "shadow"])
def test_a_rule_that_is_not_live_flags_nothing(here: Path, state: str) -> None:
    """So a change of state is a change: out of force, and into force."""
    head = '[pack]\nid = "cyberbullying"\n'
    change(here / "new" / "cyberbullying.toml", head, f'{head}state = "{state}"\n')

    (held_back,) = changed("old", "new", "talk.zip")
    (let_go,) = changed("new", "old", "talk.zip")

    assert (held_back["tier_old"], held_back["tier_new"]) == ("act", None)
    assert (let_go["tier_old"], let_go["tier_new"]) == (None, "act")


def test_the_settings_word_on_states_holds_for_both_sides(here: Path) -> None:
    """What the district keeps in shadow is flagged by neither."""
    (here / "new" / "cyberbullying.toml").unlink()
    states = '[rules.states]\n"cyberbullying.*" = "shadow"\n'
    (here / "hallmonitor.toml").write_text(GOOD + states)

    assert changed("old", "new", "talk.zip", "--config", "hallmonitor.toml") == []
