"""Everything on record about one flag, read in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.actors import person_of
from bot.ports import Action
from bot.process import strikes as counting
from bot.process.ladder import TIP, Why
from bot.process.outbox import CALLED, Kind, called_for_strikes, named_list
from bot.process.private import care_lists, private_lists
from bot.process.targets import Aimed, history
from bot.settings import Settings
from bot.store.port import (
    Appeal,
    Delivery,
    DeliveryState,
    Evidence,
    EvidenceKind,
    Flag,
    Permission,
    RecordedDecision,
    RecordedFinding,
    Tx,
)
from rules.types import Category, Finding, Severity

ENDED = "authorisation-ended"  # the audit's event: it would have covered the flag
_MADE = frozenset({DeliveryState.DONE, DeliveryState.LEASED})
_CARING = frozenset({Why.URGENT, Why.PRIVATE})
DECIDING = frozenset({Action.CONFIRM, Action.ESCALATE})
_TAKING_BACK = frozenset({Action.DISMISS, Action.OVERTURN})


@dataclass(frozen=True, slots=True)
class Dossier:
    """A flag with all that belongs to it. `strikes` are those of its author that count with it."""

    flag: Flag
    findings: tuple[RecordedFinding, ...]
    evidence: tuple[Evidence, ...]
    decisions: tuple[RecordedDecision, ...]
    deliveries: tuple[Delivery, ...]
    strikes: tuple[Flag, ...]
    appeal: Appeal | None = None
    contested: frozenset[str] = frozenset()  # which of the strikes have an open appeal
    ended: tuple[Permission, ...] = ()  # authorisations that would have covered it
    place: int = 1  # which strike of its author it is, or would be if it counted
    beside: tuple[Flag, ...] = ()  # the other flags of its burst
    aimed: tuple[Aimed, ...] = ()  # against whom it is
    authors: frozenset[str] = frozenset()  # all accounts of its author
    deciders: frozenset[str] = frozenset()  # who decided it before any appeal, by all accounts
    called_beside: frozenset[str] = frozenset()  # lists that were called about one of those
    private_to: tuple[str, ...] = ()  # the lists that alone see it; empty: the moderators
    care_to: tuple[str, ...] = ()  # the lists that are there for an author who may need help

    @property
    def lead(self) -> Finding | None:
        """The finding that selected category and ladder; None for a bare report."""
        hits = (r.finding for r in self.findings)
        return next((f for f in hits if f.rule == self.flag.rule), None)

    @property
    def number(self) -> int:
        """Which strike of its author the flag is, from 1; 0 if it is none."""
        return self.place if self.flag.id in {strike.id for strike in self.strikes} else 0

    def of_kind(self, *kinds: Kind) -> list[Delivery]:
        """The deliveries of these kinds, oldest first."""
        return [d for d in self.deliveries if d.kind in kinds]

    @property
    def standing_decisions(self) -> tuple[RecordedDecision, ...]:
        """Those since the flag was last taken back, where an edit opened it again; else all."""
        if self.flag.taken_back:
            return self.decisions
        ends = [i for i, d in enumerate(self.decisions, start=1) if d.action in _TAKING_BACK]
        return self.decisions[max(ends, default=0) :]

    @property
    def letters(self) -> list[Delivery]:
        """The notices to its author since they were told that the flag was taken back, if ever.

        A tip is none of a flag that counts since.
        """
        sent = self.since_withdrawn(Kind.NOTICE, Kind.SHOWN)
        return [d for d in sent if not self.flag.counts or d.params.get("template") != TIP]

    def since_withdrawn(self, *kinds: Kind) -> list[Delivery]:
        """The deliveries of these kinds since its author was told that the flag was taken back."""
        told = (d.id for d in self.of_kind(Kind.WITHDRAWN) if "refused" not in d.params)
        withdrawn = max(told, default=0)  # not its second way, which may come after a new notice
        return [d for d in self.of_kind(*kinds) if d.id > withdrawn]

    @property
    def reached_author(self) -> bool:
        """Whether its author may know of it: they appealed, got a letter, or were to be told."""
        kinds = (Kind.NOTICE, Kind.SHOWN, Kind.TASK)
        in_person = [d for d in self.of_kind(Kind.PAGE) if d.params["why"] == Why.TASK]
        done = (d for d in [*self.of_kind(*kinds), *in_person] if d.state is DeliveryState.DONE)
        return self.appeal is not None or any(not d.skipped for d in done)

    @property
    def again(self) -> str:
        """The mark of what is done of it once more, where it was taken back in between."""
        times = sum(d.action in _TAKING_BACK for d in self.decisions)
        return f"again-{times}" if times else ""

    def said(self, kind: EvidenceKind) -> list[Evidence]:
        """The words of this kind, oldest first."""
        return [e for e in self.evidence if e.kind is kind]

    def matter(self, *, newest: bool = False) -> tuple[str, tuple[Finding, ...]]:
        """The text that the flag is about, and what was found in it, the lead finding first."""
        messages = self.said(EvidenceKind.MESSAGE)
        recorded = [r for r in self.findings if r.finding.rule == self.flag.rule]
        number = recorded[-1 if newest else 0].evidence if recorded else 0
        text = next((e.text for e in messages if e.number == number), messages[-1].text)
        findings = [r.finding for r in self.findings if r.evidence == number]
        return text, tuple(sorted(findings, key=lambda f: f.rule != self.flag.rule))

    @property
    def shows_words(self) -> bool:
        """Whether an excerpt may be shown beyond those who must see it: care and sexual may not."""
        kept = {Category.WELFARE, Category.SEXUAL}
        return not kept & {r.finding.category for r in self.findings}

    def shown_to(self, call: Mapping[str, str]) -> bool:
        """Whether who is called may see what the flag is about: a private one is not for all."""
        if not self.private_to or call["why"] in (Why.APPEAL, Why.ESCALATED):
            return True
        return named_list(call) in self.private_to

    @property
    def private_callees(self) -> frozenset[str]:
        """To whom a private flag was shown; nobody where it is the moderators'."""
        calls = (d for d in self.of_kind(Kind.PAGE) if d.state in _MADE and not d.skipped)
        shown = (d for d in calls if self.private_to and self.shown_to(d.params))
        return frozenset(d.params["person"] for d in shown if d.params["why"] != Why.APPEAL)

    @property
    def carers(self) -> frozenset[str]:
        """Who is called because its author may need help, or is about to be."""
        calls = (d for d in self.of_kind(Kind.PAGE) if d.state in CALLED and not d.skipped)
        return frozenset(d.params["person"] for d in calls if self._cares(d.params))

    def _cares(self, call: Mapping[str, str]) -> bool:
        return call["why"] in _CARING and named_list(call) in self.care_to

    def stands(self, call: Mapping[str, str]) -> bool:
        """Whether a call has its reason still: moderators who dismiss conduct decide no care."""
        return not self.flag.taken_back or (not self.private_to and self._cares(call))

    def for_carers(self, answer: Evidence) -> bool:
        """Whether the newest letter before it were help lines: it is not the moderators'."""
        kinds = (Kind.CARE, Kind.NOTICE, Kind.SHOWN, Kind.ENTERED)
        sent = [d for d in self.of_kind(*kinds) if d.state is DeliveryState.DONE and not d.skipped]
        before = [
            (d.claimed_at, d.id, d) for d in sent if d.claimed_at and d.claimed_at <= answer.at
        ]
        return bool(before and self.carers) and max(before)[2].kind == Kind.CARE

    def kept_from_moderators(self, said: Evidence) -> bool:
        """Whether these words answer help lines in a flag whose conduct the moderators decide."""
        answer = said.kind is EvidenceKind.ANSWER
        return answer and not self.private_to and self.for_carers(said)

    def told_of(self, answer: Evidence) -> frozenset[str]:
        """Who hears of an answer by direct message: they have no card on which it could stand."""
        return self.private_callees | (self.carers if self.for_carers(answer) else frozenset())

    @property
    def good_faith(self) -> bool:
        """Whether somebody told of a problem in it so that it can be mended."""
        return any(recorded.finding.tells for recorded in self.findings)

    @property
    def appealed(self) -> bool:
        """Whether an appeal is open: until it is decided, nothing else is."""
        return self.appeal is not None and self.appeal.open

    def not_called(self, why: Why) -> frozenset[str]:
        """Whom no call for this reaches: its author, and who decided where an appeal is heard."""
        return self.partial if why is Why.APPEAL else self.authors

    @property
    def partial(self) -> frozenset[str]:
        """Who has a part in the flag and cannot hear its appeal: its author, and who decided."""
        return self.deciders | self.authors

    @property
    def urgent(self) -> bool:
        """Whether somebody should look before anything else."""
        return self.flag.severity is Severity.HIGH or any(one.grave for one in self.aimed)


