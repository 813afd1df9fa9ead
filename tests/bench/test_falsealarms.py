"""The count of false alarms: what it takes for ordinary talk, and what it prints."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.bench.falsealarms import main


def test_only_what_is_not_labelled_counts(tmp_path: Path) -> None:
    """Labelled violations are left out; each tier's rate is of a thousand messages."""
    rows = [
        {"id": "a:1", "text": "see you at practice"},
        {"id": "a:2", "text": "what the hell is this", "labels": []},
        {"id": "a:3", "text": "what the hell", "labels": ["profanity"]},
        {"id": "b:1", "text": "what the hell"},
    ]
    file = tmp_path / "talk.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    printed = CliRunner().invoke(main, [str(file), "--ids", "a:", "--show", "act"]).output

    assert "talk.jsonl: 2 messages; flagged of a thousand: act 500.00, review 0.00" in printed
    assert "profanity.mild" in printed
    assert "what the hell is this" in printed
    assert "see you" not in printed


def test_a_file_that_is_not_there_is_refused() -> None:
    """The name is told, and nothing is judged."""
    result = CliRunner().invoke(main, ["nowhere.jsonl"])

    assert result.exit_code == 2
    assert "nowhere.jsonl" in result.output
