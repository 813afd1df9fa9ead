"""Slack's rate limits (3.4): per method, and one message a second in a channel."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

# 3.4: Tier 1 1+/min, 2 20+, 3 50+, 4 100+ per method and workspace. Socket addresses are Tier 1,
# yet ten connections may stand at once (3.3), so ten are given in a row.
PER_MINUTE = {
    "apps.connections.open": 10,
    "auth.test": 200,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "usergroups.list": 20,
    "users.info": 100,
    "views.open": 100,
}
POST_BURST = 10  # 3.4: chat.postMessage 1 per second per channel "with short bursts"


class Limits:
    """Token buckets on a clock of the test's choice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def spend(self, method: str, channel: str) -> int | None:
        """None if the call may go on, else the seconds of `Retry-After`."""
        if method == "chat.postMessage":
            return self._take((method, channel), POST_BURST, 1.0)
        if method in PER_MINUTE:
            return self._take((method, ""), PER_MINUTE[method], PER_MINUTE[method] / 60)
        return None

    def _take(self, key: tuple[str, str], size: float, per_second: float) -> int | None:
        now = self._clock()
        left, since = self._buckets.get(key, (size, now))
        left = min(size, left + (now - since) * per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) / per_second))
        self._buckets[key] = (left - 1, now)
        return None
