"""What authorisations on record bring about: a log line, an explanation of a flag, a reminder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.engine.port import Engine
from bot.process import outbox
from bot.process.dossier import ENDED
from bot.store.port import Permission, Tx
from rules.suppress import permits
from rules.types import Finding, Message, Suppression, Verdict

REMEMBERED = timedelta(days=60)  # for so long an ended one explains a flag
REMIND_BEFORE = timedelta(days=7)


def note_permissions(
    tx: Tx, message: Message, verdict: Verdict, permissions: Sequence[Permission], now: datetime
) -> None:
    """What an authorisation covered goes to the audit; one that has ended explains a flag."""
    if not permissions:
        return
    for finding in verdict.findings:
        if finding.suppressed is Suppression.AUTHORISED:
            detail = {"message": str(message.key), "rule": finding.rule}
            tx.audit("hallmonitor", "covered", finding.cleared_by, now, detail)
    flag = tx.flag_of(message.key)
    if flag is not None:
        for one in _ended_for(permissions, verdict.live, message, now):
            tx.audit("hallmonitor", ENDED, flag.id, now, {"authorisation": one.id})


def _ended_for(
    permissions: Iterable[Permission], findings: Sequence[Finding], message: Message, now: datetime
) -> list[Permission]:
    """The authorisations that would have covered a finding, had they not ended."""
    return [
        one
        for one in permissions
        if not one.holds(now)
        and now >= one.starts_at
        and any(permits(one.covers, finding, message) for finding in findings)
    ]


def remind(tx: Tx, engine: Engine, now: datetime) -> int:
    """Remind the owners of what ends within a week, once each; return how many were due."""
    count = 0
    for one in tx.permissions(now):
        if not one.owner or not one.holds(now) or one.ends_at - now > REMIND_BEFORE:
            continue
        count += engine.add(tx, outbox.reminder(one, now))
    return count
