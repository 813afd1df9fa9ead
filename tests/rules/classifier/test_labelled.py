"""Labels of a district's model, read as our categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.labelled import Labelled, log_odds
from rules.classifier.scorer import CATEGORIES
from rules.types import Category


class Says:
    """The same of every text."""

    name = "says"

    def __init__(self, said: Mapping[str, float]) -> None:
        self._said = said

    def odds(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        return [self._said for _ in texts]


LABELS = {
    "harassment": Category.CYBERBULLYING,
    "insult": Category.CYBERBULLYING,
    "violence": Category.THREAT,
}


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"harassment": 1.0, "insult": 2.0, "violence": -3.0}, {"cyberbullying": 2, "threat": -3}),
        ({"harassment": 1.0, "violence": nan}, {"cyberbullying": 1}),
        ({"harassment": nan, "insult": -4.0}, {"cyberbullying": -4}),
        ({"other": 9.0}, {}),
        ({}, {}),
    ],
)
def test_the_likeliest_of_several_labels_counts(
    said: Mapping[str, float], heard: Mapping[str, float]
) -> None:
    """What it has no say on is NaN; a label that nobody mapped counts for nothing."""
    logits = Labelled(Says(said), LABELS).logits(["one", "two"])

    for row in logits.tolist():
        told = zip(CATEGORIES, row, strict=True)
        assert {name.value: odds for name, odds in told if not isnan(odds)} == heard


@given(st.floats(0, 1), st.floats(0, 1))
def test_log_odds_keep_the_order_and_are_finite(one: float, other: float) -> None:
    """Zero and one too."""
    assert abs(log_odds(one)) < 14
    if one < other:
        assert log_odds(one) <= log_odds(other)
    assert log_odds(0.5) == 0
