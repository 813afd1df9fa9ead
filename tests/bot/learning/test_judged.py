"""Decided flags, judged again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.learning.decided import Decided
from bot.learning.judged import Case, Judging
from rules.classifier.opinion import Opinion
from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import Evidence
from rules.types import Category, Tier
from tests.bot.learning.making import HATE, decided, hearing, rules, settings
from tests.rules.classifier.making import Broken, weights

ACT, REVIEW = Tier.ACT, Tier.REVIEW


def judged(folder: Path, past: Decided, opinion: Opinion | None, toml: str = "") -> Case:
    """The case that a decided flag is."""
    return Judging(rules(folder).advised(opinion), settings(toml)).case(past)


@pytest.mark.parametrize(
    ("text", "logit", "alone", "both", "evidence"),
    [
        ("oh darn", 0.0, ACT, ACT, Evidence.ACT),
        ("oh darn", -9.0, ACT, REVIEW, Evidence.ACT),
        ("oh dang", 0.0, REVIEW, REVIEW, Evidence.REVIEW),
        ("oh dang", -9.0, REVIEW, None, Evidence.REVIEW),
        ("oh frak", 1.0, None, REVIEW, Evidence.NONE),
        ("oh frak", -1.0, None, None, Evidence.NONE),
    ],
)
def test_what_rules_and_model_say_today(
    tmp_path: Path,
    text: str,
    logit: float,
    alone: Tier | None,
    both: Tier | None,
    evidence: Evidence,
) -> None:
    """The rules alone, and with the model; whatever it was flagged for at the time."""
    word = text.split()[1]
    case = judged(tmp_path, decided(text, right=True), hearing(**{word: logit}))

    assert (case.rules, case.both, case.evidence) == (alone, both, evidence)
    assert case.logit == pytest.approx(logit)
    assert case.doubted


def test_packs_that_are_not_weighed_teach_the_model_nothing(tmp_path: Path) -> None:
    """It has no say on what they find, so that decisions on it are not about the model."""
    advised = rules(tmp_path, head="").advised(hearing(darn=-9.0))

    case = Judging(advised, settings()).case(decided("oh darn", right=True))

    assert (case.both, case.doubted) == (ACT, False)


@pytest.mark.parametrize("text", ["a hole", "a hole, darn"])
def test_a_report_in_good_faith_is_found_and_teaches_the_model_nothing(
    tmp_path: Path, text: str
) -> None:
    """A list hears of it, for review; what else is found of its kind is part of it."""
    past = decided(text, right=True, rule_id="hate.report")

    case = judged(tmp_path, past, hearing(hole=-9.0))

    assert (case.rules, case.both, case.doubted) == (REVIEW, REVIEW, False)


def test_other_categories_are_another_matter(tmp_path: Path) -> None:
    """A flag for profanity on words that are hate today is one that nothing finds any more."""
    past = decided("oh darn", right=True, category=Category.PROFANITY)

    case = judged(tmp_path, past, hearing(darn=3.0))

    assert (case.rules, case.both, case.evidence) == (None, None, Evidence.NONE)


def test_the_districts_thresholds_hold(tmp_path: Path) -> None:
    """What is not sure enough there is no flag there."""
    past = decided("oh darn", right=True)

    case = judged(tmp_path, past, None, "[categories.hate]\nact = 0.95\n")

    assert (case.rules, case.both) == (REVIEW, REVIEW)


@pytest.mark.parametrize("opinion", [None, Opinion(Broken(), weights())])
def test_without_an_answer_the_rules_stand_alone(tmp_path: Path, opinion: Opinion | None) -> None:
    """No model, or one that failed: nothing can be learned of it from such a case."""
    case = judged(tmp_path, decided("oh darn", right=True), opinion)

    assert (case.rules, case.both, case.logits, case.logit) == (ACT, ACT, (), None)


def test_other_weights_can_be_tried(tmp_path: Path) -> None:
    """On the answers that the model gave, without asking it again."""
    opinion = hearing(frak=1.0)
    judging = Judging(rules(tmp_path).advised(opinion), settings())
    case = judging.case(decided("oh frak", right=False))
    asked = len(opinion.scorer.asked)  # type: ignore[attr-defined]

    assert judging.under(case, weights(flag=0.5)) is REVIEW
    assert judging.under(case, weights(flag=0.8)) is None
    assert len(opinion.scorer.asked) == asked  # type: ignore[attr-defined]


def test_welfare_is_nothing_that_the_model_speaks_of(tmp_path: Path) -> None:
    """Care is judged by the rules alone."""
    case = judged(
        tmp_path, decided("oh darn", right=True, category=Category.WELFARE), hearing(darn=1.0)
    )

    assert case.logit is None
    assert len(case.logits) == len(CATEGORIES)
    assert HATE in CATEGORIES
