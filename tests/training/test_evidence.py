"""What training takes for the rules' word."""

from __future__ import annotations

import pytest

from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import Context, Message, Verdict
from training import evidence
from training.corpus import Row


def test_no_rule_runs_out_of_time_while_figures_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine would make another model."""
    left = []

    def evaluate(message: Message, context: Context, rules: RuleSet, budget: Budget) -> Verdict:
        left.append(budget.left())
        return evaluating(message, context, rules, budget)

    evaluating = evidence.evaluate
    monkeypatch.setattr(evidence, "evaluate", evaluate)
    row = Row("dev:0", "dev", "you are a loser", "you are a loser", (), "en", "student", False, 0)

    said = evidence.said_of([row])

    assert said.evidence.any()
    assert min(left) >= 10
