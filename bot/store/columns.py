"""How values stand in columns: UTC moments that sort as text, plain words, JSON of plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rules.types import well_formed

Row = dict[str, Any]


def stamp(at: datetime) -> str:
    """The moment in UTC, in a fixed width that sorts as time does; refuses naive moments."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be recorded")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def plain(text: str) -> str:
    """Text that any database takes: no lone surrogate, and NUL shown as U+2400."""
    return well_formed(text).replace("\0", "\u2400")


def packed(words: Mapping[str, str]) -> str:
    """Canonical JSON of plain words: equal mappings give equal text."""
    clean = {plain(name): plain(value) for name, value in words.items()}
    return json.dumps(clean, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def unpacked(text: str) -> dict[str, str]:
    """The mapping that `packed` wrote."""
    words: dict[str, str] = json.loads(text)
    return words
