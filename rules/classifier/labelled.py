"""A model of a district's own, with labels of its own, read as our categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Protocol

import numpy as np

from rules.classifier.scorer import CATEGORIES, Logits
from rules.types import Category

_LEAST = 1e-6  # probabilities nearer to 0 or 1 than this say no more


class Labeller(Protocol):
    """A model that knows nothing of our categories. Safe to share between threads."""

    @property
    def name(self) -> str:
        """What commands and logs call it."""

    def odds(self, texts: Sequence[str]) -> Sequence[Mapping[str, float]]:
        """Log-odds by label for each text as `as_read` gives it; raises `ScorerError`.

        A label on which it has no say is left out, or NaN.
        """


class Labelled:
    """Its labels as categories: of several that feed one, the likeliest counts."""

    def __init__(self, model: Labeller, labels: Mapping[str, Category]) -> None:
        """Labels that are not named here count for nothing."""
        self._model = model
        self._at = {label: CATEGORIES.index(category) for label, category in labels.items()}

    @property
    def name(self) -> str:
        """The model's own name."""
        return self._model.name

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories): NaN in those that none of its labels feeds."""
        found = np.full((len(texts), len(CATEGORIES)), np.nan, np.float32)
        for row, said in zip(found, self._model.odds(texts), strict=True):
            for label, at in self._at.items():
                row[at] = np.fmax(row[at], said.get(label, np.nan))
        return found


def log_odds(probability: float) -> float:
    """The log-odds of a probability between 0 and 1; those of the ends are not infinite."""
    held = min(max(probability, _LEAST), 1 - _LEAST)
    return log(held / (1 - held))
