"""What the rules alone say of each row: the other half of what is weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rules.classifier.opinion import evidence_of, open_to_doubt
from rules.classifier.weights import Evidence
from rules.engine import evaluate
from rules.loader import load
from rules.matching.scan import Budget
from rules.policies import load_policies, shipped
from rules.types import Context, Finding, Message, MessageKey, Role
from training.corpus import CATEGORIES, Row

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORDER = tuple(Evidence)


@dataclass(frozen=True, slots=True)
class Said:
    """The rules' word on every row and category: an index into `ORDER`, and whether it is final."""

    evidence: NDArray[np.int64]
    final: NDArray[np.bool_]  # masked data, on which the model has no say


def said_of(rows: Sequence[Row]) -> Said:
    """Judge every row by the shipped rules, without a model."""
    rules = load(policies=load_policies(shipped()), run_examples=False)
    evidence = np.zeros((len(rows), len(CATEGORIES)), np.int64)
    final = np.zeros_like(evidence, dtype=bool)
    for number, row in enumerate(rows):
        key = MessageKey("school", "", "", row.id)
        message = Message(key, "", row.text, _NOW, author_role=Role(row.role))
        findings = evaluate(message, Context(), rules, Budget.patient()).findings
        words = evidence_of(findings)
        for at, category in enumerate(CATEGORIES):
            word = words.get(category, Evidence.NONE)
            evidence[number, at] = ORDER.index(word)
            final[number, at] = _final([f for f in findings if f.category is category], word)
    return Said(evidence, final)


def _final(findings: Sequence[Finding], word: Evidence) -> bool:
    standing = [finding for finding in findings if finding.tier.value == word.value]
    return any(finding.masked and not finding.cleared_by for finding in standing) or (
        bool(standing) and not any(map(open_to_doubt, standing))
    )
