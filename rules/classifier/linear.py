"""The linear model: hashed word and character n-grams, weighed by how rare they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 16
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")
_SHORTEST, _LONGEST = 3, 5  # characters of an n-gram

Logits = NDArray[np.float32]


class Linear:
    """One weight per bucket and category, added up over a text's n-grams, rare ones for more."""

    name = "linear"

    def __init__(
        self, weights: NDArray[np.int8], scale: Logits, bias: Logits, rarity: NDArray[np.float16]
    ) -> None:
        """`weights` is (BUCKETS, categories) in steps of `scale`, `rarity` one per bucket."""
        self._weights = weights
        self._scale = scale
        self._bias = bias
        self._rarity = rarity

    @classmethod
    def load(cls, file: Path) -> Linear:
        """From a file that training wrote; nothing in it is run."""
        with np.load(file, allow_pickle=False) as held:
            return cls(held["weights"], held["scale"], held["bias"], held["rarity"])

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories) for texts as `as_read` gives them."""
        found = np.empty((len(texts), len(self._bias)), np.float32)
        for number, text in enumerate(texts):
            at = buckets(text)
            rarity = self._rarity[at].astype(np.float32)
            length = max(1.0, float(rarity @ rarity) ** 0.5)
            total = rarity @ self._weights[at].astype(np.float32)
            found[number] = total * self._scale / length + self._bias
        return found


def buckets(text: str) -> list[int]:
    """The buckets of a text's n-grams, each once, in order."""
    return sorted({crc32(gram.encode()) % BUCKETS for gram in _grams(text)})


def _grams(text: str) -> Iterator[str]:
    """Words, pairs of words, and stretches of letters with the borders of their word."""
    words = _WORD.findall(text)
    for number, word in enumerate(words):
        yield f"w {word}"
        if number:
            yield f"p {words[number - 1]} {word}"
        bordered = f"<{word}>"
        for size in range(_SHORTEST, _LONGEST + 1):
            for at in range(len(bordered) - size + 1):
                yield bordered[at : at + size]
