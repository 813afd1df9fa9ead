"""Flags: made of what the rules found in a message, and changed as their message changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.before import CONTEXT_KEPT, keep_before
from bot.engine.port import Engine
from bot.identity import new_flag_id
from bot.ports import Clock
from bot.process import ladder, outbox
from bot.process.dossier import dossier_of
from bot.process.outbox import Kind
from bot.process.private import with_told
from bot.process.recount import Recount
from bot.process.strikes import counts, is_strike
from bot.process.targets import aimed_at
from bot.process.thresholds import sure_enough
from bot.settings import Settings
from bot.store.port import EvidenceKind, Flag, NewFlag, Status, Tx
from rules.types import Category, Finding, Message, Tier, Verdict

REPORTED = "report.person"  # stands for a person's report where the rules found nothing
REOPENED = frozenset({Status.DISMISSED, Status.OVERTURNED, Status.RESOLVED})


class Flagging:
    """Makes and changes flags, with the deliveries that follow, in a transaction of the caller."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._recount = Recount(engine, settings, clock)

    def record(self, tx: Tx, message: Message, verdict: Verdict, recent: Sequence[Message]) -> None:
        """What a post, or its edit, means for its flag: a new one, a changed one, or none."""
        live = with_told(sure_enough(verdict.live, self._settings.thresholds), verdict.told)
        flag = tx.flag_of(message.key)
        if flag is None:
            if live:
                self.follow(tx, self.open(tx, message, live, recent, "rules"), live)
        elif live:
            self._edited(tx, flag, message, live, recent)
        elif message.edited and not message.unread and not _reported(tx, flag):
            self.resolve(tx, flag, "author:edited")

    def open(
        self,
        tx: Tx,
        message: Message,
        findings: Sequence[Finding],
        recent: Sequence[Message],
        source: str,
    ) -> Flag:
        """Record a new flag with its findings, evidence, card and audit row."""
        now = self._clock.now()
        lead = self._lead(findings)
        new = NewFlag(
            id=new_flag_id(),
            key=message.key,
            author_id=message.author_id,
            author_role=message.author_role,
            posted_at=message.posted_at,
            created_at=now,
            lead=lead,
            tier=lead.tier,
            counts=counts(lead, self._settings),
            source=source,
            thread=message.thread,
            permalink=message.permalink,
            lang=message.lang or self._settings.file.district.language,
        )
        tx.add_flag(new)
        findings = keep_before(tx, new.id, recent, findings, CONTEXT_KEPT)
        number = tx.keep(new.id, EvidenceKind.MESSAGE, message.author_id, message.text, now)
        tx.add_findings(new.id, self._printed(tx, message, findings), number)
        tx.aim(new.id, aimed_at(message, findings))
        tx.audit("hallmonitor", "flagged", new.id, now, {"rule": lead.rule, "tier": lead.tier})
        flag = tx.flag(new.id)
        assert flag is not None
        self._show(tx, flag, findings)
        return flag

    def _show(self, tx: Tx, flag: Flag, findings: Sequence[Finding], mark: str = "") -> None:
        """To the moderators' channel, or to the lists that the flag is private to."""
        now, settings = self._clock.now(), self._settings
        dossier = dossier_of(tx, flag.id, settings)
        private_to, but = dossier.private_to, dossier.authors
        if not private_to:
            self._engine.add(tx, outbox.card(flag, settings, now))
        for job in outbox.private(flag, private_to, findings, settings, now, but, mark):
            self._engine.add(tx, job)

    def _edited(
        self,
        tx: Tx,
        flag: Flag,
        message: Message,
        findings: Sequence[Finding],
        recent: Sequence[Message],
    ) -> None:
        """An edit of a flagged message: only findings that are new to the flag have effects."""
        now = self._clock.now()
        printed = self._printed(tx, message, findings)
        known = {recorded.fingerprint for recorded in tx.findings(flag.id)}
        if all(fingerprint in known for fingerprint, _ in printed):
            if message.edited:
                self._put_back(tx, flag)
            return
        findings = [replace(f, earlier=()) if p in known else f for p, f in printed]
        printed = self._printed(tx, message, keep_before(tx, flag.id, recent, findings, 0))
        number = tx.keep(flag.id, EvidenceKind.MESSAGE, message.author_id, message.text, now)
        fresh = tx.add_findings(flag.id, printed, number)
        tx.aim(flag.id, aimed_at(message, fresh))
        lead = self._lead(fresh)
        tx.audit("hallmonitor", "flagged-again", flag.id, now, {"rule": lead.rule})
        # Who confirmed a tip or a cry for help has decided nothing about conduct.
        anew = counts(lead, self._settings) and not flag.counts
        decided = REOPENED | {Status.CONFIRMED} if anew else REOPENED
        tx.set_status(flag.id, Status.OPEN, expected=decided)
        if flag.taken_back or self._rank(lead) > (flag.counts, *_weight_of(flag)):
            tier = Tier.ACT if flag.tier is Tier.ACT and is_strike(flag) else lead.tier
            tx.raise_lead(flag.id, lead, tier, counts=counts(lead, self._settings))
        self._show(tx, flag, fresh, mark=f"edit-{number}")
        self.follow(tx, self.refresh(tx, flag), fresh, mark=f"edit-{number}")

    def follow(self, tx: Tx, flag: Flag, findings: Sequence[Finding], mark: str = "") -> None:
        """Add what the ladder says, and hide the message where the workspace asks for it."""
        now = self._clock.now()
        dossier = dossier_of(tx, flag.id, self._settings)
        steps = ladder.plan(flag, dossier.place, self._settings, findings)
        sure = any(finding.tier is Tier.ACT for finding in findings)
        if not sure:
            # The flag stands, and an edit added what a moderator would have to look at first.
            steps = replace(steps, notice="")
        private_to, but = dossier.private_to, dossier.authors
        for job in outbox.planned(
            flag, steps, self._settings, now, mark, private_to=private_to, but=but
        ):
            self._engine.add(tx, job)
        if self._settings.file.care.help_lines and any(map(is_care, findings)):
            self._engine.add(tx, outbox.care(flag, self._settings, now))
        self._recount.call(tx, flag)
        place = self._settings.workspace(flag.key.platform, flag.key.workspace)
        if place and sure and flag.tier is Tier.ACT and flag.category in place.hide:
            self._engine.add(tx, outbox.letter(Kind.HIDE, flag, now, mark=mark))

    def _put_back(self, tx: Tx, flag: Flag) -> None:
        """The words stand there again that the author had taken out: a person has yet to decide."""
        if tx.set_status(flag.id, Status.OPEN, expected=frozenset({Status.RESOLVED})):
            tx.audit("author:edited", "put-back", flag.id, self._clock.now(), {})
            self.refresh(tx, flag)

    def resolve(self, tx: Tx, flag: Flag, actor: str) -> None:
        """The author mended or removed the message. A strike of the act tier stays one."""
        moved = tx.set_status(flag.id, Status.RESOLVED, expected=frozenset({Status.OPEN}))
        if moved:
            tx.audit(actor, "resolved", flag.id, self._clock.now(), {})
            self.refresh(tx, flag)

    def refresh(self, tx: Tx, flag: Flag) -> Flag:
        """Grow the flag's revision and bring its card up to date."""
        self._recount.refresh(tx, flag)
        changed = tx.flag(flag.id)
        assert changed is not None
        return changed

    def _lead(self, findings: Sequence[Finding]) -> Finding:
        """The finding that selects category and ladder: a counting one, then the gravest."""
        return max(findings, key=self._rank)

    def _rank(self, finding: Finding) -> tuple[bool, int, bool, float]:
        return counts(finding, self._settings), *_weight(finding)

    def _printed(
        self, tx: Tx, message: Message, findings: Sequence[Finding]
    ) -> list[tuple[str, Finding]]:
        return [(tx.fingerprint(f.rule, _datum(message.text, f)), f) for f in findings]


def _reported(tx: Tx, flag: Flag) -> bool:
    """Whether a person saw in it what no rule found: no rule can tell that it is mended."""
    return any(recorded.finding.rule == REPORTED for recorded in tx.findings(flag.id))


def _weight(finding: Finding) -> tuple[int, bool, float]:
    return finding.severity.rank, finding.tier is Tier.ACT, finding.confidence


def _weight_of(flag: Flag) -> tuple[int, bool, float]:
    return flag.severity.rank, flag.tier is Tier.ACT, 1.0


def _datum(text: str, finding: Finding) -> str:
    """What the rule found, with case and white space evened out; all of it where it has no place.

    What the model reads in other words is another finding, though the rule is the same.
    """
    return " ".join(text[finding.start : finding.end].casefold().split())


def is_care(finding: Finding) -> bool:
    """Whether it tells of somebody who may need help."""
    return finding.category is Category.WELFARE
