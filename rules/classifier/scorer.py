"""What every model of ours or of a district's offers: logits per category for texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rules.types import Category

# What the model tells apart, in the order of its outputs; care for a person is no violation.
CATEGORIES = tuple(category for category in Category if category is not Category.WELFARE)

Logits = NDArray[np.float32]


class ScorerError(Exception):
    """A model gave no answer; the text says why and what to do, and quotes no message."""


class Scorer(Protocol):
    """A model. Safe to share between threads."""

    @property
    def name(self) -> str:
        """What weights, commands and logs call it."""

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, len(CATEGORIES)) for texts as `as_read` gives them; raises `ScorerError`.

        NaN where it has no say on a category.
        """
