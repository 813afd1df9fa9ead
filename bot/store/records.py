"""What stands on record: flags and what belongs to them, authorisations, deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.ports import Person
from rules.types import (
    Authorisation,
    Category,
    Finding,
    MessageKey,
    Pause,
    Role,
    Severity,
    Tier,
)


class Status(StrEnum):
    """Where a flag stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    OVERTURNED = "overturned"
    RESOLVED = "resolved"  # the author removed or mended the message before a decision


class AppealOutcome(StrEnum):
    """How an appeal ended."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class DeliveryState(StrEnum):
    """Where a delivery stands; only `pending` ones are due."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    REFUSED = "refused"  # the person or place will not take it; a fallback took over
    DEAD = "dead"  # given up; a person can retry it
    CANCELLED = "cancelled"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    MESSAGE = "message"
    CONTEXT = "context"
    ANSWER = "answer"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class NewFlag:
    """A flag to be recorded. `lead` is the finding that selects category, severity and ladder."""

    id: str
    key: MessageKey
    author_id: str
    author_role: Role
    posted_at: datetime
    created_at: datetime
    lead: Finding
    tier: Tier
    counts: bool
    source: str = "rules"  # or "report"
    thread: str = ""
    permalink: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag on record."""

    id: str
    key: MessageKey
    author_id: str
    author_role: Role
    posted_at: datetime
    created_at: datetime
    rule: str
    category: Category
    severity: Severity
    tier: Tier
    counts: bool
    status: Status
    source: str
    thread: str
    permalink: str
    lang: str
    revision: int  # grows with every change to the flag, its findings or its answers

    @property
    def taken_back(self) -> bool:
        """Whether it was decided that it does not stand."""
        return self.status in (Status.DISMISSED, Status.OVERTURNED)

    @property
    def author(self) -> Person:
        """Who wrote the message."""
        return Person(self.key.platform, self.key.workspace, self.author_id)


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """A finding on record, and which piece of message evidence its offsets point into."""

    finding: Finding
    fingerprint: str
    evidence: int  # Evidence.number


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words kept with a flag. `number` counts from 1 within the flag."""

    number: int
    kind: EvidenceKind
    author_id: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """What somebody decided on a flag, and why."""

    flag_id: str
    actor: str  # str(Person), or "cli:NAME"
    action: str
    at: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's appeal on record; undecided while `outcome` is None.

    Its words and the reason of its outcome stand among the flag's decisions.
    """

    flag_id: str
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""  # str(Person), or "cli:NAME"
    outcome: AppealOutcome | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class Link:
    """Two accounts of one person: proposed; in force once confirmed by another, until it ends."""

    id: str
    one: Person
    other: Person
    proposed_by: str  # str(Person), or "cli:NAME"
    proposed_at: datetime
    reason: str = field(repr=False)
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    end_reason: str = field(default="", repr=False)

    @property
    def holds(self) -> bool:
        """Whether the two count as one person now."""
        return self.confirmed_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Permission:
    """An authorisation on record: what it covers, on whose word and paper, from when until when."""

    id: str
    name: str
    covers: Authorisation
    approver: str  # who approved it, in words
    form: str  # the form or reference that proves it; may be empty
    owner: str  # str(Person) who is reminded before it ends, or empty
    starts_at: datetime
    ends_at: datetime  # the first moment at which it no longer holds
    added_by: str
    added_at: datetime
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at this moment."""
        revoked = self.revoked_at is not None and self.revoked_at <= at
        return self.starts_at <= at < self.ends_at and not revoked


@dataclass(frozen=True, slots=True)
class RecordedPause:
    """A pause on record: what it covers, who wanted it, why, from when until when."""

    covers: Pause
    reason: str
    added_by: str
    added_at: datetime
    ends_at: datetime  # the first moment at which it no longer holds
    ended_at: datetime | None = None  # by somebody, before that
    ended_by: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at this moment."""
        ended = self.ended_at is not None and self.ended_at <= at
        return self.added_at <= at < self.ends_at and not ended


@dataclass(frozen=True, slots=True)
class ShadowHit:
    """A message that a rule in shadow would have flagged. Whose it is, is not kept."""

    key: MessageKey
    rule: str
    tier: Tier
    at: datetime
    expires_at: datetime
    permalink: str
    excerpt: str = field(repr=False)  # masked; may be empty


@dataclass(frozen=True, slots=True)
class ShadowCount:
    """How many messages a rule in shadow would have flagged in one tier."""

    rule: str
    tier: Tier
    messages: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outgoing act on record."""

    id: int
    key: str
    kind: str
    lane: str
    flag_id: str
    params: Mapping[str, str]
    state: DeliveryState
    due_at: datetime
    attempts: int
    reason: str  # of the last failure
    receipt: Mapping[str, str]
    claimed_at: datetime | None  # when the last attempt began; None before the first

    @property
    def skipped(self) -> bool:
        """Whether there was nothing left to do when it fell due."""
        return "skipped" in self.receipt


@dataclass(frozen=True, slots=True)
class FlagQuery:
    """Which flags to list; empty fields do not narrow. Newest first."""

    statuses: frozenset[Status] = frozenset()
    author: Person | None = None
    against: Person | None = None
    category: Category | None = None
    since: datetime | None = None
    limit: int = 100
