"""When administrators are called for a number of strikes: after the author was told, never before.

While one of the counted strikes has an open appeal, no step of the ladder is taken.
"""

from __future__ import annotations

from datetime import datetime

from bot import ladder, outbox
from bot.dossier import Dossier
from bot.engine.port import NewJob
from bot.ladder import Why
from bot.outbox import Kind
from bot.settings import Settings
from bot.store.port import Delivery, DeliveryState

_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.DEAD})
_CALLED = frozenset({DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DONE})


def strike_pages(
    dossier: Dossier, settings: Settings, now: datetime, *, told: bool | None = None
) -> tuple[NewJob, ...]:
    """The calls that the flag's number of strikes asks for now and that are not made yet.

    `told` says that the notice has just been delivered, or that its failure has just been noted.
    """
    flag = dossier.flag
    if told is None:
        told = author_told(dossier) or not settings.category(flag.category).tell_author
    up_to = [s for s in dossier.strikes if s.created_at <= flag.created_at]
    if not told or not ladder.is_strike(flag) or any(s.id in dossier.contested for s in up_to):
        return ()
    plan = ladder.plan(flag, dossier.strikes, settings, ())
    return tuple(
        job
        for name, why in plan.pages
        if why is Why.STRIKES
        for job in _not_called(dossier, name, settings, now)
    )


def author_told(dossier: Dossier) -> bool:
    """Whether the notice was delivered, or its failure stands on record."""
    if any(d.state is DeliveryState.DONE for d in dossier.of_kind(Kind.NOTICE, Kind.SHOWN)):
        return True
    shown = dossier.of_kind(Kind.SHOWN)
    notices = dossier.of_kind(Kind.NOTICE)
    last = shown or notices
    return bool(last) and last[-1].state in _FAILED


def called_for_strikes(dossier: Dossier) -> list[Delivery]:
    """The calls for a number of strikes that were made or are on their way."""
    return [
        d
        for d in dossier.of_kind(Kind.PAGE)
        if d.params["why"] == Why.STRIKES and d.state in _CALLED
    ]


def _not_called(
    dossier: Dossier, name: str, settings: Settings, now: datetime
) -> tuple[NewJob, ...]:
    """Everybody on the list but those who were called; whose call was called off, anew."""
    before = [
        d
        for d in dossier.of_kind(Kind.PAGE)
        if d.params["why"] == Why.STRIKES and d.params["list"] == name
    ]
    called = {d.params["person"] for d in before if d.state in _CALLED}
    mark = f"again-{len(before)}" if before else ""
    flag = dossier.flag
    return tuple(outbox.pages(flag, name, Why.STRIKES, settings, now, mark=mark, but=called))
