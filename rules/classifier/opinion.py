"""Rules and model weighed together, by one rule: their evidence is added up in log-odds.

For each category, the probability that a message breaks it is the sigmoid of
`slope x logit + shift + evidence`, where `evidence` is what the rules' own word has been worth
(nothing found, found and cleared by a context, found for review, found sure enough to act). Then:

- nothing found, and the probability reaches `flag`: the category's rule of kind `model` finds it,
  for review, never more;
- a finding for review whose probability is under `clear` is cleared;
- a finding of the act tier whose probability is under `lower` goes to review.

What the rules mask (personal data, secrets), what rests on several messages, `welfare`, and what
rules find that the model was not measured beside (`weighed` in `[pack]`) stay as they were found.

A model of the district's own takes the first of these from the model above it, on the categories of
which it speaks. It was never measured with the rules, so that it clears and lowers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isnan

from rules.classifier.scorer import CATEGORIES, Scorer
from rules.classifier.weights import Evidence, Weights
from rules.types import Category, Finding, Suppression, Tier

_SUREST, _LEAST = 0.99, 0.01
# From this probability on the slow model is asked too. On rows held out, those that the quick one
# put below it held 1 of the 109 finds of the slow one (MODEL_CARD.md).
UNSURE = 0.08
MODEL = "model"  # what is said to have cleared a finding
OUTSIDE = "outside-model"  # what is said to have been skipped where a district's own gave no answer
# Found in what was written; whether it is anybody's business there is another matter.
_STANDING = (None, Suppression.AUDIENCE, Suppression.CHANNEL)
Odds = Mapping[Category, float]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model, and how far it is trusted."""

    scorer: Scorer
    weights: Weights
    outside: Opinion | None = None  # of the district's own model, which flags in this one's stead
    first: Opinion | None = None  # of a quick model that is asked before this one
    explains: int | None = None  # up to so many words it can say which weighed most; None: any

    def odds(self, texts: Sequence[str]) -> list[Odds]:
        """The model's own log-odds for each text as `as_read` gives it; raises `ScorerError`.

        A category on which the model has no say is left out.
        """
        return [self.calibrated(row) for row in self.scorer.logits(texts).tolist()]

    def calibrated(self, logits: Sequence[float]) -> Odds:
        """The log-odds that one row of the scorer's logits stands for."""
        return dict(self._of_one(logits))

    def probability(self, category: Category, odds: float, evidence: Evidence) -> float:
        """How likely the message breaks the category, given the model's log-odds and the rules."""
        return chance_of(odds + self.weights.evidence_in(category)[evidence])

    def again(self) -> Opinion:
        """For a text judged a second time: no district's own model is asked, no word is named.

        What the shipped model finds, clears and lowers stays the same.
        """
        return replace(self, outside=None, explains=0)

    def rules_out(self, text: str) -> bool:
        """Whether the quick first model is sure that a text, in which rules found nothing, is free.

        Always False without one. Raises `ScorerError`.
        """
        if self.first is None:
            return False
        (odds,) = self.first.odds([text])
        chances = (self.first.probability(c, own, Evidence.NONE) for c, own in odds.items())
        return max(chances, default=0.0) < UNSURE

    def suspects(self, odds: Odds, findings: Iterable[Finding]) -> dict[Category, float]:
        """The categories that the model alone flags, each with its probability."""
        said = evidence_of(findings)
        alone = (Evidence.NONE, Evidence.CLEARED)
        likely = {
            category: self.probability(category, own, said.get(category, Evidence.NONE))
            for category, own in odds.items()
            if said.get(category, Evidence.NONE) in alone
        }
        flag = self.weights.categories
        return {name: chance for name, chance in likely.items() if chance >= flag[name].flag}

    def weighed(self, odds: Odds, finding: Finding) -> Finding:
        """The rules' finding with the confidence that both give it, lowered or cleared."""
        own = odds.get(finding.category)
        if own is None or not open_to_doubt(finding):
            return finding
        chance = self.probability(finding.category, own, Evidence(finding.tier.value))
        finding = replace(finding, confidence=told(chance))
        if finding.tier is Tier.REVIEW and chance < self.weights.clear:
            return replace(finding, suppressed=Suppression.CONTEXT, cleared_by=MODEL)
        if finding.tier is Tier.ACT and chance < self.weights.lower:
            return replace(finding, tier=Tier.REVIEW)
        return finding

    def _of_one(self, logits: Sequence[float]) -> Iterator[tuple[Category, float]]:
        for category, logit in zip(CATEGORIES, logits, strict=True):
            own = self.weights.categories.get(category)
            if own is not None and not isnan(logit):
                yield category, own.slope * logit + own.shift


def told(chance: float) -> float:
    """A probability as a finding's confidence: never quite certain."""
    return min(_SUREST, max(_LEAST, round(chance, 2)))


def evidence_of(findings: Iterable[Finding]) -> dict[Category, Evidence]:
    """The strongest word of the rules on each category, whatever the model made of it since."""
    said: dict[Category, Evidence] = {}
    order = list(Evidence)
    for finding in findings:
        now = said.get(finding.category, Evidence.NONE)
        said[finding.category] = max(now, _evidence(finding), key=order.index)
    return said


def open_to_doubt(finding: Finding) -> bool:
    """Whether the model has a say on a finding of the rules."""
    return (
        finding.suppressed in _STANDING
        and not finding.masked
        and not finding.earlier
        and finding.category is not Category.WELFARE
    )


def _evidence(finding: Finding) -> Evidence:
    if finding.cleared_by == MODEL:
        return Evidence(finding.tier.value)
    if finding.suppressed is Suppression.CONTEXT:
        return Evidence.CLEARED
    if finding.suppressed in _STANDING:
        return Evidence(finding.tier.value)
    return Evidence.NONE


def chance_of(odds: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
