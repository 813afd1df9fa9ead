"""Timing one call after another: computing time, the best of several rounds.

Neither a busy machine nor a nap of this process counts; the clock itself costs half a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import thread_time_ns
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds per call: the median, the 99th percentile, and the mean in one batch."""

    p50: float
    p99: float
    mean: float


def measure(call: Callable[[T], object], items: Sequence[T], repeats: int = 5) -> Times:
    """Each item's best of several rounds; the first round of all warms up and does not count."""
    best = _best([call], items, repeats)[0]
    batches = []
    for _ in range(repeats):
        start = thread_time_ns()
        for item in items:
            call(item)
        batches.append((thread_time_ns() - start) / 1000 / len(items))
    return _times(best, min(batches))


def measure_beside(
    base: Callable[[T], object], call: Callable[[T], object], items: Sequence[T], repeats: int = 5
) -> tuple[Times, float]:
    """The second call's times, and how many times the first one's they are.

    Both are called in turns, so that a busy machine slows them alike.
    """
    before, after = _best([base, call], items, repeats)
    return _times(after, sum(after) / len(after)), sum(after) / sum(before)


def _best(
    calls: Sequence[Callable[[T], object]], items: Sequence[T], repeats: int
) -> list[list[float]]:
    best = [[float("inf")] * len(items) for _ in calls]
    for call in calls:
        for item in items:
            call(item)
    for _ in range(repeats):
        for number, item in enumerate(items):
            for call, times in zip(calls, best, strict=True):
                start = thread_time_ns()
                call(item)
                times[number] = min(times[number], (thread_time_ns() - start) / 1000)
    return best


def _times(best: list[float], mean: float) -> Times:
    ordered = sorted(best)
    return Times(ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], mean)
