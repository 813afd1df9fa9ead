"""The flags that people have decided, with what is needed to judge their messages again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.ports import Action
from bot.settings import Settings
from bot.store.port import Evidence, EvidenceKind, Flag, FlagQuery, Status, Tx
from rules.types import Category, Context, Message, MessageKey, Tier

DECIDED = frozenset({Status.CONFIRMED, Status.DISMISSED, Status.OVERTURNED})
_JUDGING = frozenset(
    {Action.CONFIRM, Action.DISMISS, Action.ESCALATE, Action.UPHOLD, Action.OVERTURN}
)
_EVERY = 10_000_000  # more flags than a district has
_REPORT = "report"  # the source of a flag that a person's report began


class Silent(StrEnum):
    """Why a decided flag says nothing of rules and model."""

    PURGED = "its words were deleted"
    EDITED = "what leads it came with an edit after the decision"
    APPEALED = "its appeal is open"
    REPORTED = "a person reported it"


@dataclass(frozen=True, slots=True)
class Decided:
    """A flag and whether it was right: confirmed, and not taken back.

    A decision is about a flag as a whole; it is taken for one on its leading rule and category.
    """

    flag_id: str
    category: Category
    rule: str
    tier: Tier
    right: bool
    message: Message
    context: Context


@dataclass(frozen=True, slots=True)
class Past:
    """What has been decided, the oldest first, and how much of it says nothing, by why."""

    decided: tuple[Decided, ...]
    silent: Mapping[Silent, int]


def decided_flags(tx: Tx, settings: Settings) -> Past:
    """Every decided flag; words are read, and leave no trace but what is made of them."""
    flags = tx.flags(FlagQuery(statuses=DECIDED, limit=_EVERY))[::-1]
    read = [_read(tx, flag, settings) for flag in flags]
    silent = Counter(one for one in read if isinstance(one, Silent))
    return Past(tuple(one for one in read if isinstance(one, Decided)), silent)


def _read(tx: Tx, flag: Flag, settings: Settings) -> Decided | Silent:
    if flag.source == _REPORT:
        return Silent.REPORTED
    appeal = tx.appeal(flag.id)
    if appeal is not None and appeal.open:
        return Silent.APPEALED
    evidence = tx.evidence(flag.id)
    found = [one.evidence for one in tx.findings(flag.id) if one.finding.rule == flag.rule]
    texts = {one.number: one for one in evidence if one.kind is EvidenceKind.MESSAGE and one.text}
    looked = [d.at for d in tx.decisions(flag.id) if d.action in _JUDGING]
    seen = {n for n, one in texts.items() if one.at <= max(looked, default=flag.created_at)}
    words = next((texts[number] for number in reversed(found) if number in seen), None)
    if words is None:
        return Silent.EDITED if texts.keys() - seen else Silent.PURGED
    return Decided(
        flag_id=flag.id,
        category=flag.category,
        rule=flag.rule,
        tier=flag.tier,
        right=flag.status is Status.CONFIRMED,
        message=_message(flag, words, settings),
        context=Context(recent=_before(flag, evidence)),
    )


def _message(flag: Flag, words: Evidence, settings: Settings) -> Message:
    message = Message(
        key=flag.key,
        author_id=flag.author_id,
        text=words.text,
        posted_at=flag.posted_at,
        author_role=flag.author_role,
        thread=flag.thread,
        lang=flag.lang,
    )
    return replace(message, channel_purpose=settings.purpose_of(message))


def _before(flag: Flag, evidence: Sequence[Evidence]) -> tuple[Message, ...]:
    """The lines that were kept with the flag."""
    at = flag.key
    return tuple(
        Message(
            key=MessageKey(at.platform, at.workspace, at.channel, f"{flag.id}-{one.number}"),
            author_id=one.author_id,
            text=one.text,
            posted_at=one.at,
            thread=flag.thread,
        )
        for one in sorted(evidence, key=lambda one: one.at)
        if one.kind is EvidenceKind.CONTEXT and one.text
    )
