"""A district's own model beside the one that comes with the rules: who flags, who doubts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.opinion import MODEL, OUTSIDE, Opinion
from rules.classifier.scorer import CATEGORIES, Logits, ScorerError
from rules.classifier.weights import CategoryWeights, Evidence, Weights, unmeasured
from rules.classifier.words import WEIGHED
from rules.engine import evaluate
from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import Category, Context, Skip, Tier, Verdict
from tests.rules.making import message, pack, rule, ruleset

NEVER, SURE = -9.0, 9.0
HATE, THREAT = Category.HATE, Category.THREAT


class Fixed:
    """Says the same of every text that holds its word, and of all others that they are fine."""

    name = "fixed"

    def __init__(
        self, said: Mapping[Category, float], word: str = "", silent: bool = False
    ) -> None:
        self._said = said
        self._word = word
        self._silent = silent  # on the categories that are not named
        self.asked: list[str] = []

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories)."""
        self.asked += texts
        found = np.full(
            (len(texts), len(CATEGORIES)), np.nan if self._silent else NEVER, np.float32
        )
        for number, text in enumerate(texts):
            for category, logit in self._said.items():
                at = CATEGORIES.index(category)
                found[number, at] = logit if self._word in text.split() or not self._word else NEVER
        return found


class Down:
    """Gives no answer, from the first time on or from a later one."""

    name = "down"

    def __init__(self, first: Fixed | None = None) -> None:
        self._first = first

    def logits(self, texts: Sequence[str]) -> Logits:
        """Raises."""
        if self._first is not None and len(texts) == 1:
            return self._first.logits(texts)
        raise ScorerError("no answer in time")


