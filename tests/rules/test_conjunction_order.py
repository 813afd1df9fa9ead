"""A conjunction that asks for an order, for one sentence, and past a refused candidate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.engine import evaluate
from rules.loader import load
from rules.ruleset import RuleSet
from rules.types import Context, Message, MessageKey

PACK = """
[pack]
id = "pii_student"
category = "pii_student"

[[rule]]
id = "pii_student.lives"
kind = "conjunction"
view = "raw"
severity = "high"
confidence = 0.9
tier = "act"
reason = "A name with a home."
{keys}
match = ["Oren Marsh lives on Elm", "Oren Marsh lives on Oak", "Oren Marsh lives on Ash"]
ignore = ["nobody", "Oren Marsh", "lives on Elm"]
[rule.all]
name = ['(?-i:\\b\\p{{Lu}}\\p{{Ll}}{{1,15}} \\p{{Lu}}\\p{{Ll}}{{1,15}}\\b)']
home = ['\\blives on \\w{{2,15}}']
[rule.validators]
name = "full_name"
"""


def ruleset(folder: Path, keys: str) -> RuleSet:
    (folder / "pii_student.toml").write_text(PACK.format(keys=keys), encoding="utf-8")
    return load(folder)


def found(text: str, rules: RuleSet) -> list[str]:
    message = Message(
        key=MessageKey("slack", "T1", "C1", "1.0"),
        author_id="U1",
        text=text,
        posted_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    return [text[f.start : f.end] for f in evaluate(message, Context(), rules).findings]


@pytest.mark.parametrize(
    ("keys", "text", "expected"),
    [
        ("", "lives on Elm, does Oren Marsh", ["lives on Elm, does Oren Marsh"]),
        ("ordered = true", "lives on Elm, does Oren Marsh", []),
        ("ordered = true", "Oren Marsh lives on Elm", ["Oren Marsh lives on Elm"]),
        ("", "Oren Marsh is here. Pia lives on Elm", ["Oren Marsh is here. Pia lives on Elm"]),
        ("sentence = true", "Oren Marsh is here. Pia lives on Elm", []),
        ("sentence = true", "On Elm St. Oren Marsh lives on Oak", ["Oren Marsh lives on Oak"]),
        ("sentence = true", "lives on Elm! Oren Marsh\nlives on Oak", []),
    ],
)
def test_parts_keep_the_order_and_the_sentence_asked_for(
    tmp_path: Path, keys: str, text: str, expected: list[str]
) -> None:
    """`ordered` holds to the listed order, `sentence` to one sentence; without them any will do."""
    assert found(text, ruleset(tmp_path, keys)) == expected


def test_a_refused_candidate_does_not_hide_the_next(tmp_path: Path) -> None:
    """`Alert Oren` is no name, but `Oren Marsh`, which begins inside it, is."""
    rules = ruleset(tmp_path, "ordered = true")

    assert found("Alert Oren Marsh lives on Elm", rules) == ["Oren Marsh lives on Elm"]
