"""Times as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo


def in_words(at: datetime, zone: tzinfo) -> str:
    """`2026-11-21 14:05`, in the district's zone: the same in every language."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
