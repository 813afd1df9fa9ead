"""Logistic regression on a few columns, against odds that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.fitting import fitted, sigmoid

NOTHING = np.zeros(1)


def labels(ones: int, zeros: int) -> np.ndarray:
    """So many of each."""
    return np.array([1.0] * ones + [0.0] * zeros)


@pytest.mark.parametrize(("ones", "zeros"), [(1, 1), (30, 10), (10, 30), (999, 1)])
def test_a_constant_is_the_odds_of_the_rows(ones: int, zeros: int) -> None:
    """Without a pull, the log of how many to how many."""
    weights = fitted(np.ones((ones + zeros, 1)), labels(ones, zeros), NOTHING, pull=0.0)

    assert weights[0] == pytest.approx(np.log(ones / zeros), abs=1e-6)


def test_two_columns_tell_two_groups_apart() -> None:
    """A column for one group alone weighs the difference of both groups' log-odds."""
    columns = np.array([[1.0, 0.0]] * 40 + [[1.0, 1.0]] * 40)
    both = np.concatenate([labels(10, 30), labels(30, 10)])

    weights = fitted(columns, both, np.zeros(2), pull=0.0)

    assert weights == pytest.approx([-np.log(3), 2 * np.log(3)], abs=1e-6)


def test_few_rows_change_little_and_many_much() -> None:
    """The same share of ones, from twenty rows and from two thousand, with one pull."""
    start = np.array([-1.0])
    few, many = (
        fitted(np.ones((4 * n, 1)), labels(3 * n, n), start, pull=5.0)[0] for n in (1, 500)
    )

    assert -1.0 < few < 0.0
    assert many == pytest.approx(np.log(3), abs=0.05)


def test_without_rows_the_start_stays() -> None:
    """Nothing decided, nothing changed."""
    start = np.array([0.7, -0.8])

    assert fitted(np.zeros((0, 2)), np.zeros(0), start) == pytest.approx(start)


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.booleans()), min_size=1, max_size=30),
    st.floats(0.1, 20),
)
def test_it_ends_in_numbers_whatever_the_rows(rows: list[tuple[float, bool]], pull: float) -> None:
    """Rows that a border tells apart for good have no finite best without a pull."""
    columns = np.array([[value, 1.0] for value, _ in rows])
    truth = np.array([float(label) for _, label in rows])

    weights = fitted(columns, truth, np.zeros(2), pull)
    gone = columns.T @ (sigmoid(columns @ weights) - truth) + pull * weights

    assert np.isfinite(weights).all()
    assert np.abs(gone).max() < 1e-3  # nothing is left to gain


def test_probabilities_have_a_floor_and_a_ceiling() -> None:
    """Log-odds beyond all measure are no overflow."""
    assert sigmoid(np.array([-1e6, 0.0, 1e6])) == pytest.approx([0.0, 0.5, 1.0], abs=1e-9)
