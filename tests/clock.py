"""A clock that stands until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StandingClock:
    """Begins on a school day in November; `forward` moves it."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 11, 16, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at

    def forward(self, **by: float) -> None:
        """Move on by a timedelta's keywords."""
        self.at += timedelta(**by)
