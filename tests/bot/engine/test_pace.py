from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.pace import Pace


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_a_wait_is_bounded(attempts: int, chance: float) -> None:
    """A wait is never nothing, never above the longest, and half of it at most is chance."""
    pace = Pace()

    wait, shortest = pace.backoff(attempts, chance), pace.backoff(attempts, 0.0)

    assert 0 < shortest <= wait <= min(2 * shortest, pace.longest_backoff_s)


def test_waits_double() -> None:
    """One second, two, four, up to the longest."""
    pace = Pace(longest_backoff_s=10)

    assert [pace.backoff(n, 1.0) for n in range(1, 7)] == [1, 2, 4, 8, 10, 10]


def test_attempts_outlast_an_outage() -> None:
    """By default a job is tried for some hours before a person has to see to it."""
    pace = Pace()

    hours = sum(pace.backoff(n, 0.5) for n in range(1, pace.attempts)) / 3600

    assert hours == pytest.approx(5, abs=1.5)
