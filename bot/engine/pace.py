"""How fast the engine works, and how long a job waits after it failed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """The engine's limits; all times are seconds."""

    hands: int = 8  # jobs in hand at once
    rate_s: float = 1.0  # from the start of one act of a lane to the next: what Slack allows
    lease_s: float = 60.0  # a job whose worker is not heard of for so long is given to another
    poll_s: float = 1.5  # the fallback where nobody calls `wake`
    grace_s: float = 10.0  # for the jobs in hand when the engine is told to stop
    attempts: int = 24  # some five hours with the back-off below: longer than most outages
    errors: int = 5  # attempts where the handler itself breaks: a bug is not mended by waiting
    backoff_s: float = 1.0
    longest_backoff_s: float = 1800.0

    def backoff(self, attempts: int, chance: float) -> float:
        """How long to wait after that many attempts: doubling, up to half of it left to chance.

        `chance` is from 0 to 1; it keeps jobs that failed together from returning together.
        """
        doubled = self.backoff_s * 2.0 ** min(attempts - 1, 60)
        return min(doubled, self.longest_backoff_s) * (0.5 + chance / 2)
