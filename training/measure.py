"""What the models and the rules find on rows that neither was made from, and the shipped weights.

Every figure is of rows held out: the models of their fold never saw them, and calibration and the
weight of the rules' word were fitted on the other folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rules.classifier.opinion import UNSURE
from rules.classifier.weights import Evidence
from rules.types import Category
from training import linear
from training.calibrate import Outcome, Values, outcome, weights_from
from training.corpus import CATEGORIES, FOLDS, Reader, Row, split
from training.enlarge import enlarged
from training.evidence import ORDER, Said, said_of

MISSION = tuple(
    CATEGORIES.index(Category(name))
    for name in (
        "cyberbullying",
        "political_campaign",
        "union_campaign",
        "fundraiser",
        "pii_student",
        "pii_general",
    )
)
SHARE = 0.03  # of allowed rows that are flagged, at which hit rates are compared

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Held:
    """All rows with what was said of them while they were held out."""

    rows: Sequence[Row]
    labels: Values
    said: Said
    logits: dict[str, Values]  # by model: encoder, linear, both

    def where(self, mask: Mask) -> Held:
        """Some of the rows."""
        return Held(
            [row for row, wanted in zip(self.rows, mask, strict=True) if wanted],
            self.labels[mask],
            Said(self.said.evidence[mask], self.said.final[mask]),
            {name: values[mask] for name, values in self.logits.items()},
        )

    def mask(self, wanted: object) -> Mask:
        """Which rows a test holds for."""
        return np.array([wanted(row) for row in self.rows])  # type: ignore[operator]


def held_out(rows: Sequence[Row], made: Path, reader: Reader) -> Held:
    """Put the folds' logits together; the linear model is taught here, it takes seconds."""
    at = {row.id: number for number, row in enumerate(rows)}
    shape = (len(rows), len(CATEGORIES))
    logits = {"encoder": np.zeros(shape), "linear": np.zeros(shape)}
    for fold in range(FOLDS):
        taught, held = split(rows, fold)
        plain = linear.model(linear.train(enlarged(taught, reader)))
        numbers = [at[row.id] for row in held]
        logits["linear"][numbers] = plain.logits([row.read for row in held])
        with np.load(made / f"{fold}.npz") as kept:
            numbers = [at[str(name)] for name in kept["ids"]]
            logits["encoder"][numbers] = kept["encoder"]
    logits["both"] = logits["encoder"] + logits["linear"]
    labels = np.array([row.labels for row in rows], np.float64)
    return Held(rows, labels, said_of(rows), logits)


def crossed(held: Held, model: str) -> Outcome:
    """Rules and model on every row, weighed by what the other folds say."""
    unread = held.mask(lambda row: row.unread)
    made = Outcome(*(np.zeros(held.labels.shape, kind) for kind in (float, bool, bool)))
    for fold in range(FOLDS):
        here = held.mask(lambda row, fold=fold: row.fold == fold)
        rest, own = held.where(~here), held.where(here)
        weights = weights_from(rest.logits[model], rest.labels, rest.said, unread[~here])
        given = outcome(weights, own.logits[model], own.said)
        made.chance[here], made.flagged[here] = given.chance, given.flagged
        made.act[here] = given.act
    return made


def ruled_out(held: Held) -> Mask:
    """Rows on which the encoder is not asked: the rules and the linear model see nothing."""
    nothing = (held.said.evidence == ORDER.index(Evidence.NONE)).all(1)
    return np.asarray(nothing & (crossed(held, "linear").chance.max(1) < UNSURE))


def as_shipped(held: Held) -> Outcome:
    """Rules and both models, the encoder left out where it is."""
    made = crossed(held, "both")
    asked = ~ruled_out(held)[:, None]
    return Outcome(made.chance, made.flagged & asked, made.act)


def model_alone(held: Held, model: str) -> Outcome:
    """The model as if there were no rules, calibrated on the other folds, flagging at one half."""
    silent = Said(np.zeros_like(held.said.evidence), np.zeros_like(held.said.final))
    bare = Held(held.rows, held.labels, silent, held.logits)
    chance = crossed(bare, model).chance
    return Outcome(chance, chance >= 0.5, np.zeros_like(held.said.final))


def rules_alone(held: Held) -> Outcome:
    """The rules without a model."""
    found = held.said.evidence >= ORDER.index(Evidence.REVIEW)
    act = held.said.evidence == ORDER.index(Evidence.ACT)
    return Outcome(held.said.evidence / len(ORDER), found, act)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one system does on some rows; shares are between 0 and 1."""

    rows: int
    mission: float  # macro-F1 over the six categories of the mission
    every: float  # macro-F1 over all fifteen
    hits: float  # violating rows that are flagged for anything
    alarms: float  # allowed rows that are flagged
    act_alarms: float
    act_precision: float
    acts: int
    hits_at_share: float  # at `SHARE` false alarms; NaN for the rules, which rank nothing


def figures(held: Held, made: Outcome, *, ranks: bool) -> Figures:
    """Count."""
    scores = f1(held.labels, made.flagged)
    allowed = held.labels.sum(1) == 0
    top = made.chance.max(1)
    at = float("nan")
    if ranks and allowed.any():
        at = float((top[~allowed] > np.quantile(top[allowed], 1 - SHARE)).mean())
    right = (made.act & (held.labels > 0)).sum()
    return Figures(
        rows=len(held.rows),
        mission=float(scores[list(MISSION)].mean()),
        every=float(scores.mean()),
        hits=float(made.flagged[~allowed].any(1).mean()),
        alarms=float(made.flagged[allowed].any(1).mean()),
        act_alarms=float(made.act[allowed].any(1).mean()),
        act_precision=float(right / max(1, made.act.sum())),
        acts=int(made.act.sum()),
        hits_at_share=at,
    )


def f1(labels: Values, flagged: Mask) -> Values:
    """F1 of each category."""
    right = (flagged & (labels > 0)).sum(0)
    return np.asarray(2 * right / np.maximum(1, flagged.sum(0) + labels.sum(0)))


def bins(held: Held, made: Outcome, count: int = 10) -> Iterator[tuple[float, float, int]]:
    """Mean probability, share that was true, and how many, for each stretch of probabilities."""
    chance, true = made.chance.reshape(-1), held.labels.reshape(-1)
    for low in np.linspace(0, 1, count, endpoint=False):
        inside = (chance >= low) & (chance < low + 1 / count)
        if inside.any():
            yield float(chance[inside].mean()), float(true[inside].mean()), int(inside.sum())
