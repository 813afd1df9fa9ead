"""Leaving in peace what does not answer, so that not everybody waits for it in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

PAUSE_S = 30.0


class Breaker:
    """Says whether to try. Safe to share between threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` tells seconds from any beginning."""
        self._now = now
        self._lock = Lock()
        self._until: float | None = None  # None: nothing is amiss

    def lets_through(self) -> bool:
        """Always while it works; after a failure, one caller for each pause."""
        with self._lock:
            if self._until is None:
                return True
            if self._now() < self._until:
                return False
            self._until = self._now() + PAUSE_S
            return True

    def failed(self) -> bool:
        """Begin a pause; says whether it had worked before."""
        with self._lock:
            before, self._until = self._until, self._now() + PAUSE_S
            return before is None

    def worked(self) -> bool:
        """End the pauses; says whether there were any."""
        with self._lock:
            before, self._until = self._until, None
            return before is not None
