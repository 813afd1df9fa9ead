"""Models for tests: they say what a test sets, or add up what words weigh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rules.classifier.opinion import Opinion
from rules.classifier.scorer import CATEGORIES, Logits, ScorerError
from rules.classifier.weights import CategoryWeights, Evidence, Weights
from rules.types import Category

FAR = -30.0  # a logit that no evidence makes up for

EVIDENCE = {Evidence.NONE: 0.0, Evidence.CLEARED: -1.0, Evidence.REVIEW: 2.0, Evidence.ACT: 4.0}


class Weighing:
    """A word's weight counts for a category wherever the text holds it; nothing else does."""

    name = "weighing"

    def __init__(self, words: Mapping[tuple[Category, str], float], bias: float = FAR) -> None:
        self._words = words
        self._bias = bias
        self.asked: list[str] = []

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories)."""
        self.asked += texts
        found = np.full((len(texts), len(CATEGORIES)), self._bias, np.float32)
        for number, text in enumerate(texts):
            for (category, word), weight in self._words.items():
                found[number, CATEGORIES.index(category)] += weight * text.split().count(word)
        return found


class Broken:
    """A model that gives no answer."""

    name = "broken"

    def logits(self, texts: Sequence[str]) -> Logits:
        """Never comes to this."""
        raise ScorerError("the model took too long")


def weights(*, shift: float = 0.0, flag: float = 0.5) -> Weights:
    """Weights that take logits for what they are, the same for every category."""
    one = CategoryWeights(slope=1.0, shift=shift, flag=flag)
    return Weights(
        evidence=EVIDENCE, clear=0.15, lower=0.6, categories=dict.fromkeys(CATEGORIES, one)
    )


def heard(category: Category, word: str, logit: float, *, flag: float = 0.5) -> Opinion:
    """An opinion on one word: its logit in this category, and nothing in any other."""
    return Opinion(Weighing({(category, word): logit - FAR}), weights(flag=flag))
