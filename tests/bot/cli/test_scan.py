"""`hallmonitor scan`, as typed: every format, damage, settings, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from tests.adapters.archive.exports import files, message, write_folder, write_zip
from tests.bot.cli.test_check import NOBODY
from tests.bot.settings.test_read import GOOD

SSN = "524-71-8392"
SWEARING = "well this is total bullshit"
CAMPAIGN = "Please vote for Maria Lopez for mayor on Tuesday and donate to her campaign!"
USERS = [
    {"id": "U1", "team_id": "T1", "profile": {"display_name": "Maya", "email": "m@pupils.example"}},
    {"id": "U2", "team_id": "T1", "profile": {"display_name": "Ortiz", "email": "o@staff.example"}},
]
EXPORT = files(
    general=[
        message("the choir meets at three", "1709301600.000100"),
        message(SWEARING, "1709301660.000100"),
        message(f"my social security number is {SSN}", "1709301720.000100", "U2"),
    ],
    class_7b=[message(CAMPAIGN, "1709301780.000100")],
    broken=b'[{"user": ',
) | {"users.json": USERS}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_zip(tmp_path_factory.mktemp("scan") / "Lincoln.zip", EXPORT)


def scan(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["scan", *map(str, arguments)])


def found(result: Result) -> list[tuple[str, str]]:
    """(category, author) of a JSONL scan's findings."""
    records = [json.loads(line) for line in result.stdout.splitlines()]
    return [(record["category"], record["author"]) for record in records]


@pytest.fixture(scope="module")
def lines(export: Path) -> Result:
    """A scan in this process, as JSONL."""
    return scan(export, "--format", "jsonl", "--workers", 1)


def test_lines_hold_the_findings_and_no_secret(lines: Result) -> None:
    """One object a finding, in the order of channel and time; damage is told on stderr."""
    assert lines.exit_code == 0
    assert found(lines)[0] == ("political_campaign", "U1")
    assert {("profanity", "U1"), ("pii_general", "U2")} <= set(found(lines))
    assert SSN not in lines.output
    assert SSN[-4:] not in lines.output
    assert "4 messages read; " in lines.stderr
    assert "findings in 3 of them." in lines.stderr
    assert "broken/2024-03-01.json: is damaged JSON: all of it was skipped" in lines.stderr


def test_what_workers_log_stands_apart_from_the_findings(
    export: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And that a model was not there is told for what it is: the rules had their time."""
    config = tmp_path / "hallmonitor.toml"
    config.write_text(GOOD + NOBODY, encoding="utf-8")

    result = scan(export, "--format", "jsonl", "--workers", 2, "--config", config)

    shown = capfd.readouterr()
    assert found(result)
    assert (shown.out, "model-endpoint-paused" in shown.err) == ("", True)
    assert "4 times a model gave no answer" in result.stderr
    assert "ran out of time" not in result.stderr


def test_workers_change_nothing(export: Path, lines: Result) -> None:
    """Two processes judge as one does."""
    together = scan(export, "--format", "jsonl", "--workers", 2)

    assert together.exit_code == 0
    assert together.stdout == lines.stdout


def test_a_table_for_people(export: Path) -> None:
    """The default: counts, then findings with names."""
    result = scan(export)

    assert result.exit_code == 0
    for words in ("4 messages, 3 with findings", "Profanity", "Maya", "#general"):
        assert words in result.stdout
    assert SSN[-4:] not in result.output


def test_a_page_in_a_file(export: Path, tmp_path: Path) -> None:
    """Nothing of it goes to the terminal."""
    page = tmp_path / "report.html"

    result = scan(export, "--format", "html", "--output", page, "--since", "2024-03-01")

    assert result.exit_code == 0
    assert result.stdout == ""
    written = page.read_text(encoding="utf-8")
    assert "<title>Scan of Lincoln</title>" in written
    assert "bullshit" in written
    assert "broken/2024-03-01.json" in written
    assert SSN[-4:] not in written


def test_settings_tell_roles_purposes_thresholds_and_policies(tmp_path: Path) -> None:
    """What the district set holds for a scan too."""
    config = tmp_path / "hallmonitor.toml"
    config.write_text('policies = ["cps-2018"]\n' + GOOD + "[categories.profanity]\nreview = 1.0\n")
    members = files(
        general=[
            message(SWEARING),
            message(CAMPAIGN, "1709301700.0", "U1"),
            message(CAMPAIGN, "1709301800.0", "U2"),
        ]
    )
    folder = write_folder(tmp_path / "export", members | {"users.json": USERS})

    result = scan(folder, "--config", config, "--format", "jsonl")

    assert result.exit_code == 0
    assert {one for one in found(result) if one[0] == "political_campaign"} == {
        ("political_campaign", "U2")
    }
    assert "profanity" not in {category for category, _ in found(result)}
    assert "mps-6.34" not in result.stdout
    assert "The settings list no" not in result.stderr


def test_since_may_leave_nothing(export: Path) -> None:
    """That is no fault."""
    result = scan(export, "--since", "2030-01-01", "--format", "csv")

    assert result.exit_code == 0
    assert list(csv.DictReader(io.StringIO(result.stdout))) == []
    assert result.stdout.startswith("channel,channel_name,ts,")
    assert "0 messages read; 0 findings" in result.stderr


def test_settings_of_another_workspace_are_told(export: Path, tmp_path: Path) -> None:
    """Roles would be unknown without a word."""
    config = tmp_path / "hallmonitor.toml"
    config.write_text(GOOD.replace('"T1"', '"T9"').replace("/T1/", "/T9/"))

    result = scan(export, "--config", config, "--since", "2030-01-01")

    assert result.exit_code == 0
    assert "The settings list no slack workspace T1" in result.stderr


REFUSED = [
    (["absent.zip"], "absent.zip: there is no such file or folder"),
    (["hallmonitor.toml"], "is no zip file"),
    (["."], "holds none of these: Slack export"),
    (["Lincoln.zip", "--policy", "oakland"], "oakland:1: no such policy"),
    (["Lincoln.zip", "--config", "hallmonitor.toml"], "hallmonitor.toml:1: unknown key `colour`"),
    (["Lincoln.zip", "--config", "absent.toml"], "absent.toml:1: cannot be read"),
    (["Lincoln.zip", "--since", "yesterday"], "does not match the format"),
    (["Lincoln.zip", "--since", "0001-01-01"], "no export is that old"),
    (["Lincoln.zip", "--workers", "0"], "--workers"),
    (["Lincoln.zip", "--format", "pdf"], "'pdf' is not one of"),
    (["Lincoln.zip", "--output", "absent/report.csv"], "absent/report.csv: cannot be written"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    """Exit code 2 and a line that says what is wrong; nothing on standard output."""
    write_zip(tmp_path / "Lincoln.zip", EXPORT)
    (tmp_path / "hallmonitor.toml").write_text('colour = "blue"\n')
    monkeypatch.chdir(tmp_path)

    result = scan(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
