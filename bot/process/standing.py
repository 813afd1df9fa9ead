"""How a person's strikes come about, flag by flag: what counts, what does not, and why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.ports import Person
from bot.process import strikes as counting
from bot.settings import Settings
from bot.store.port import Flag, FlagQuery, Status, Tx
from rules.types import Tier

MOST = 1000


class Standing(StrEnum):
    """Why a flag counts or does not; the values are keys of `[standing]` in the messages."""

    STRIKE = "strike"
    APART = "apart"
    BURST = "burst"
    CONTESTED = "contested"
    TAKEN_BACK = "taken_back"
    OVERTURNED = "overturned"
    NOT_DECIDED = "not_decided"
    NEVER = "never"
    EXPIRED = "expired"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Line:
    """One flag of a person. `number` is which strike it is, from 1; 0 if it is none.

    `head` is the first flag of a burst that it is one strike with, where there is such a one.
    """

    flag: Flag
    standing: Standing
    number: int
    head: str = ""


def standing_of(tx: Tx, person: Person, settings: Settings, now: datetime) -> list[Line]:
    """The person's flags, oldest first, each with how it counts at this moment."""
    flags = tx.flags(FlagQuery(author=person, limit=MOST))[::-1]
    contested = {flag.id for flag in flags if (found := tx.appeal(flag.id)) and found.open}
    return list(lines(flags, contested, settings, now))


def lines(
    flags: Sequence[Flag], contested: Container[str], settings: Settings, now: datetime
) -> Iterator[Line]:
    """How each of one person's flags counts at this moment; `contested` have an open appeal."""
    why_not = {flag.id: _why_not(flag, settings, now) for flag in flags}
    strikes = [flag for flag in flags if why_not[flag.id] is None]
    counted = {line.flag.id: line for line in _counted(strikes, settings)}
    for flag in flags:
        standing = why_not[flag.id]
        if standing is not None:
            yield Line(flag, standing, 0)
        elif flag.id in contested:
            yield replace(counted[flag.id], standing=Standing.CONTESTED)
        else:
            yield counted[flag.id]


def _counted(strikes: Sequence[Flag], settings: Settings) -> Iterator[Line]:
    """The strikes with their numbers, ladder by ladder."""
    ladders = {id(ladder := counting.ladder_of(s, settings)): ladder for s in strikes}
    for ladder in ladders.values():
        alike = [s for s in strikes if counting.ladder_of(s, settings) is ladder]
        for number, burst in enumerate(counting.bursts(alike, settings), start=1):
            for flag in burst:
                head = "" if flag is burst[0] else burst[0].id
                standing = Standing.APART if ladder else Standing.STRIKE
                yield Line(flag, Standing.BURST if head else standing, number, head)


def _why_not(flag: Flag, settings: Settings, now: datetime) -> Standing | None:
    """Why a flag does not count, or None."""
    if flag.status is Status.DISMISSED:
        return Standing.TAKEN_BACK
    if flag.status is Status.OVERTURNED:
        return Standing.OVERTURNED
    if not flag.counts:
        return Standing.NEVER
    if flag.tier is not Tier.ACT and flag.status is not Status.CONFIRMED:
        return Standing.NOT_DECIDED
    if flag.posted_at < counting.window_start(now, settings):
        return Standing.EARLIER
    return Standing.EXPIRED if counting.expired(flag, now, settings) else None
