"""Decided flags, counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.figures import Figures, chance_of, counted, wilson
from bot.learning.judged import Case
from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import Evidence
from rules.types import Category, Tier
from tests.bot.learning.making import HATE, decided, hearing
from tests.rules.classifier.making import FAR

ACT, REVIEW = Tier.ACT, Tier.REVIEW


def case(
    right: bool,
    rules: Tier | None = REVIEW,
    both: Tier | None = REVIEW,
    *,
    tier: Tier = REVIEW,
    logit: float = 0.0,
    category: Category = HATE,
) -> Case:
    """A case in which rules and both said this."""
    logits = tuple(logit if one is HATE else FAR for one in CATEGORIES)
    past = decided("oh", right=right, tier=tier, category=category, rule_id=f"{category}.x")
    return Case(past, rules, both, Evidence.REVIEW, logits)


def test_figures_of_a_category() -> None:
    """Decided and confirmed by tier, the model's mean on either kind, what it would change."""
    cases = [
        case(True, logit=2.0),
        case(True, ACT, REVIEW, tier=ACT, logit=0.0),
        case(False, REVIEW, None, logit=-2.0),
        case(False, None, None, logit=-2.0),
        case(True, REVIEW, None, logit=1.0),
    ]

    (figures,) = counted(cases, lambda one: one.past.category, hearing()).values()

    assert (figures.decided, figures.confirmed) == (5, 3)
    assert (figures.right, figures.wrong) == ({ACT: 1, REVIEW: 2}, {REVIEW: 2})
    assert figures.chances_right == pytest.approx([0.881, 0.5, 0.731], abs=0.001)
    assert figures.chances_wrong == pytest.approx([0.119, 0.119], abs=0.001)
    assert (figures.cleared, figures.lowered) == ({True: 1, False: 1}, {True: 1})
    assert figures.unfound == {False: 1}


def test_figures_stand_apart_by_what_is_asked() -> None:
    """One for each category or rule, in order."""
    cases = [case(True), case(False, category=Category.GAMBLING), case(False)]

    figures = counted(cases, lambda one: one.past.rule, None)

    assert list(figures) == ["gambling.x", "hate.x"]
    assert [one.decided for one in figures.values()] == [1, 2]
    assert figures["hate.x"].chances_right == []


def test_the_models_own_probability_takes_no_rule_into_account() -> None:
    """And there is none of a category on which it has no say."""
    opinion = hearing()

    assert chance_of(case(True, logit=2.0), opinion) == pytest.approx(0.881, abs=0.001)
    assert chance_of(case(True, category=Category.WELFARE), opinion) is None
    assert chance_of(case(True), None) is None
    assert Figures().decided == 0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # worked in Newcombe, Statistics in Medicine 17 (1998), 857-872
        (15, 148, 0.0624, 0.1605),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    """Against figures that others worked out."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    """And lies between nothing and everything."""
    hits, of = counts
    low, high = wilson(hits, of)

    assert 0 <= low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= high <= 1
