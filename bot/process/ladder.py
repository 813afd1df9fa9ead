"""The ladder: from a flag and the strikes of its author to what follows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.process.strikes import is_strike
from bot.settings import Settings
from bot.settings.shapes import ListName, Step
from bot.store.port import Flag, Status
from rules.types import Finding, Tier

TIP = "gentle"  # the letter about what is no strike


class Why(StrEnum):
    """Why somebody is called."""

    STRIKES = "strikes"
    URGENT = "urgent"
    ESCALATED = "escalated"
    APPEAL = "appeal"
    PRIVATE = "private"  # the flag is shown to the list, and to no moderators' channel
    TASK = "task"  # tell the author of a private flag in person


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows a flag. `notice` names the letter, or is empty; `pages` name lists."""

    strikes: int
    notice: str = ""
    pages: tuple[tuple[str, Why], ...] = ()


def plan(flag: Flag, place: int, settings: Settings, findings: Sequence[Finding]) -> Plan:
    """What follows `flag`; `place` says which strike it is, if it is one.

    `findings` are those that bring this about: their categories may call lists at once. A flag
    that is neither sure nor confirmed tells nobody else but the moderators.
    """
    category = settings.category(flag.category)
    urgent = {name: Why.URGENT for f in findings for name in _urgent(f, settings)}
    pages = list(urgent.items())
    decided = flag.tier is Tier.ACT or flag.status is Status.CONFIRMED
    if not decided:
        return Plan(0, pages=tuple(pages))
    if findings and all(finding.tells for finding in findings):
        return Plan(0, pages=tuple(pages))
    if not is_strike(flag):
        return Plan(0, TIP if category.tell_author else "", tuple(pages))
    step = step_at(place, flag, settings)
    pages += [(name, Why.STRIKES) for name in step.page]
    return Plan(place, step.notice if category.tell_author else "", tuple(pages))


def _urgent(finding: Finding, settings: Settings) -> list[ListName]:
    if finding.tells:
        return [finding.tells]
    return settings.category(finding.category).page_at_once


def step_at(number: int, flag: Flag, settings: Settings) -> Step:
    """The ladder's step for so many strikes of this flag's category and author."""
    steps = settings.steps(flag.category, flag.author_role)
    return [step for step in steps if step.at <= max(number, 1)][-1]


def escalates_at(flag: Flag, settings: Settings) -> int | None:
    """The number of strikes at which lists are called, or None where no step calls any."""
    steps = settings.steps(flag.category, flag.author_role)
    return next((step.at for step in steps if step.page), None)
