"""The lines before a flagged message that are kept with its flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.store.port import EvidenceKind, Tx
from rules.types import Finding, Message

CONTEXT_KEPT = 5  # messages before the flagged one that a moderator sees


def keep_before(
    tx: Tx, flag_id: str, recent: Sequence[Message], findings: Sequence[Finding], most: int
) -> list[Finding]:
    """Keep the last so many lines, and those that a finding rests on, however far back.

    The findings come back with `earlier` naming evidence by its number: the place of a line among
    the recent ones means nothing once they are gone.
    """
    last = range(max(0, len(recent) - most), len(recent))
    wanted = sorted({*last, *(number for finding in findings for number in finding.earlier)})
    kept = {
        number: tx.keep(flag_id, EvidenceKind.CONTEXT, line.author_id, line.text, line.posted_at)
        for number in wanted
        for line in (recent[number],)
    }
    return [
        replace(f, earlier=tuple(kept[number] for number in f.earlier), message_index=None)
        for f in findings
    ]
