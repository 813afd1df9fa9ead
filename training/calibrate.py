"""From held-out logits and the rules' word to the weights that are shipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.classifier.fitting import fitted, sigmoid
from rules.classifier.weights import CategoryWeights, Evidence, Weights
from rules.types import Category
from training.corpus import CATEGORIES
from training.evidence import ORDER, Said

FLAG = 0.50
# Where ordinary talk would otherwise be flagged too often: set with the first net so that of 12,000
# messages of public neutral chat (IRC, Topical-Chat, Taskmaster, MathDial) each category flagged at
# most one in 2,000. With the present one: `commercial` 12 (11 of MathDial), `credential` 7, else 5.
FLAGS = {
    Category.CYBERBULLYING: 0.83,
    Category.HATE: 0.84,
    Category.THREAT: 0.72,
    Category.CREDENTIAL: 0.68,
    Category.PHISHING_SPAM: 0.63,
    Category.COMMERCIAL: 0.54,
}
CLEAR = 0.15
LOWER = 0.60

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules and model together say of rows: probability, flagged, and flagged to act."""

    chance: Values
    flagged: Mask
    act: Mask


def weights_from(logits: Values, labels: Values, said: Said, unread: Mask) -> Weights:
    """Calibrate on all these rows, and weigh the rules' word on those that no rule writer read."""
    categories = {}
    own = np.zeros_like(logits)
    for at, category in enumerate(CATEGORIES):
        columns = np.c_[logits[:, at], np.ones(len(logits))]
        slope, shift = fitted(columns, labels[:, at], np.array([1.0, 0.0]))
        own[:, at] = slope * logits[:, at] + shift
        categories[category] = (slope, shift)
    words = np.eye(len(ORDER))[said.evidence[unread]]
    columns = np.concatenate([own[unread][..., None], words], axis=-1)
    columns = columns.reshape(-1, 1 + len(ORDER))
    start = np.array([1.0, *np.zeros(len(ORDER))])
    scale, *worth = fitted(columns, labels[unread].reshape(-1), start)
    return Weights(
        evidence={word: float(worth[ORDER.index(word)]) for word in Evidence},
        clear=CLEAR,
        lower=LOWER,
        categories={
            # The scale that the rules' word is worth is taken into the calibration itself.
            category: CategoryWeights(
                slope=float(slope * scale),
                shift=float(shift * scale),
                flag=FLAGS.get(category, FLAG),
            )
            for category, (slope, shift) in categories.items()
        },
    )


def outcome(weights: Weights, logits: Values, said: Said) -> Outcome:
    """What `rules.classifier.opinion` makes of these rows, all at once."""
    slope = np.array([weights.categories[c].slope for c in CATEGORIES])
    shift = np.array([weights.categories[c].shift for c in CATEGORIES])
    flag = np.array([weights.categories[c].flag for c in CATEGORIES])
    worth = np.array([weights.evidence[word] for word in ORDER])
    chance = sigmoid(logits * slope + shift + worth[said.evidence])
    found = said.evidence >= ORDER.index(Evidence.REVIEW)
    acting = said.evidence == ORDER.index(Evidence.ACT)
    # One of the act tier is lowered at most, and what is masked is left alone.
    kept = said.final | acting | (chance >= weights.clear)
    act = acting & (said.final | (chance >= weights.lower))
    return Outcome(chance, np.where(found, kept, chance >= flag), act)
