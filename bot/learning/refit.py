"""Weights that fit a district's own decisions, one category at a time, close to the shipped ones.

Decisions are made on flagged messages alone. So a fit may make the model say less by itself than
the shipped weights do, and never more: nobody knows what lies beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, log
from zlib import crc32

import msgspec
import numpy as np

from bot.learning.judged import Case
from rules.classifier.fitting import Values, fitted, sigmoid
from rules.classifier.opinion import chance_of
from rules.classifier.weights import CategoryWeights, Evidence, Weights
from rules.types import Category

LEAST = 20  # decisions: Wilson's interval of ten in twenty is 30% to 70%, and fewer tell less
PULL = 5.0  # towards the shipped weights: as much as 20 decisions at even odds (20 x 1/4)
FOLDS = 5
_SPREAD = 4.0  # a usual size of log-odds, so that the slope is pulled as much as the rest
_FLATTEST = 0.25  # of the shipped slope: what the model says goes on counting the right way
_DEAR = 10.0  # mistakes that a threshold must spare for each step of 1 that it is raised
_EVIDENCE = tuple(Evidence)
_ALONE = (Evidence.NONE, Evidence.CLEARED)


class Kept(StrEnum):
    """Why a category keeps the shipped weights."""

    FEW = f"fewer than {LEAST} decisions that the model has a say on"
    MASKED = "personal data and secrets are protected as shipped"
    ONE_PERSON = "all decisions are on one person's messages"
    NO_BETTER = "no better on decisions held apart"


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of one category: its weights, and how wrong it was on decisions held apart."""

    decisions: int
    weights: CategoryWeights
    kept: Kept | None = None
    loss_shipped: float = 0.0  # mean log loss; 0.69 is what a coin has
    loss_fitted: float = 0.0


def refitted(
    shipped: Weights, cases: Sequence[Case], masked: frozenset[Category]
) -> tuple[Weights, dict[Category, Fit]]:
    """The shipped weights, refitted where decisions allow it, and what came of each category.

    `masked`: categories whose findings are masked; they stay as shipped.
    """
    fits = {
        category: _fit(shipped, category, [case for case in cases if _tells(case, category)])
        if category not in masked
        else Fit(0, shipped.categories[category], Kept.MASKED)
        for category in dict.fromkeys(case.past.category for case in cases)
        if category in shipped.categories
    }
    own = {category: fit.weights for category, fit in fits.items() if fit.kept is None}
    return msgspec.structs.replace(shipped, categories={**shipped.categories, **own}), fits


def _tells(case: Case, category: Category) -> bool:
    return case.past.category is category and case.logit is not None and case.doubted


def _fit(shipped: Weights, category: Category, cases: Sequence[Case]) -> Fit:
    own = shipped.categories[category]
    if len(cases) < LEAST:
        return Fit(len(cases), own, Kept.FEW)
    folds = _folds(cases)
    if len(set(folds)) < 2:
        return Fit(len(cases), own, Kept.ONE_PERSON)
    start = _start(shipped, category)
    columns, labels = _columns(own, cases), np.array([float(c.past.right) for c in cases])
    apart = np.empty(len(cases))
    for fold in set(folds):
        held = np.array([one == fold for one in folds])
        weights = _bounded(fitted(columns[~held], labels[~held], start, PULL))
        apart[held] = sigmoid(columns[held] @ weights)
    before, after = _loss(sigmoid(columns @ start), labels), _loss(apart, labels)
    if after >= before:
        return Fit(len(cases), own, Kept.NO_BETTER, before, after)
    found = _bounded(fitted(columns, labels, start, PULL))
    return Fit(len(cases), _weights(shipped, category, found, cases), None, before, after)


def _folds(cases: Sequence[Case]) -> list[int]:
    """Which fold each case is in: all messages of one author in the same."""
    names = [str(case.past.message.author_id) for case in cases]
    order = sorted(set(names), key=lambda name: (crc32(name.encode()), name))
    numbers = {name: number % FOLDS for number, name in enumerate(order)}
    return [numbers[name] for name in names]


def _start(shipped: Weights, category: Category) -> Values:
    said = shipped.evidence_in(category)
    return np.array([_SPREAD, *(said[one] for one in _EVIDENCE)])


def _columns(own: CategoryWeights, cases: Sequence[Case]) -> Values:
    """The model's log-odds, scaled down, and one column for each word of the rules."""
    rows = []
    for case in cases:
        assert case.logit is not None
        odds = own.slope * case.logit + own.shift
        rows.append([odds / _SPREAD, *(float(case.evidence is one) for one in _EVIDENCE)])
    return np.array(rows)


def _bounded(weights: Values) -> Values:
    weights[0] = max(weights[0], _FLATTEST * _SPREAD)
    return weights


def _loss(chances: Values, labels: Values) -> float:
    return float(-np.mean(np.log(np.where(labels == 1, chances, 1 - chances))))


def _weights(
    shipped: Weights, category: Category, found: Values, cases: Sequence[Case]
) -> CategoryWeights:
    old = shipped.categories[category]
    steeper = float(found[0]) / _SPREAD
    new = CategoryWeights(
        slope=max(0.001, round(old.slope * steeper, 3)),
        shift=round(old.shift * steeper, 3),
        flag=old.flag,
        evidence={
            name: round(float(value), 3) for name, value in zip(_EVIDENCE, found[1:], strict=True)
        },
    )
    most = {said: _most(shipped, category, new, said) for said in _ALONE}
    held = {said: min(worth, most.get(said, worth)) for said, worth in new.evidence.items()}
    new = msgspec.structs.replace(new, evidence=held)
    return msgspec.structs.replace(new, flag=min(1.0, ceil(_spared(new, cases) * 1000) / 1000))


def _most(shipped: Weights, category: Category, new: CategoryWeights, said: Evidence) -> float:
    """What the rules' word may add: with more, more would be flagged than by shipped weights."""
    old = shipped.categories[category]
    just = _log_odds(old.flag) - shipped.evidence_in(category)[said]
    logit = (just - old.shift) / old.slope
    return floor((_log_odds(old.flag) - new.slope * logit - new.shift) * 1000) / 1000


def _spared(new: CategoryWeights, cases: Sequence[Case]) -> float:
    """The threshold that costs least on what the model alone flagged.

    A threshold says what a needless flag costs beside a missed one: as shipped, `flag` to
    1 - `flag`. It is raised where that spares more than `_DEAR` says.
    """
    alone = [
        (_chance(new, case.logit, case.evidence), case.past.right)
        for case in cases
        if case.evidence in _ALONE and case.logit is not None
    ]
    tried = [new.flag, *(chance + 0.001 for chance, right in alone if not right)]

    def cost(flag: float) -> float:
        needless = sum(chance >= flag and not right for chance, right in alone)
        missed = sum(chance < flag and right for chance, right in alone)
        return needless * new.flag + missed * (1 - new.flag) + _DEAR * (flag - new.flag)

    return min((flag for flag in tried if new.flag <= flag <= 1), key=lambda f: (cost(f), f))


def _chance(own: CategoryWeights, logit: float, said: Evidence) -> float:
    return chance_of(own.slope * logit + own.shift + own.evidence[said])


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 1e-9), 1 - 1e-9)
    return log(bounded / (1 - bounded))