BUILT_IN = Weights(
    evidence={Evidence.NONE: 0, Evidence.CLEARED: 0, Evidence.REVIEW: 2, Evidence.ACT: 4},
    clear=0.15,
    lower=0.6,
    categories=dict.fromkeys(CATEGORIES, CategoryWeights(slope=1, shift=0, flag=0.5)),
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """One rule that acts, one that asks for review, and the rules of the model."""
    acts = rule("hate.word", 'kind = "pattern"\npatterns = ["badword"]\n')
    asks = rule("threat.word", 'kind = "pattern"\npatterns = ["threatword"]').replace(
        'tier = "act"', 'tier = "review"'
    )
    return ruleset(
        tmp_path_factory.mktemp("packs"),
        pack(acts + model(HATE), name="hate", head="weighed = true\n"),
        pack(asks + model(THREAT), name="threat", head="weighed = true\n"),
    )


def model(category: Category) -> str:
    """The rule that stands for what the model finds."""
    return f"""
[[rule]]
id = "{category}.model"
kind = "model"
severity = "medium"
reason = "As a whole."
"""


def judged(text: str, rules: RuleSet, built_in: Opinion, outside: Opinion | None) -> Verdict:
    """The verdict with both models."""
    both = rules.advised(replace(built_in, outside=outside))
    return evaluate(message(text), Context(), both, Budget.patient())


def flags(verdict: Verdict) -> dict[str, float]:
    """The rules that lead to a flag, with their confidence."""
    return {finding.rule: finding.confidence for finding in verdict.live}


def outside(
    scorer: Fixed | Down,
    *categories: Category,
) -> Opinion:
    """A district's model that speaks of these."""
    return Opinion(scorer, unmeasured(categories, flag=0.8))


def test_it_flags_in_the_stead_of_the_built_in_model_on_its_own_categories(rules: RuleSet) -> None:
    """Its yes and its no hold there; elsewhere the built-in model flags as before."""
    built_in = Opinion(Fixed({HATE: SURE, THREAT: 1.0}), BUILT_IN)
    theirs = Fixed({HATE: NEVER}, silent=True)

    assert flags(judged("hello there", rules, built_in, None)).keys() == {
        "hate.model",
        "threat.model",
    }
    assert flags(judged("hello there", rules, built_in, outside(theirs, HATE, THREAT))) == {
        "threat.model": 0.73
    }
    theirs = Fixed({HATE: SURE}, silent=True)
    quiet = Opinion(Fixed({}), BUILT_IN)
    assert flags(judged("hello there", rules, quiet, outside(theirs, HATE))) == {"hate.model": 0.99}


@pytest.mark.parametrize(("logit", "flagged"), [(1.38, False), (1.39, True)])
def test_its_probability_is_taken_for_what_it_is(
    rules: RuleSet, logit: float, flagged: bool
) -> None:
    """0.8 is 0.8: the rules' silence, which weighs with the built-in model, takes nothing off."""
    wary = msgspec.structs.replace(BUILT_IN, evidence={**BUILT_IN.evidence, Evidence.NONE: -4.0})
    verdict = judged("hello", rules, Opinion(Fixed({}), wary), outside(Fixed({HATE: logit}), HATE))

    assert ("hate.model" in flags(verdict)) is flagged


def test_it_doubts_nothing_that_rules_find(rules: RuleSet) -> None:
    """It was never measured with them; the built-in model was, and still clears and lowers."""
    sure = Opinion(Fixed({HATE: SURE, THREAT: SURE}), BUILT_IN)
    doubting = Opinion(Fixed({}), BUILT_IN)
    naysayer = outside(Fixed({}), HATE, THREAT)

    kept = judged("badword and threatword", rules, sure, naysayer)
    assert {f.rule: f.tier for f in kept.live} == {
        "hate.word": Tier.ACT,
        "threat.word": Tier.REVIEW,
    }
    doubted = judged("badword and threatword", rules, doubting, naysayer)
    assert {f.rule: f.tier for f in doubted.live} == {"hate.word": Tier.REVIEW}


def test_without_its_answer_the_built_in_model_judges_and_the_verdict_says_so(
    rules: RuleSet,
) -> None:
    """The same findings as without it."""
    built_in = Opinion(Fixed({HATE: SURE}), BUILT_IN)

    alone = judged("a threatword", rules, built_in, None)
    fallen_back = judged("a threatword", rules, built_in, outside(Down(), HATE, THREAT))

    assert fallen_back.findings == alone.findings
    assert fallen_back.skipped == (Skip(OUTSIDE, "no answer in time"),)


def test_the_built_in_model_failing_keeps_the_rules(rules: RuleSet) -> None:
    """Nothing is weighed then."""
    verdict = judged("a badword", rules, Opinion(Down(), BUILT_IN), outside(Down(), HATE))

    assert flags(verdict) == {"hate.word": 0.9}
    assert verdict.skipped == (Skip(MODEL, "no answer in time"),)


@pytest.mark.parametrize(("explains", "named"), [(None, True), (3, True), (2, False), (0, False)])
def test_its_words_are_named_up_to_the_length_that_it_can_bear(
    rules: RuleSet, explains: int | None, named: bool
) -> None:
    """It would read the message once for each; one that is too long is flagged all the same."""
    theirs = Fixed({HATE: SURE}, word="scum")
    opinion = replace(outside(theirs, HATE), explains=explains)
    verdict = judged("such a scum", rules, Opinion(Fixed({}), BUILT_IN), opinion)

    (finding,) = verdict.live
    assert [(part.label, part.start, part.end) for part in finding.parts] == (
        [(WEIGHED, 7, 11)] if named else []
    )
    assert len(theirs.asked) == (5 if named else 1)


def test_what_it_found_counts_where_it_cannot_say_why(rules: RuleSet) -> None:
    """It answers once, and is gone when it is asked for the words."""
    theirs = outside(Down(Fixed({HATE: SURE})), HATE)

    (finding,) = judged("such a scum", rules, Opinion(Fixed({}), BUILT_IN), theirs).live
    assert (finding.rule, finding.parts) == ("hate.model", ())


SAYS = st.floats(allow_nan=True, allow_infinity=True, width=32)


@given(st.lists(SAYS, min_size=len(CATEGORIES), max_size=len(CATEGORIES)))
def test_whatever_it_says_the_rules_findings_are_those_without_it(
    rules: RuleSet, said: list[float]
) -> None:
    """Finding by finding, tier and confidence included."""
    built_in = Opinion(Fixed({THREAT: 1.0}), BUILT_IN)
    theirs = outside(Fixed(dict(zip(CATEGORIES, said, strict=True))), *CATEGORIES)
    text = "badword and threatword"

    with_it = judged(text, rules, built_in, theirs).findings
    assert set(judged(text, rules, built_in, None).findings) <= set(with_it)
