"""Discord's rate limits (4.2): a bucket for each route and major parameter, and one for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Left:
    """What the `X-RateLimit-*` headers say."""

    limit: int
    remaining: int
    reset_after: float
    bucket: str
    refused: bool = False

    def headers(self, now: float) -> dict[str, str]:
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{now + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
            "Via": "1.1 google",
        }
        if self.refused:
            told["Retry-After"] = f"{self.reset_after:.3f}"
            told["X-RateLimit-Scope"] = "user"
        return told


class Limits:
    """Windows on a clock of the test's choice. Discord tells sizes in headers only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.size = 50
        self.per_s = 1.0
        self.special: dict[str, tuple[int, float]] = {}  # route -> size, seconds
        self.refusals = 0
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def spend(self, route: str, major: str) -> Left:
        """Take one from the bucket of this route, or say that it is empty."""
        size, per_s = self.special.get(route, (self.size, self.per_s))
        now = self._clock()
        begun, used = self._windows.get((route, major), (now, 0))
        if now - begun >= per_s:
            begun, used = now, 0
        refused = used >= size
        self.refusals += refused
        self._windows[route, major] = (begun, used if refused else used + 1)
        left = 0 if refused else size - used - 1
        return Left(size, left, max(0.0, per_s - (now - begun)), f"{route}"[:60], refused)
