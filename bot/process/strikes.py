"""Which flags of a person count together, and as which strike: worked out anew every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.settings.shapes import SpecialSteps
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
    return flag.counts and sure and not flag.taken_back


def expired(strike: Flag, at: datetime, settings: Settings) -> bool:
    """Whether the days are over for which a strike of its category counts."""
    days = settings.category(strike.category).expires_days
    return days > 0 and strike.posted_at < at - timedelta(days=days)


def ladder_of(flag: Flag, settings: Settings) -> SpecialSteps | None:
    """The ladder that the flag counts on, if that is one apart."""
    return settings.apart(flag.category, flag.author_role)


def together(tx: Tx, flag: Flag, settings: Settings) -> tuple[Flag, ...]:
    """The strikes that count with `flag`, oldest first: those of its window, and all since."""
    own, at = ladder_of(flag, settings), flag.created_at
    return tuple(
        strike
        for strike in tx.strikes(flag.author, window_start(at, settings))
        if ladder_of(strike, settings) is own and not expired(strike, at, settings)
    )


def bursts(strikes: Iterable[Flag], settings: Settings) -> list[list[Flag]]:
    """The strikes of one ladder, oldest first, as they count: the flags of a burst are one.

    A burst lasts so many minutes from its first flag; what is posted later begins the next.
    """
    lasts = timedelta(minutes=settings.file.ladder.cooldown_minutes)
    found: list[list[Flag]] = []
    for strike in sorted(strikes, key=lambda strike: strike.posted_at):
        if found and strike.posted_at < found[-1][0].posted_at + lasts:
            found[-1].append(strike)
        else:
            found.append([strike])
    return found


def place(flag: Flag, strikes: Iterable[Flag], settings: Settings) -> tuple[int, list[Flag]]:
    """Which strike among these the flag is, from 1, and its burst; or would be if it counted."""
    among = list(strikes)
    if all(strike.id != flag.id for strike in among):
        among.append(flag)
    for number, burst in enumerate(bursts(among, settings), start=1):
        if any(strike.id == flag.id for strike in burst):
            return number, burst
    raise AssertionError("a flag stands among its own")
