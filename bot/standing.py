"""How a person's strikes come about, flag by flag: what counts, what does not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ports import Person
from bot.settings import Settings
from bot.store.port import Flag, FlagQuery, Status, Tx
from bot.strikes import window_start
from rules.types import Tier

MOST = 1000


class Standing(StrEnum):
    """Why a flag counts or does not; the values are keys of `[standing]` in the messages."""

    STRIKE = "strike"
    CONTESTED = "contested"
    TAKEN_BACK = "taken_back"
    OVERTURNED = "overturned"
    NOT_DECIDED = "not_decided"
    NEVER = "never"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Line:
    """One flag of a person. `number` is which strike it is, from 1; 0 if it is none."""

    flag: Flag
    standing: Standing
    number: int


def standing_of(tx: Tx, person: Person, settings: Settings, now: datetime) -> list[Line]:
    """The person's flags, oldest first, each with how it counts at this moment."""
    start = window_start(now, settings)
    numbers = {flag.id: n for n, flag in enumerate(tx.strikes(person, start), start=1)}
    flags = tx.flags(FlagQuery(author=person, limit=MOST))
    return list(_lines(tx, flags[::-1], numbers, start))


def _lines(tx: Tx, flags: list[Flag], numbers: dict[str, int], start: datetime) -> Iterator[Line]:
    for flag in flags:
        number = numbers.get(flag.id, 0)
        appeal = tx.appeal(flag.id)
        if number:
            contested = appeal is not None and appeal.open
            yield Line(flag, Standing.CONTESTED if contested else Standing.STRIKE, number)
        else:
            yield Line(flag, _why_not(flag, start), 0)


def _why_not(flag: Flag, start: datetime) -> Standing:
    if flag.status is Status.DISMISSED:
        return Standing.TAKEN_BACK
    if flag.status is Status.OVERTURNED:
        return Standing.OVERTURNED
    if not flag.counts:
        return Standing.NEVER
    if flag.tier is not Tier.ACT and flag.status is not Status.CONFIRMED:
        return Standing.NOT_DECIDED
    assert flag.posted_at < start  # all that is left: it counted, in a window that is over
    return Standing.EARLIER
