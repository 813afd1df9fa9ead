"""The port of the records: what the application may ask of a database, in its own words.

All work runs inside one transaction, on a `Tx`. Text that people wrote goes in and comes out in
clear; the store encrypts it at rest (`vault.py`). Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.jobs import Job, NewJob
from bot.ports import Person
from bot.store.records import (
    Appeal,
    AppealOutcome,
    Delivery,
    DeliveryState,
    Evidence,
    EvidenceKind,
    Flag,
    FlagQuery,
    Link,
    NewFlag,
    Permission,
    RecordedDecision,
    RecordedFinding,
    RecordedPause,
    ShadowCount,
    ShadowHit,
    Status,
)
from rules.types import Finding, Message, MessageKey, Role, Tier

__all__ = [
    "Appeal",
    "AppealOutcome",
    "Delivery",
    "DeliveryState",
    "Evidence",
    "EvidenceKind",
    "Flag",
    "FlagQuery",
    "Link",
    "NewFlag",
    "Permission",
    "RecordedDecision",
    "RecordedFinding",
    "RecordedPause",
    "ShadowCount",
    "ShadowHit",
    "Status",
    "Store",
    "StoreError",
    "Tx",
]

T = TypeVar("T")


class StoreError(Exception):
    """The database could not do it (full disk, lost, locked). Nothing of the work was kept."""


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
        """Flags that fit, newest first; of or against a person means all accounts of them."""

    def aim(self, flag_id: str, targets: Iterable[str]) -> None:
        """Note against whom the message was, by ids on its platform; nobody is noted twice."""

    def targets(self, flag_id: str) -> list[Person]:
        """Against whom the message was."""

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
        """Flags that count for this author, on whichever account, since then, oldest first.

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

        Raises `StoreError` if the actor, by whichever account, decided the flag or wrote it.
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

    # pauses
    def add_pause(self, pause: RecordedPause) -> bool:
        """Record a pause; False if its id is taken."""

    def pause(self, pause_id: str) -> RecordedPause | None:
        """The pause with this id."""

    def pauses(self, since: datetime) -> list[RecordedPause]:
        """Those that had not ended by then, the first to end first."""

    def end_pause(self, pause_id: str, actor: str, at: datetime) -> bool:
        """End a pause early; False if there is none, or it is over."""

    # rules in shadow
    def set_shadow_hits(self, key: MessageKey, hits: Sequence[ShadowHit]) -> None:
        """What rules in shadow found in this message, in place of what they found before."""

    def shadow_hits(self, rule: str, now: datetime, limit: int = 100) -> list[ShadowHit]:
        """The unexpired hits of a rule, newest first."""

    def shadow_counts(self, now: datetime) -> list[ShadowCount]:
        """The unexpired hits, counted by rule and tier."""

    # one person's accounts
    def add_link(self, link: Link) -> bool:
        """Record a proposed link; False if one between these accounts has not ended."""

    def link(self, link_id: str) -> Link | None:
        """The link with this id."""

    def links(self, *, ended: bool = False) -> list[Link]:
        """Those that have not ended, or all, newest first."""

    def confirm_link(self, link_id: str, actor: str, at: datetime) -> bool:
        """Put a proposed link in force; False if there is none that could be.

        Raises `StoreError` if the actor proposed it, or is one of its accounts.
        """

    def end_link(self, link_id: str, actor: str, at: datetime, reason: str) -> bool:
        """End a link, in force or proposed; False if there is none that could end."""

    def accounts(self, person: Person) -> list[Person]:
        """All accounts of a person by the links in force, this one among them, in order."""

    # people, cursors, the short context window
    def meet(self, person: Person, role: Role, at: datetime) -> None:
        """Keep the person's id and latest known role."""

    def role_of(self, person: Person) -> Role:
        """The latest known role; unknown if never met."""

    def newest_notice(self, author: Person) -> str | None:
        """The flag id of the newest notice that reached this author (done deliveries)."""

    def move_cursors(
        self, moves: Mapping[tuple[str, str, str], str], *, begin: bool = True
    ) -> None:
        """(platform, workspace, channel) -> newest message id; never moves backwards.

        Without `begin` a channel that has none gets none. Ids compare as numbers (Slack's
        "1700000000.000100", Discord's snowflakes).
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
        """Take one message out of the context window, and what rules in shadow found in it."""

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
