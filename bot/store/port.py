"""The port of the records: what the application may ask of a database, in its own words.

All work runs inside one transaction, on a `Tx`. Text that people wrote goes in and comes out in
clear; the store encrypts it at rest (`vault.py`). Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.ports import Person
from rules.types import Authorisation, Category, Finding, Message, MessageKey, Role, Severity, Tier

if TYPE_CHECKING:
    from bot.engine.port import Job, NewJob

T = TypeVar("T")


class StoreError(Exception):
    """The database could not do it (full disk, lost, locked). Nothing of the work was kept."""


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


@dataclass(frozen=True, slots=True)
class FlagQuery:
    """Which flags to list; empty fields do not narrow. Newest first."""

    statuses: frozenset[Status] = frozenset()
    author: Person | None = None
    category: Category | None = None
    since: datetime | None = None
    limit: int = 100


class Tx(Protocol):
    """The verbs of one transaction. On `Store.read` only those that return rows may be called."""

    # flags and findings
    def add_flag(self, flag: NewFlag) -> bool:
        """Record a flag; False (and nothing changed) if its message has one already."""

    def flag(self, flag_id: str) -> Flag | None:
        """The flag with this id."""

    def flag_of(self, key: MessageKey) -> Flag | None:
        """The flag on this message."""

    def flags(self, query: FlagQuery) -> list[Flag]:
        """Flags that fit, newest first."""

    def fingerprint(self, rule: str, text: str) -> str:
        """A keyed hash of a rule and what it found: equal for the same datum, telling nothing."""

    def add_findings(
        self, flag_id: str, findings: Sequence[tuple[str, Finding]], evidence: int
    ) -> list[Finding]:
        """Record (fingerprint, finding) pairs; return those that were new to the flag.

        Known ones are recorded too, with their places in the new evidence: its masks rest on them.
        """

    def findings(self, flag_id: str) -> list[RecordedFinding]:
        """All findings of a flag, in the order they were recorded."""

    def set_status(self, flag_id: str, status: Status, *, expected: frozenset[Status]) -> bool:
        """Move a flag from one of `expected` to `status`; False if it stands elsewhere."""

    def raise_lead(self, flag_id: str, lead: Finding, tier: Tier, *, counts: bool) -> None:
        """An edit brought a graver finding: it now selects category, severity and ladder."""

    def touch(self, flag_id: str) -> int:
        """Grow and return the flag's revision."""

    def strikes(self, author: Person, since: datetime) -> list[Flag]:
        """Flags that count for this author since then, oldest first.

        Counting: `counts`, act tier or confirmed, and neither dismissed nor overturned.
        """

    # words kept with a flag
    def keep(
        self, flag_id: str, kind: EvidenceKind, author_id: str, text: str, at: datetime
    ) -> int:
        """Keep words, encrypted; return their number within the flag."""

    def evidence(self, flag_id: str) -> list[Evidence]:
        """The words kept with a flag, in order, in clear."""

    # decisions
    def add_decision(self, decision: RecordedDecision) -> None:
        """Record a decision; its reason is encrypted."""

    def decisions(self, flag_id: str) -> list[RecordedDecision]:
        """The decisions on a flag, oldest first."""

    # appeals
    def open_appeal(self, flag_id: str, at: datetime) -> bool:
        """Record an appeal; False if the flag has one already, decided or not."""

    def appeal(self, flag_id: str) -> Appeal | None:
        """The appeal of a flag."""

    def open_appeals(self, limit: int = 100) -> list[Appeal]:
        """The undecided appeals, oldest first."""

    def decide_appeal(self, flag_id: str, actor: str, outcome: AppealOutcome, at: datetime) -> bool:
        """Decide an open appeal; False if there is none.

        Raises `StoreError` if the actor decided the flag, or is its author.
        """

    # authorisations
    def add_permission(self, permission: Permission) -> bool:
        """Record an authorisation; False if its id is taken."""

    def permission(self, permission_id: str) -> Permission | None:
        """The authorisation with this id."""

    def permissions(self, since: datetime) -> list[Permission]:
        """Those that had not ended by then, future and revoked ones too, the first to end first."""

    def revoke(self, permission_id: str, at: datetime) -> bool:
        """End an authorisation early; False if there is none, or it was revoked before."""

    # people, cursors, the short context window
    def meet(self, person: Person, role: Role, at: datetime) -> None:
        """Keep the person's id and latest known role."""

    def role_of(self, person: Person) -> Role:
        """The latest known role; unknown if never met."""

    def newest_notice(self, author: Person) -> str | None:
        """The flag id of the newest notice that reached this author (done deliveries)."""

    def move_cursors(self, moves: Mapping[tuple[str, str, str], str]) -> None:
        """(platform, workspace, channel) -> newest message id; never moves backwards.

        Ids compare as numbers (Slack's "1700000000.000100", Discord's snowflakes).
        """

    def cursors(self, platform: str, workspace: str) -> dict[str, str]:
        """Channel -> newest message id seen."""

    def remember(self, message: Message, expires_at: datetime) -> None:
        """Put a message into the context window, encrypted; an edit replaces its earlier text.

        At most 50 messages of a channel are kept, the oldest go first.
        """

    def recent(self, key: MessageKey, now: datetime) -> list[Message]:
        """The channel's unexpired messages other than `key`, oldest first."""

    def forget(self, key: MessageKey) -> None:
        """Take one message out of the context window."""

    def forget_expired(self, now: datetime) -> int:
        """Delete what has expired; return how many rows."""

    def first_time(self, platform: str, event_id: str, at: datetime) -> bool:
        """Note a platform event; False if it was noted before (kept for two days)."""

    # audit: append-only, each row chained to the one before by a hash
    def audit(
        self, actor: str, event: str, subject: str, at: datetime, detail: Mapping[str, str]
    ) -> None:
        """Append a row. Ids and words of ours only."""

    def audit_rows(self, subject: str = "", limit: int = 1000) -> list[Mapping[str, str]]:
        """The latest rows (of a subject), oldest first.

        Each has seq, at, actor, event, subject, detail (JSON) and hash.
        """

    def broken_audit(self) -> int | None:
        """The first audit row whose hash does not fit, or None if the chain holds."""

    # deliveries: the durable jobs (bot/engine)
    def add_delivery(self, job: NewJob) -> bool:
        """Store a job; False if its key exists."""

    def claim(self, now: datetime, lease: str, lease_until: datetime, limit: int) -> list[Job]:
        """Lease due jobs: per lane only the first unfinished one, none while one is leased.

        A lease that has run out counts as given back. Attempts grow by one with every claim.
        """

    def renew(self, job: Job, lease_until: datetime) -> bool:
        """Hold a job longer; False if the fence (lease and attempts) no longer fits."""

    def finish(
        self,
        job: Job,
        state: DeliveryState,
        *,
        reason: str = "",
        receipt: Mapping[str, str] | None = None,
        due_at: datetime | None = None,
    ) -> bool:
        """Move a leased job on (pending needs `due_at`); False if the fence no longer fits."""

    def hold_lane(self, lane: str, until: datetime) -> None:
        """Nothing of this lane is due before `until` (rate, `Retry-After`)."""

    def next_due(self) -> datetime | None:
        """When the next pending or leased job falls due; None if there is none."""

    def deliveries(self, flag_id: str) -> list[Delivery]:
        """The deliveries of a flag, oldest first."""

    def dead(self, limit: int = 100) -> list[Delivery]:
        """Deliveries given up, newest first."""

    def cancel(self, flag_id: str, kinds: frozenset[str]) -> int:
        """Cancel the flag's pending deliveries of these kinds (a leased one is in flight)."""

    def cancel_one(self, delivery_id: int) -> bool:
        """Cancel one pending delivery; False if it is not pending."""

    def retry(self, delivery_id: int, now: datetime) -> bool:
        """Make a dead delivery due again, its attempts starting anew."""

    def clock_slot(self, name: str, slot: str, at: datetime) -> bool:
        """True for the first caller of this slot, whichever process it is."""


class Store(Protocol):
    """A database of records. Implementations pass `tests/contract/store_contract.py`."""

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction on the one writer thread; all of it is kept or none.

        Raises `StoreError` when the database cannot; errors of `work` come through as they are.
        """

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a consistent snapshot, beside the writer."""

    async def close(self) -> None:
        """Finish the work in hand and let go of the database."""
