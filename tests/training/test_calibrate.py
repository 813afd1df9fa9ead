"""Calibration, and that what is measured is what is shipped."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.opinion import MODEL, Opinion, open_to_doubt
from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import CategoryWeights, Evidence, Weights
from rules.types import Category, Finding, Severity, Suppression, Tier
from training.calibrate import outcome, weights_from
from training.evidence import ORDER, Said

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ODDS = st.floats(-6, 6)
WEIGHTS = st.builds(
    lambda none, review, act, clear, lower, slope, shift, flag: Weights(
        evidence={
            Evidence.NONE: none,
            Evidence.CLEARED: none,
            Evidence.REVIEW: review,
            Evidence.ACT: act,
        },
        clear=clear,
        lower=lower,
        categories={c: CategoryWeights(slope=slope, shift=shift, flag=flag) for c in CATEGORIES},
    ),
    ODDS,
    ODDS,
    ODDS,
    st.floats(0, 0.5),
    st.floats(0.3, 0.9),
    st.floats(0.2, 2),
    ODDS,
    st.floats(0.2, 0.9),
)


def found(category: Category, word: Evidence) -> list[Finding]:
    """What the rules' findings look like that stand for this word."""
    if word is Evidence.NONE:
        return []
    cleared = word is Evidence.CLEARED
    return [
        Finding(
            rule=f"{category}.some",
            category=category,
            clauses=(),
            severity=Severity.MEDIUM,
            confidence=0.9,
            tier=Tier.REVIEW if cleared else Tier(word.value),
            explanation="",
            start=0,
            end=1,
            suppressed=Suppression.CONTEXT if cleared else None,
            cleared_by="quoting" if cleared else "",
        )
    ]


class Set:
    """A scorer whose logits are given."""

    name = "set"

    def __init__(self, logits: np.ndarray) -> None:
        self._logits = logits

    def logits(self, texts: object) -> np.ndarray:
        return self._logits


@given(
    weights=WEIGHTS,
    logit=ODDS,
    word=st.sampled_from(ORDER),
    category=st.sampled_from(CATEGORIES),
)
def test_what_is_measured_is_what_the_core_does(
    weights: Weights, logit: float, word: Evidence, category: Category
) -> None:
    """`outcome` counts all rows at once; `Opinion` judges one message."""
    logits = np.full((1, len(CATEGORIES)), -30.0)
    at = CATEGORIES.index(category)
    logits[0, at] = logit
    evidence = np.zeros((1, len(CATEGORIES)), np.int64)
    evidence[0, at] = ORDER.index(word)
    said = Said(evidence, np.zeros_like(evidence, dtype=bool))
    counted = outcome(weights, logits, said)

    opinion = Opinion(Set(logits), weights)
    (odds,) = opinion.odds(["a message"])
    findings = found(category, word)
    kept = [opinion.weighed(odds, one) if open_to_doubt(one) else one for one in findings]
    standing = [one for one in kept if one.suppressed is None]
    flagged = bool(standing) or category in opinion.suspects(odds, findings)
    assert flagged == counted.flagged[0, at]
    assert any(one.tier is Tier.ACT for one in standing) == counted.act[0, at]
    assert all(one.cleared_by in (MODEL, "quoting") for one in kept if one.suppressed)


def test_a_model_that_is_too_sure_is_brought_down() -> None:
    """Logits of 4 that are right half of the time end near one half."""
    chance = np.random.default_rng(5)
    labels = np.zeros((4000, len(CATEGORIES)))
    labels[:, 0] = chance.random(4000) < 0.3
    logits = np.full_like(labels, -4.0)
    sure = (labels[:, 0] > 0) | (chance.random(4000) < 0.3)
    logits[:, 0] = np.where(sure, 4.0, -4.0) + chance.normal(0, 0.1, 4000)
    silent = Said(np.zeros(labels.shape, np.int64), np.zeros(labels.shape, bool))
    weights = weights_from(logits, labels, silent, np.ones(4000, bool))
    given = outcome(weights, logits, silent).chance[sure, 0].mean()
    assert abs(given - labels[sure, 0].mean()) < 0.03
