"""Rules and model weighed together: what is added, cleared, lowered and kept."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.opinion import MODEL, Opinion, evidence_of, open_to_doubt
from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import CategoryWeights, Evidence
from rules.types import Category, Finding, Part, Severity, Suppression, Tier
from tests.rules.classifier.making import Weighing, weights

HATE = Category.HATE
OPINION = Opinion(Weighing({}), weights())  # evidence: none 0, cleared -1, review 2, act 4
CONTEXT = Suppression.CONTEXT


def finding(
    tier: Tier = Tier.REVIEW,
    suppressed: Suppression | None = None,
    category: Category = HATE,
    masked: tuple[Part, ...] = (),
    earlier: tuple[int, ...] = (),
) -> Finding:
    """What a rule found."""
    return Finding(
        rule=f"{category}.rule",
        category=category,
        clauses=(),
        severity=Severity.HIGH,
        confidence=0.9,
        tier=tier,
        explanation="Because.",
        suppressed=suppressed,
        masked=masked,
        earlier=earlier,
    )


@pytest.mark.parametrize(
    ("tier", "odds", "becomes", "suppressed", "confidence"),
    [
        (Tier.REVIEW, 1.0, Tier.REVIEW, None, 0.95),
        (Tier.REVIEW, -3.7, Tier.REVIEW, None, 0.15),  # 0.154, not under 0.15
        (Tier.REVIEW, -3.8, Tier.REVIEW, CONTEXT, 0.14),
        (Tier.REVIEW, 30.0, Tier.REVIEW, None, 0.99),
        (Tier.ACT, 0.0, Tier.ACT, None, 0.98),
        (Tier.ACT, -3.5, Tier.ACT, None, 0.62),
        (Tier.ACT, -3.7, Tier.REVIEW, None, 0.57),
        (Tier.ACT, -30.0, Tier.REVIEW, None, 0.01),  # a person looks at it, however sure the model
    ],
)
def test_what_becomes_of_a_finding(
    tier: Tier, odds: float, becomes: Tier, suppressed: Suppression | None, confidence: float
) -> None:
    """Kept, cleared, or sent to review, with the probability that both together give."""
    found = OPINION.weighed({HATE: odds}, finding(tier))

    assert (found.tier, found.suppressed, found.confidence) == (becomes, suppressed, confidence)
    assert found.cleared_by == (MODEL if suppressed else "")


@pytest.mark.parametrize(
    ("findings", "odds", "flagged"),
    [
        ([], 0.0, True),
        ([], -0.1, False),
        ([finding(suppressed=CONTEXT)], 1.0, True),
        ([finding(suppressed=CONTEXT)], 0.9, False),
        ([finding(suppressed=Suppression.SHADOW)], 0.0, True),  # as if it were not there
        ([finding(suppressed=Suppression.AUTHORISED)], 0.0, True),
        ([finding(category=Category.THREAT)], 0.0, True),
        ([finding()], 30.0, False),  # found already
        ([finding(Tier.ACT)], 30.0, False),
        ([finding(suppressed=Suppression.AUDIENCE)], 30.0, False),  # nobody's business here
        ([finding(suppressed=Suppression.CHANNEL)], 30.0, False),
        ([finding(suppressed=CONTEXT), finding()], 30.0, False),
    ],
)
def test_what_the_model_adds(findings: list[Finding], odds: float, flagged: bool) -> None:
    """A category of which the rules say nothing, or which a context cleared, once likely enough."""
    assert (HATE in OPINION.suspects({HATE: odds}, findings)) is flagged


@pytest.mark.parametrize(
    "kept",
    [
        finding(masked=(Part("datum", 0, 3),)),
        finding(Tier.ACT, masked=(Part("datum", 0, 3),)),
        finding(earlier=(0, 1)),
        finding(category=Category.WELFARE),
        finding(suppressed=CONTEXT),
        finding(suppressed=Suppression.SHADOW),
        finding(suppressed=Suppression.AUTHORISED),
    ],
    ids=lambda one: f"{one.category}-{one.tier}-{one.suppressed}-{bool(one.masked)}",
)
def test_what_stays_as_the_rules_found_it(kept: Finding) -> None:
    """Personal data and secrets, what rests on several messages, care, what is suppressed."""
    assert not open_to_doubt(kept)
    assert OPINION.weighed(dict.fromkeys(Category, -30.0), kept) is kept


def test_what_was_nobodys_business_can_be_cleared() -> None:
    """Whether it is a violation is another question than for whom."""
    found = OPINION.weighed({HATE: -9.0}, finding(suppressed=Suppression.AUDIENCE))

    assert (found.suppressed, found.cleared_by) == (CONTEXT, MODEL)


def test_the_strongest_word_of_the_rules_counts() -> None:
    """For each category by itself, whatever the order."""
    found = [finding(Tier.ACT), finding(), finding(suppressed=CONTEXT, category=Category.THREAT)]
    said = {HATE: Evidence.ACT, Category.THREAT: Evidence.CLEARED}

    assert evidence_of(found) == said
    assert evidence_of(found[::-1]) == said
    assert evidence_of([]) == {}


@given(st.sampled_from(Tier), st.sampled_from((None, Suppression.AUDIENCE)), st.floats(-20, 20))
def test_what_the_model_clears_is_still_the_rules_word(
    tier: Tier, suppressed: Suppression | None, odds: float
) -> None:
    """Their word is what they said: the model cannot flag anew what it has itself cleared."""
    before = finding(tier, suppressed=suppressed)
    after = OPINION.weighed({HATE: odds}, before)

    assert not OPINION.suspects({HATE: 30.0}, [after])


def test_logits_become_odds_by_category() -> None:
    """Slope and shift of the category; without a say or without weights, none."""

    class Says:
        name = "says"

        def logits(self, texts: object) -> np.ndarray:
            row = [nan if category is Category.THREAT else 2.0 for category in CATEGORIES]
            return np.array([row], np.float32)

    own = {
        HATE: CategoryWeights(slope=0.5, shift=-3.0, flag=0.5),
        Category.THREAT: CategoryWeights(slope=1.0, shift=0.0, flag=0.5),
    }
    plain = weights()
    opinion = Opinion(
        Says(),
        type(plain)(evidence=plain.evidence, clear=0.1, lower=0.5, categories=own),
    )

    assert opinion.odds(["x"]) == [{HATE: -2.0}]


FINDINGS = st.builds(
    finding,
    tier=st.sampled_from(Tier),
    suppressed=st.none() | st.sampled_from(Suppression),
    category=st.sampled_from(Category),
    masked=st.just(()) | st.just((Part("datum", 0, 4),)),
    earlier=st.just(()) | st.just((0,)),
)
ODDS = st.floats(-1000, 1000)


@given(FINDINGS, ODDS)
def test_the_model_never_makes_an_act(found: Finding, odds: float) -> None:
    """It may lower what the rules found, and never raises it or brings it back."""
    after = OPINION.weighed({found.category: odds}, found)

    assert after.tier is found.tier or after.tier is Tier.REVIEW
    assert found.suppressed is None or after.suppressed is not None


@given(FINDINGS, ODDS)
def test_the_model_never_clears_what_is_masked(found: Finding, odds: float) -> None:
    """Nor anything of the act tier at one go."""
    after = OPINION.weighed({found.category: odds}, found)

    if found.masked or found.tier is Tier.ACT:
        assert after.suppressed is found.suppressed


@given(st.sampled_from(Evidence), ODDS, ODDS)
def test_likelier_to_the_model_is_likelier_to_both(
    evidence: Evidence, one: float, other: float
) -> None:
    """The probability grows with the model's odds, whatever the rules say."""
    low, high = sorted((one, other))
    chances = [OPINION.probability(HATE, odds, evidence) for odds in (low, high)]

    assert 0 <= chances[0] <= chances[1] <= 1


@given(st.floats(-20, 20), st.floats(0, 5))
def test_more_of_the_model_never_clears(odds: float, more: float) -> None:
    """A finding that stands goes on standing where the model is surer of it."""
    for tier in Tier:
        before = OPINION.weighed({HATE: odds}, finding(tier))
        after = OPINION.weighed({HATE: odds + more}, finding(tier))
        assert before.suppressed is not None or after.suppressed is None
        assert before.tier is not Tier.ACT or after.tier is Tier.ACT
