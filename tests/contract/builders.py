"""Records to try a store with: whole by default, changed where a test says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.jobs import NewJob
from bot.ports import Person
from bot.store.port import EvidenceKind, NewFlag, Tx
from rules.types import Category, Finding, Message, MessageKey, Part, Role, Severity, Tier

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
DANA = Person("slack", "T1", "U-dana")


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def key(
    number: str = "1700000000.000100", channel: str = "C1", workspace: str = "T1"
) -> MessageKey:
    return MessageKey("slack", workspace, channel, number)


def finding(rule: str = "cyberbullying.insult", **changes: Any) -> Finding:
    whole = Finding(
        rule=rule,
        category=Category.CYBERBULLYING,
        clauses=("cps-2018:21",),
        severity=Severity.MEDIUM,
        confidence=0.9,
        tier=Tier.ACT,
        explanation="An insult aimed at a person.",
        start=8,
        end=13,
        parts=(Part("insult", 8, 13),),
        masked=(Part("name", 0, 3),),
    )
    return replace(whole, **changes)


def message(text: str = "good morning", at: MessageKey | None = None, **changes: Any) -> Message:
    whole = Message(
        key=at or key(),
        author_id=DANA.id,
        text=text,
        posted_at=NOON,
        author_role=Role.STUDENT,
        author_groups=frozenset({"S1", "S2"}),
        mentions=("U-eli",),
        permalink="https://example.org/archives/C1/p1",
    )
    return replace(whole, **changes)


def flag(id_: str = "F-1", at: MessageKey | None = None, **changes: Any) -> NewFlag:
    whole = NewFlag(
        id=id_,
        key=at or key(id_),
        author_id=DANA.id,
        author_role=Role.STUDENT,
        posted_at=NOON,
        created_at=after(1),
        lead=finding(),
        tier=Tier.ACT,
        counts=True,
        thread="1700000000.000001",
        permalink="https://example.org/archives/C1/p2",
        lang="es",
    )
    return replace(whole, **changes)


def job(key: str = "job", lane: str = "lane", *, due_s: float = 0, **changes: Any) -> NewJob:
    return replace(NewJob(key, "act", lane, after(due_s), {"template": "first"}), **changes)


def flagged(tx: Tx, id_: str = "F-1", text: str = "you are a clown") -> int:
    """Record a flag with its message; return the number of its evidence."""
    assert tx.add_flag(flag(id_))
    return tx.keep(id_, EvidenceKind.MESSAGE, DANA.id, text, NOON)
