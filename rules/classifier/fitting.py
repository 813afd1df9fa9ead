"""Logistic regression on a few columns: what calibration needs, without a library for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_LONGEST_STEP = 2.0  # full Newton steps overshoot where a few rows are all of one kind
_ROUNDS = 200
_STILL = 1e-8


def fitted(columns: Values, labels: Values, start: Values, pull: float = 1.0) -> Values:
    """The weights under which (rows, columns) explain labels of 0 and 1, in log-odds.

    `pull` draws them towards `start`, so that few rows change little.
    """
    weights = start.astype(np.float64)
    for _ in range(_ROUNDS):
        chance = sigmoid(columns @ weights)
        slope = columns.T @ (chance - labels) + pull * (weights - start)
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns
        step = np.linalg.solve(bend + pull * np.eye(len(weights)), slope)
        step *= min(1.0, _LONGEST_STEP / max(np.abs(step).max(), _STILL))
        weights = weights - step
        if np.abs(step).max() < _STILL:
            break
    return weights


def sigmoid(odds: Values) -> Values:
    """The probability that log-odds stand for."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
