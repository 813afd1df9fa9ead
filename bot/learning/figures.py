"""What decisions say of rules and model, counted by rule or by category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import fmean

from bot.learning.judged import Case
from rules.classifier.opinion import Opinion
from rules.classifier.weights import Evidence
from rules.types import Tier

_Z = 1.96  # of a normal distribution: 95 of 100 lie within


@dataclass(slots=True)
class Figures:
    """The decided flags of one rule or category."""

    right: Counter[Tier] = field(default_factory=Counter)  # by the tier they were flagged in
    wrong: Counter[Tier] = field(default_factory=Counter)
    chances_right: list[float] = field(default_factory=list)  # the model's, on confirmed flags
    chances_wrong: list[float] = field(default_factory=list)
    cleared: Counter[bool] = field(default_factory=Counter)  # right or not -> by the model, today
    lowered: Counter[bool] = field(default_factory=Counter)
    unfound: Counter[bool] = field(default_factory=Counter)  # neither finds them any more

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.confirmed + self.wrong.total()

    @property
    def confirmed(self) -> int:
        """How many of them were right."""
        return self.right.total()

    def add(self, case: Case, chance: float | None) -> None:
        """Count one case; `chance` is the model's own."""
        right = case.past.right
        (self.right if right else self.wrong)[case.past.tier] += 1
        if chance is not None:
            (self.chances_right if right else self.chances_wrong).append(chance)
        if case.rules is not None and case.both is None:
            self.cleared[right] += 1
        elif case.rules is Tier.ACT and case.both is Tier.REVIEW:
            self.lowered[right] += 1
        elif case.both is None:
            self.unfound[right] += 1


def counted(
    cases: Iterable[Case], key: Callable[[Case], str], opinion: Opinion | None
) -> dict[str, Figures]:
    """Figures by what `key` gives, in its order."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for case in cases:
        found[key(case)].add(case, chance_of(case, opinion))
    return dict(sorted(found.items()))


def chance_of(case: Case, opinion: Opinion | None) -> float | None:
    """The model's own probability, as if no rule had spoken; None where it has no say."""
    if opinion is None or case.logit is None:
        return None
    odds = opinion.calibrated(case.logits).get(case.past.category)
    if odds is None:
        return None
    return opinion.probability(case.past.category, odds, Evidence.NONE)


def mean(chances: list[float]) -> float | None:
    """Their mean, None of none."""
    return fmean(chances) if chances else None


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies, 95 times of 100, given so many hits.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927), pages 209 to 212.
    """
    if not of:
        return 0.0, 1.0
    share = hits / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    reach = _Z / (1 + _Z**2 / of) * (share * (1 - share) / of + _Z**2 / (4 * of**2)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)
