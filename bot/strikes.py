"""Which flags of a person count together, and as which strike: worked out anew every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.store.port import Flag, Status, Tx
from rules.types import Finding, Tier


def window_start(now: datetime, settings: Settings) -> datetime:
    """From when strikes count: the start of the school year, or so many days ago."""
    ladder = settings.file.ladder
    if ladder.window == "rolling":
        return now - timedelta(days=ladder.days)
    local = now.astimezone(settings.timezone)
    month, day = (int(part) for part in ladder.year_starts.split("-"))
    year = local.year if (local.month, local.day) >= (month, day) else local.year - 1
    if (month, day) == (2, 29):  # not every year has one; the day after is in every year
        month, day = 3, 1
    return datetime(year, month, day, tzinfo=settings.timezone)


def counts(finding: Finding, settings: Settings) -> bool:
    """Whether a flag led by this finding is a strike."""
    return finding.counts and settings.category(finding.category).counts


def is_strike(flag: Flag) -> bool:
    """Whether the flag counts now: sure or confirmed, and not taken back."""
    sure = flag.tier is Tier.ACT or flag.status is Status.CONFIRMED
    return flag.counts and sure and flag.status not in (Status.DISMISSED, Status.OVERTURNED)


def together(tx: Tx, flag: Flag, settings: Settings) -> tuple[Flag, ...]:
    """The strikes that count with `flag`, oldest first: those of its window, and all since."""
    return tuple(tx.strikes(flag.author, window_start(flag.created_at, settings)))


def place(flag: Flag, strikes: Sequence[Flag]) -> int:
    """Which strike among these the flag is, from 1; or would be if it counted."""
    before = [s for s in strikes if s.posted_at <= flag.posted_at]
    ids = [s.id for s in before]
    return ids.index(flag.id) + 1 if flag.id in ids else len(before) + 1
