"""Private flags: those that the people of some lists see and decide, and no moderators' channel."""

from __future__ import annotations

from collections.abc import Iterable

from bot.settings import Settings
from bot.settings.shapes import ADMINISTRATORS, CATEGORY_DEFAULTS
from rules.types import Category

ESCALATE_TO = ("principal", "it")  # whom a moderator calls
ESCALATE_PRIVATELY_TO = ("principal",)


def private_lists(categories: Iterable[Category], settings: Settings) -> tuple[str, ...]:
    """The lists to which a flag of these categories is private; empty: it is the moderators'.

    Care keeps no conduct from the moderators: where both are found they get the card, without its
    words. Any other private category keeps the whole flag from them.
    """
    found = sorted(set(categories))
    keeping = [one for one in found if one is not Category.WELFARE] or found
    if not any(settings.category(one).private_to for one in keeping):
        return ()
    return tuple(dict.fromkeys(filter(None, (settings.category(c).private_to for c in found))))


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
