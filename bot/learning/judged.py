"""Decided flags, judged again: by the rules as they are today, and with the model beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.learning.decided import Decided
from bot.process.private import with_told
from bot.process.thresholds import sure_enough
from bot.settings import Settings
from rules.classifier.opinion import Opinion, evidence_of, open_to_doubt
from rules.classifier.scorer import CATEGORIES, Logits, Scorer
from rules.classifier.weights import Evidence, Weights
from rules.engine import evaluate
from rules.ruleset import RuleSet
from rules.types import Finding, Tier, Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """What rules and model say today of a decided flag, in its category."""

    past: Decided
    rules: Tier | None  # the tier of a flag by the rules alone, None for none
    both: Tier | None  # the same with the model as it is
    evidence: Evidence  # the rules' word
    logits: tuple[float, ...] = ()  # the model's answer; empty where it gave none
    doubted: bool = False  # whether the model has a say on what the rules found

    @property
    def logit(self) -> float | None:
        """The model's answer on the flag's category, None where it has no say."""
        if not self.logits or self.past.category not in CATEGORIES:
            return None
        found = self.logits[CATEGORIES.index(self.past.category)]
        return None if np.isnan(found) else found


class Judging:
    """Judges decided flags by one set of rules and, where there is one, the shipped model."""

    def __init__(self, ruleset: RuleSet, settings: Settings) -> None:
        self._rules = ruleset.advised(None)
        self._opinion = ruleset.opinion.again() if ruleset.opinion else None
        self._settings = settings

    def case(self, past: Decided) -> Case:
        """What rules and model say of it today."""
        verdict = evaluate(past.message, past.context, self._rules)
        by_rules = self._tier(past, verdict)
        said = evidence_of(verdict.findings).get(past.category, Evidence.NONE)
        own = _own(past, verdict.live, verdict.told)
        doubted = all(self._is_doubted(finding) for finding in own)
        if self._opinion is None:
            return Case(past, by_rules, by_rules, said)
        heard = _Overheard(self._opinion.scorer)
        both = self._weighed(past, replace(self._opinion, scorer=heard))
        return Case(past, by_rules, both, said, heard.first, doubted)

    def under(self, case: Case, weights: Weights) -> Tier | None:
        """The tier of the flag with these weights of the model's in place of its own."""
        if self._opinion is None or not case.logits:
            return case.rules
        said = _Said(self._opinion.scorer.name, case.logits)
        return self._weighed(case.past, replace(self._opinion, scorer=said, weights=weights))

    def _weighed(self, past: Decided, opinion: Opinion) -> Tier | None:
        advised = self._rules.advised(opinion)
        return self._tier(past, evaluate(past.message, past.context, advised))

    def _tier(self, past: Decided, verdict: Verdict) -> Tier | None:
        live = sure_enough(verdict.live, self._settings.thresholds)
        tiers = {finding.tier for finding in _own(past, live, verdict.told)}
        return next((tier for tier in Tier if tier in tiers), None)

    def _is_doubted(self, finding: Finding) -> bool:
        weighed = self._rules.by_id[finding.rule].weighed
        return weighed and open_to_doubt(finding) and not finding.tells


def _own(past: Decided, live: Sequence[Finding], told: Sequence[Finding]) -> list[Finding]:
    """What leads to a flag in its category, with what is no violation and told all the same."""
    return [one for one in with_told(live, told) if one.category is past.category]


class _Overheard:
    """A model whose first answer can be read again."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name = scorer.name
        self.first: tuple[float, ...] = ()

    def logits(self, texts: Sequence[str]) -> Logits:
        """See `Scorer`."""
        found = self._scorer.logits(texts)
        self.first = self.first or tuple(found[0].tolist())
        return found


class _Said:
    """A model that repeats what it said of the one text it is asked about."""

    def __init__(self, name: str, logits: tuple[float, ...]) -> None:
        self.name = name
        self._logits = logits

    def logits(self, texts: Sequence[str]) -> Logits:
        """See `Scorer`."""
        return np.array([self._logits] * len(texts), np.float32)
