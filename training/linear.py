"""The linear model's training: logistic regression per category on hashed n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from rules.classifier.linear import BUCKETS, Linear, buckets
from training.corpus import CATEGORIES, Row

STRENGTH = 30.0  # sklearn's C, the inverse of the penalty: 8 and 30 were tried
POSITIVE = 3.0  # the weight of a label that holds

Held = Mapping[str, NDArray[np.generic]]


def train(rows: Sequence[Row]) -> Held:
    """What the model's file holds; the same rows give the same."""
    found = [buckets(row.read) for row in rows]
    frequency = np.bincount([at for own in found for at in own], minlength=BUCKETS)
    rarity = (np.log((1 + len(rows)) / (1 + frequency)) + 1).astype(np.float16)
    grams = _matrix(found, rarity.astype(np.float32))
    weights = np.zeros((BUCKETS, len(CATEGORIES)), np.float64)
    bias = np.zeros(len(CATEGORIES), np.float32)
    for number in range(len(CATEGORIES)):
        fitted = LogisticRegression(
            C=STRENGTH, class_weight={0: 1.0, 1: POSITIVE}, solver="liblinear", random_state=7
        ).fit(grams, [row.labels[number] for row in rows])
        weights[:, number] = fitted.coef_[0]
        bias[number] = fitted.intercept_[0]
    scale = (np.abs(weights).max(axis=0) / 127).astype(np.float32)
    steps = np.rint(weights / scale).astype(np.int8)
    return {"weights": steps, "scale": scale, "bias": bias, "rarity": rarity}


def model(held: Held) -> Linear:
    """The model of what `train` gave."""
    return Linear(held["weights"], held["scale"], held["bias"], held["rarity"])  # type: ignore[arg-type]


def _matrix(found: Sequence[Sequence[int]], rarity: NDArray[np.float32]) -> csr_matrix:
    """One row a text, of length one, as `Linear.logits` weighs it."""
    values = [rarity[own] / max(1.0, np.linalg.norm(rarity[own])) for own in map(list, found)]
    borders = np.cumsum([0, *map(len, found)])
    columns = [at for own in found for at in own]
    return csr_matrix((np.concatenate(values), columns, borders), shape=(len(found), BUCKETS))
