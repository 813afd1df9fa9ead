"""Timing one call after another: the best of several rounds, so that a busy machine counts less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
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
    best = [float("inf")] * len(items)
    for item in items:
        call(item)
    for _ in range(repeats):
        for number, item in enumerate(items):
            start = perf_counter_ns()
            call(item)
            best[number] = min(best[number], (perf_counter_ns() - start) / 1000)
    batches = []
    for _ in range(repeats):
        start = perf_counter_ns()
        for item in items:
            call(item)
        batches.append((perf_counter_ns() - start) / 1000 / len(items))
    best.sort()
    return Times(best[len(best) // 2], best[len(best) * 99 // 100], min(batches))