def open_dossier(tx: Tx, flag_id: str, settings: Settings) -> Dossier | None:
    """Read everything about a flag; None if there is no such flag."""
    flag = tx.flag(flag_id)
    if flag is None:
        return None
    strikes = counting.together(tx, flag, settings)
    place, burst = counting.place(flag, strikes, settings)
    beside = tuple(other for other in burst if other.id != flag.id)
    contested = [a.flag_id for s in strikes if (a := tx.appeal(s.id)) and a.open]
    findings = tuple(tx.findings(flag_id))
    return Dossier(
        flag,
        findings,
        tuple(tx.evidence(flag_id)),
        tuple(tx.decisions(flag_id)),
        tuple(tx.deliveries(flag_id)),
        strikes,
        tx.appeal(flag_id),
        frozenset(contested),
        _ended(tx, flag_id),
        place,
        beside,
        history(tx, flag, settings),
        accounts_of(tx, [str(flag.author)]),
        accounts_of(tx, [d.actor for d in tx.decisions(flag_id) if d.action in DECIDING]),
        frozenset(name for other in beside for name in _called(tx, other.id)),
        private_lists([r.finding for r in findings], settings),
        care_lists([r.finding for r in findings], settings),
    )


def dossier_of(tx: Tx, flag_id: str, settings: Settings) -> Dossier:
    """Read everything about a flag that is known to be on record."""
    dossier = open_dossier(tx, flag_id, settings)
    assert dossier is not None
    return dossier


def accounts_of(tx: Tx, actors: Collection[str]) -> frozenset[str]:
    """All accounts of these people; a name at the command line stands for itself."""
    people = [actor for actor in actors if actor.count("/") == 2]
    linked = (str(account) for one in people for account in tx.accounts(person_of(one)))
    return frozenset(actors) | frozenset(linked)


def _called(tx: Tx, flag_id: str) -> list[str]:
    """The lists that are called about a flag for a number of strikes."""
    return [named_list(d.params) for d in tx.deliveries(flag_id) if called_for_strikes(d)]


def _ended(tx: Tx, flag_id: str) -> tuple[Permission, ...]:
    ids = dict.fromkeys(
        json.loads(row["detail"])["authorisation"]
        for row in tx.audit_rows(flag_id)
        if row["event"] == ENDED
    )
    return tuple(found for name in ids if (found := tx.permission(name)))
