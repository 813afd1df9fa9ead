"""Weights that fit decisions: what changes, what may not, and what is held apart."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.learning.judged import Case
from bot.learning.refit import LEAST, Kept, refitted
from rules.classifier.opinion import Opinion
from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import Evidence, Weights
from rules.types import Category, Suppression, Tier
from tests.bot.learning.making import HATE, decided
from tests.rules.classifier.making import FAR, Weighing, weights
from tests.rules.classifier.test_opinion import finding

SHIPPED = weights()
NOTHING = frozenset[Category]()
MASKED = frozenset({Category.PII_STUDENT})


def case(
    right: bool,
    logit: float,
    evidence: Evidence = Evidence.NONE,
    *,
    author: str = "u1",
    category: Category = HATE,
    doubted: bool = True,
) -> Case:
    """A decided flag on which the model said this and the rules that."""
    logits = tuple(logit if one is category else FAR for one in CATEGORIES)
    past = decided("oh", right=right, author=author, category=category)
    return Case(past, Tier.REVIEW, Tier.REVIEW, evidence, logits, doubted=doubted)


def dismissed(count: int, *, category: Category = HATE, people: int = 7) -> list[Case]:
    """So many flags that the model began and nobody confirmed."""
    return [
        case(False, 1.0, author=f"u{number % people}", category=category) for number in range(count)
    ]


def test_what_is_always_dismissed_is_flagged_no_more() -> None:
    """And the report says that decisions held apart bear it out."""
    fitted, fits = refitted(SHIPPED, dismissed(60), NOTHING)

    assert fits[HATE].kept is None
    assert fits[HATE].loss_fitted < fits[HATE].loss_shipped
    before, after = (
        Opinion(Weighing({}), one).suspects({HATE: 1.0}, ()) for one in (SHIPPED, fitted)
    )
    assert (HATE in before, HATE in after) == (True, False)


@pytest.mark.parametrize("found", [Evidence.NONE, Evidence.CLEARED])
def test_what_is_always_confirmed_is_flagged_as_before(found: Evidence) -> None:
    """No less, whatever the rules had said of it; and no more, as nobody knows what lies there."""
    confirmed = [case(True, 2.0, found, author=f"u{number % 7}") for number in range(60)]

    fitted, fits = refitted(SHIPPED, confirmed, NOTHING)

    assert fits[HATE].kept is None
    for logit in (-0.9, -0.1, 0.1, 0.9, 1.1, 2.0, 3.0):
        assert flagged(fitted, logit) == flagged(SHIPPED, logit)


def flagged(held: Weights, logit: float) -> list[bool]:
    """Whether the model flags by itself where rules found nothing, and where a context cleared."""
    own = held.categories[HATE]
    cleared = finding(suppressed=Suppression.CONTEXT)
    odds = {HATE: own.slope * logit + own.shift}
    opinion = Opinion(Weighing({}), held)
    return [HATE in opinion.suspects(odds, findings) for findings in ((), (cleared,))]


def test_other_categories_are_as_shipped() -> None:
    """What was decided on hate says nothing of threats."""
    fitted, _ = refitted(SHIPPED, dismissed(60), NOTHING)

    others = {name: own for name, own in fitted.categories.items() if name is not HATE}
    assert others == {name: SHIPPED.categories[name] for name in others}
    assert (fitted.evidence, fitted.clear, fitted.lower) == (
        SHIPPED.evidence,
        SHIPPED.clear,
        SHIPPED.lower,
    )


@pytest.mark.parametrize(
    ("cases", "why"),
    [
        (dismissed(LEAST - 1), Kept.FEW),
        (dismissed(60, people=1), Kept.ONE_PERSON),
        ([case(False, 1.0, author=f"u{n}", doubted=False) for n in range(60)], Kept.FEW),
        (
            [case(n % 2 == 0, 0.0, author=f"u{n // 2}") for n in range(60)],
            Kept.NO_BETTER,  # as likely as the shipped weights say
        ),
    ],
)
def test_what_keeps_a_category_as_shipped(cases: list[Case], why: Kept) -> None:
    """And it is told."""
    fitted, fits = refitted(SHIPPED, cases, NOTHING)

    assert fits[HATE].kept is why
    assert fitted == SHIPPED


DECISIONS = st.lists(
    st.builds(
        case,
        right=st.booleans(),
        logit=st.floats(-8, 8),
        evidence=st.sampled_from(Evidence),
        author=st.sampled_from(["a", "b", "c", "d", "e", "f"]),
        category=st.sampled_from([HATE, Category.PII_STUDENT]),
    ),
    min_size=25,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(DECISIONS, st.floats(-12, 12))
def test_whatever_was_decided(cases: list[Case], logit: float) -> None:
    """What is masked is as shipped, and nothing is flagged that shipped weights do not flag."""
    fitted, _ = refitted(SHIPPED, cases, MASKED)

    assert fitted.categories[Category.PII_STUDENT] == SHIPPED.categories[Category.PII_STUDENT]
    pairs = zip(flagged(fitted, logit), flagged(SHIPPED, logit), strict=True)
    assert all(before or not after for after, before in pairs)
    assert msgspec.convert(msgspec.to_builtins(fitted), type(fitted)) == fitted
