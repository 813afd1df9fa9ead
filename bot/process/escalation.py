"""When lists are called for a number of strikes: after the author was told, never before.

While one of the counted strikes has an open appeal, no step of the ladder is taken.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from bot.jobs import NewJob
from bot.process import calls, ladder, outbox
from bot.process.dossier import Dossier
from bot.process.ladder import Why
from bot.process.outbox import Kind
from bot.process.strikes import is_strike
from bot.settings import Settings
from bot.store.port import Delivery, DeliveryState

# What those are told who were called for a strike that is none, or another number, now.
_FALLEN = frozenset({"withdrawn", "strike_withdrawn", "unlinked"})
_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.DEAD})


def strike_pages(dossier: Dossier, settings: Settings, now: datetime) -> tuple[NewJob, ...]:
    """The calls that the flag's number of strikes asks for now and that are not made yet."""
    silent = not settings.category(dossier.flag.category).tell_author
    due = lists_due(dossier, settings) if silent or author_told(dossier) else []
    due = [name for name in due if name not in dossier.called_beside]  # one burst, one call
    return tuple(job for name in due for job in _not_called(dossier, name, due, settings, now))


def lists_due(dossier: Dossier, settings: Settings) -> list[str]:
    """The lists that the flag's number of strikes calls, unless one of them is contested."""
    up_to = {s.id for s in dossier.strikes if s.posted_at <= dossier.flag.posted_at}
    return [] if up_to & dossier.contested else lists_at(dossier, settings)


def lists_at(dossier: Dossier, settings: Settings) -> list[str]:
    """The lists that the flag's number of strikes calls, contested or not."""
    if not is_strike(dossier.flag):
        return []
    return ladder.step_at(dossier.place, dossier.flag, settings).page


def author_told(dossier: Dossier) -> bool:
    """Whether the notice was delivered, or its failure stands on record."""
    letters = dossier.letters
    if any(d.state is DeliveryState.DONE and not d.skipped for d in letters):
        return True
    return bool(letters) and letters[-1].state in _FAILED


def called_for_strikes(dossier: Dossier) -> list[Delivery]:
    """The calls for a number of strikes that were made or are on their way, and still stand."""
    return [
        d
        for d in dossier.deliveries
        if outbox.called_for_strikes(d)
        if d.id > taken_back(dossier, {d.params["person"]})
    ]


def off(dossier: Dossier, call: Delivery, settings: Settings) -> str:
    """Why a call that falls due is not made after all: a reason code, or nothing."""
    params = call.params
    why, name = Why(params["why"]), outbox.named_list(params)
    if not dossier.stands(params):
        return "taken-back"
    if why is Why.APPEAL and not dossier.appealed:
        return "appeal-decided"
    if why is Why.STRIKES and name not in lists_due(dossier, settings):
        return "not-due"
    made = calls.of_list(dossier, name, why)
    if calls.newest([call]) < calls.newest(made):
        return "called-anew"
    if outbox.may_be_spared(params) and calls.answered(dossier, made, settings):
        return "acknowledged"
    return ""


def _not_called(
    dossier: Dossier, name: str, due: Sequence[str], settings: Settings, now: datetime
) -> tuple[NewJob, ...]:
    """The list from its beginning; what was called off of an earlier call of it, anew."""
    flag, before = dossier.flag, calls.of_list(dossier, name, Why.STRIKES)
    fell = taken_back(dossier, {d.params["person"] for d in before})
    before = [d for d in before if d.id > fell]
    if not before:
        mark = f"after-{fell}" if fell else ""
        but = dossier.not_called(Why.STRIKES)
        made = outbox.pages(flag, name, Why.STRIKES, settings, now, but=but, beside=due, mark=mark)
        return tuple(made)
    if calls.answered(dossier, before, settings):
        return ()
    return tuple(
        outbox.page(flag, d.params, settings, now, f"again-{d.id}")
        for d in before
        if d.state is DeliveryState.CANCELLED or d.skipped
        if d.params["list"] in settings.file.lists
    )


def taken_back(dossier: Dossier, people: Set[str], by: Set[str] = _FALLEN) -> int:
    """The last time that these people were told that the strike, or its number, fell; 0: never."""
    told = (
        d.id
        for d in dossier.of_kind(Kind.UNPAGE)
        if d.params["template"] in by and d.params["person"] in people
    )
    return max(told, default=0)
