"""Private flags: those that the people of some lists see and decide, and no moderators' channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.settings import Settings
from bot.settings.shapes import ADMINISTRATORS, CATEGORY_DEFAULTS
from rules.types import Category, Finding, Part, Tier

ESCALATE_TO = ("principal", "it")  # whom a moderator calls
ESCALATE_PRIVATELY_TO = ("principal",)


def private_lists(findings: Iterable[Finding], settings: Settings) -> tuple[str, ...]:
    """The lists to which a flag with these findings is private; empty: it is the moderators'.

    Care and reports keep no conduct from the moderators: where both are found they get the card.
    Any other private finding keeps the whole flag from them.
    """
    found = sorted(findings, key=lambda finding: finding.category)
    keeping = [f for f in found if f.category is not Category.WELFARE and not f.tells] or found
    if not any(_list(finding, settings) for finding in keeping):
        return ()
    return tuple(dict.fromkeys(filter(None, (_list(finding, settings) for finding in found))))


def care_lists(findings: Iterable[Finding], settings: Settings) -> tuple[str, ...]:
    """The lists that are there for somebody who may need help; none where nothing tells of it."""
    if all(finding.category is not Category.WELFARE for finding in findings):
        return ()
    care = settings.category(Category.WELFARE)
    return tuple(dict.fromkeys(filter(None, (care.private_to, *care.page_at_once))))


def _list(finding: Finding, settings: Settings) -> str:
    return finding.tells or settings.category(finding.category).private_to


def with_told(live: Sequence[Finding], told: Sequence[Finding]) -> tuple[Finding, ...]:
    """What leads to a flag where somebody tells of a problem: a person looks at all of it first.

    What else is found of the same kind (the password that they found) is part of the report.
    """
    if not told:
        return tuple(live)
    lists = {finding.category: finding.tells for finding in told}
    parts = [_part_of(f, lists[f.category]) if f.category in lists else f for f in live]
    return tuple(replace(f, suppressed=None, tier=Tier.REVIEW) for f in (*told, *parts))


def _part_of(finding: Finding, tells: str) -> Finding:
    """A finding as part of a report; its words stay masked where it forgot to say which."""
    whole = () if finding.start is None or finding.end is None else (finding.start, finding.end)
    masked = finding.masked or ((Part("datum", *whole),) if whole else ())
    return replace(finding, counts=False, tells=tells, masked=masked)


def standing_in(settings: Settings) -> str:
    """What is shown to the principal for want of a list of administrators, in a sentence."""
    if ADMINISTRATORS in settings.file.lists:
        return ""
    private = [one for one in Category if _for_administrators(one, settings)]
    if not private:
        return ""
    return (
        f"There is no list `{ADMINISTRATORS}`: flags of {', '.join(private)} are shown to "
        "`principal` alone, by direct message."
    )


def _for_administrators(category: Category, settings: Settings) -> bool:
    default, chosen = CATEGORY_DEFAULTS[category].private_to, settings.category(category)
    return default == ADMINISTRATORS and chosen.private_to == "principal"


def escalates_to(private_to: tuple[str, ...]) -> tuple[str, ...]:
    """The lists that somebody who decides can call in addition."""
    targets = ESCALATE_PRIVATELY_TO if private_to else ESCALATE_TO
    return tuple(name for name in targets if name not in private_to)
