"""The models that come with the rules: encoder and linear together, or the linear one alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from rules.classifier.linear import Linear
from rules.classifier.opinion import Opinion
from rules.classifier.scorer import Logits, Scorer
from rules.classifier.weights import Weights, read_weights

FOLDER = Path(__file__).parent
LINEAR = "linear.npz"


class Both:
    """The sum of two models' logits: together they err less than either (MODEL_CARD.md)."""

    name = "both"

    def __init__(self, one: Scorer, other: Scorer) -> None:
        self._one = one
        self._other = other

    def logits(self, texts: Sequence[str]) -> Logits:
        """(texts, categories) for texts as `as_read` gives them."""
        return self._one.logits(texts) + self._other.logits(texts)


@cache
def _linear() -> Linear:
    return Linear.load(FOLDER / LINEAR)


@cache
def shipped_scorer() -> Scorer:
    """Both; without onnxruntime or tokenizers on this machine, the linear model alone."""
    try:
        from rules.classifier.encoder import Encoder
    except ImportError:
        return _linear()
    return Both(Encoder(FOLDER), _linear())


@cache
def shipped_version(name: str) -> str:
    """Tells the shipped model of this name from that of another release: weights fit one alone."""
    files = [LINEAR]
    if name == Both.name:
        from rules.classifier.encoder import MODEL, PIECES

        files += [MODEL, PIECES]
    told = sha256()
    for file in files:
        told.update((FOLDER / file).read_bytes())
    return f"{name} {told.hexdigest()[:12]}"


@cache
def shipped_weights(name: str) -> Weights:
    """What was measured for the shipped model of this name, `both` or `linear`."""
    return read_weights(FOLDER / f"{name}.toml")


def shipped_opinion(weights: Weights | None = None) -> Opinion:
    """The model that is used where a district has said nothing else, trusted as far as measured.

    The linear model is asked first: where it and the rules see nothing at all, the encoder is not.
    """
    scorer = shipped_scorer()
    first = None
    if scorer is not _linear():
        first = Opinion(_linear(), shipped_weights(Linear.name))
    return Opinion(scorer, weights or shipped_weights(scorer.name), first=first)
