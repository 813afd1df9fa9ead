"""Jobs: what is to be done once something is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewJob:
    """One act to be done. `key` makes it idempotent: adding the same key again changes nothing.

    `lane` is what must stay in order and within its rate (workspace + channel or person).
    `params` hold ids only, never people's words.
    """

    key: str
    kind: str
    lane: str
    due_at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0  # higher is sooner among lanes that are due
    flag_id: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job in hand: fenced by `lease` and `attempts`, so that a late worker cannot finish it."""

    id: int
    key: str
    kind: str
    lane: str
    params: Mapping[str, str]
    attempts: int
    lease: str
    flag_id: str = ""
