"""Intake: what a platform tells becomes a record and deliveries, in one transaction."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot import ladder, outbox, pausing
from bot.before import keep_before
from bot.dossier import dossier_of
from bot.engine.port import Engine
from bot.identity import new_flag_id
from bot.outbox import Kind
from bot.permissions import REMEMBERED, note_permissions
from bot.ports import Clock, IntakeError, Person, Reply, Report
from bot.private import with_told
from bot.recount import Recount
from bot.settings import Settings
from bot.shadows import shadow_hits
from bot.store.port import (
    EvidenceKind,
    Flag,
    NewFlag,
    Status,
    Store,
    StoreError,
    Tx,
)
from bot.strikes import counts
from bot.targets import aimed_at, earlier_against
from bot.thresholds import sure_enough
from rules import engine as core
from rules.messages import say
from rules.ruleset import RuleSet
from rules.types import (
    Category,
    Context,
    Finding,
    Message,
    MessageKey,
    Severity,
    Tier,
    Verdict,
)

T = TypeVar("T")
log = structlog.get_logger()

CONTEXT_KEPT = 5  # messages before the flagged one that a moderator sees
REOPENED = frozenset({Status.DISMISSED, Status.OVERTURNED, Status.RESOLVED})


class Intake:
    """Judges and records. Messages of one channel keep their order."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: Settings,
        ruleset: RuleSet,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._ruleset = ruleset
        self._clock = clock
        self._pool = pool
        self._recount = Recount(engine, settings, clock)
        self._channels: dict[tuple[str, str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    def under(self, settings: Settings, ruleset: RuleSet) -> Intake:
        """The same under other settings and rules; the order of a channel outlives the change."""
        other = Intake(self._store, self._engine, settings, ruleset, self._clock, self._pool)
        other._channels = self._channels
        return other

    async def message(self, message: Message) -> None:
        """Record a new or edited post, or an author's answer; raises `IntakeError`."""
        key = message.key
        if self._settings.workspace(key.platform, key.workspace) is None:
            log.warning("unlisted-workspace", platform=key.platform, workspace=key.workspace)
            return
        async with self._channels[key.platform, key.workspace, key.channel]:
            if message.direct:
                await self._answer(message)
            else:
                await self._post(message)

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        """The post is gone: its open flag is resolved; raises `IntakeError`."""

        def work(tx: Tx) -> None:
            tx.forget(key)
            flag = tx.flag_of(key)
            if flag is not None:
                self._resolve(tx, flag, "author:deleted")

        await self._commit(work)

    async def reported(self, report: Report) -> Reply:
        """A person's report: a flag for review unless there is one; raises `IntakeError`."""
        message = self._known(report.message)
        verdict = await self._judge(message, await self._pauses())
        now = self._clock.now()
        lang = self._settings.file.district.language

        def work(tx: Tx) -> Reply:
            flag = tx.flag_of(message.key)
            known = flag is not None
            if flag is None:
                findings = sure_enough(verdict.live, self._settings.thresholds) or (_reported(),)
                capped = tuple(replace(finding, tier=Tier.REVIEW) for finding in findings)
                flag = self._flag(tx, message, capped, (), "report")
            if tx.first_time(message.key.platform, f"report:{report.event_id}", now):
                tx.keep(flag.id, EvidenceKind.REPORT, report.reporter.id, report.reason, now)
                tx.audit(str(report.reporter), "reported", flag.id, now, {})
                self._refresh(tx, flag)
            return Reply(
                say(lang, "reply.reported_before" if known else "reply.reported", flag=flag.id)
            )

        return await self._commit(work)

    async def cursors(self, platform: str, workspace: str) -> dict[str, str]:
        """Channel -> newest message recorded there; raises `IntakeError`."""
        return await self._read(lambda tx: tx.cursors(platform, workspace))

    # --- a post -----------------------------------------------------------------------------

    async def _post(self, message: Message) -> None:
        message = self._known(message)
        now = self._clock.now()
        recent, permissions, before, pauses = await self._read(
            lambda tx: (
                tx.recent(message.key, now),
                tx.permissions(now - REMEMBERED),
                earlier_against(tx, _author(message), self._settings, now),
                pausing.in_force(tx.pauses(now), now),
            )
        )
        allowed = tuple(one.covers for one in permissions if one.holds(now))
        context = Context(tuple(recent), before, allowed, pauses)
        verdict = await self._judge(message, context)
        for skip in verdict.skipped:
            log.warning("rule-skipped", rule=skip.rule, reason=skip.reason, key=str(message.key))

        shadow = shadow_hits(message, verdict, self._settings, now)

        def work(tx: Tx) -> None:
            tx.meet(_author(message), message.author_role, now)
            minutes = self._settings.file.context.minutes
            tx.remember(message, now + timedelta(minutes=minutes))
            self._record(tx, message, verdict, recent)
            if shadow or message.edited:
                tx.set_shadow_hits(message.key, shadow)
            note_permissions(tx, message, verdict, permissions, self._clock.now())
            pausing.note_kept_back(tx, message, verdict, now)
            key = message.key
            tx.move_cursors({(key.platform, key.workspace, key.channel): key.message})

        await self._commit(work)

    def _record(
        self, tx: Tx, message: Message, verdict: Verdict, recent: Sequence[Message]
    ) -> None:
        live = with_told(sure_enough(verdict.live, self._settings.thresholds), verdict.told)
        flag = tx.flag_of(message.key)
        if flag is None:
            if live:
                self._follow(tx, self._flag(tx, message, live, recent, "rules"), live)
        elif live:
            self._edited(tx, flag, message, live, recent)
        else:
            self._resolve(tx, flag, "author:edited")

    def _flag(
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
        private_to = dossier_of(tx, flag.id, settings).private_to
        if not private_to:
            self._engine.add(tx, outbox.card(flag, settings, now))
        for job in outbox.private(flag, private_to, findings, settings, now, mark):
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
            return
        findings = [replace(f, earlier=()) if p in known else f for p, f in printed]
        printed = self._printed(tx, message, keep_before(tx, flag.id, recent, findings, 0))
        number = tx.keep(flag.id, EvidenceKind.MESSAGE, message.author_id, message.text, now)
        fresh = tx.add_findings(flag.id, printed, number)
        tx.aim(flag.id, aimed_at(message, fresh))
        lead = self._lead(fresh)
        tx.audit("hallmonitor", "flagged-again", flag.id, now, {"rule": lead.rule})
        reopened = tx.set_status(flag.id, Status.OPEN, expected=REOPENED)
        if reopened or _weight(lead) > _weight_of(flag):
            tx.raise_lead(flag.id, lead, lead.tier, counts=counts(lead, self._settings))
        self._show(tx, flag, fresh, mark=f"edit-{number}")
        self._follow(tx, self._refresh(tx, flag), fresh, mark=f"edit-{number}")

    def _follow(self, tx: Tx, flag: Flag, findings: Sequence[Finding], mark: str = "") -> None:
        """Add what the ladder says, and hide the message where the workspace asks for it."""
        now = self._clock.now()
        dossier = dossier_of(tx, flag.id, self._settings)
        steps = ladder.plan(flag, dossier.place, self._settings, findings)
        private_to = dossier.private_to
        for job in outbox.planned(flag, steps, self._settings, now, mark, private_to):
            self._engine.add(tx, job)
        if self._settings.file.care.help_lines and any(map(_is_care, findings)):
            self._engine.add(tx, outbox.care(flag, self._settings, now))
        self._recount.call(tx, flag)
        place = self._settings.workspace(flag.key.platform, flag.key.workspace)
        if place and flag.tier is Tier.ACT and flag.category in place.hide:
            self._engine.add(tx, outbox.letter(Kind.HIDE, flag, now, mark=mark))

    def _resolve(self, tx: Tx, flag: Flag, actor: str) -> None:
        """The author mended or removed the message. A strike of the act tier stays one."""
        moved = tx.set_status(flag.id, Status.RESOLVED, expected=frozenset({Status.OPEN}))
        if moved:
            tx.audit(actor, "resolved", flag.id, self._clock.now(), {})
            self._refresh(tx, flag)

    # --- an answer --------------------------------------------------------------------------

    async def _answer(self, message: Message) -> None:
        message = self._known(message)
        verdict = await self._judge(message, await self._pauses())
        care = tuple(f for f in sure_enough(verdict.live, self._settings.thresholds) if _is_care(f))
        now = self._clock.now()

        def work(tx: Tx) -> None:
            tx.meet(_author(message), message.author_role, now)
            if not tx.first_time(message.key.platform, f"answer:{message.key}", now):
                return
            if care and tx.flag_of(message.key) is None:
                self._follow(tx, self._flag(tx, message, care, (), "rules"), care)
            flag_id = tx.newest_notice(_author(message))
            flag = tx.flag(flag_id) if flag_id else None
            if flag is None:
                return
            number = tx.keep(flag.id, EvidenceKind.ANSWER, message.author_id, message.text, now)
            tx.audit(str(_author(message)), "answered", flag.id, now, {})
            self._refresh(tx, flag)
            self._engine.add(tx, outbox.letter(Kind.ANSWERED, flag, now, mark=str(number)))
            dossier = dossier_of(tx, flag.id, self._settings)
            for job in outbox.news(dossier.private_callees, flag, "answered", now, str(number)):
                self._engine.add(tx, job)

        await self._commit(work)

    # --- shared -----------------------------------------------------------------------------

    def _known(self, message: Message) -> Message:
        """The message with its author's role and its channel's purpose filled in."""
        return replace(
            message,
            author_role=self._settings.role_of(message),
            channel_purpose=self._settings.purpose_of(message),
        )

    def _lead(self, findings: Sequence[Finding]) -> Finding:
        """The finding that selects category and ladder: a counting one, then the gravest."""
        return max(findings, key=lambda f: (counts(f, self._settings), *_weight(f)))

    def _printed(
        self, tx: Tx, message: Message, findings: Sequence[Finding]
    ) -> list[tuple[str, Finding]]:
        return [(tx.fingerprint(f.rule, _datum(message.text, f)), f) for f in findings]

    def _refresh(self, tx: Tx, flag: Flag) -> Flag:
        """Grow the flag's revision and bring its card up to date."""
        self._recount.refresh(tx, flag)
        changed = tx.flag(flag.id)
        assert changed is not None
        return changed

    async def _judge(self, message: Message, context: Context) -> Verdict:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, core.evaluate, message, context, self._ruleset
        )

    async def _pauses(self) -> Context:
        """What is paused holds for answers and reports too."""
        now = self._clock.now()
        return Context(pauses=await self._read(lambda tx: pausing.in_force(tx.pauses(now), now)))

    async def _read(self, work: Callable[[Tx], T]) -> T:
        try:
            return await self._store.read(work)
        except StoreError as error:
            raise IntakeError("the record cannot be read") from error

    async def _commit(self, work: Callable[[Tx], T]) -> T:
        try:
            done = await self._store.write(work)
        except StoreError as error:
            raise IntakeError("the record could not be made") from error
        self._engine.wake()
        return done


def _author(message: Message) -> Person:
    return Person(message.key.platform, message.key.workspace, message.author_id)


def _is_care(finding: Finding) -> bool:
    return finding.category is Category.WELFARE


def _weight(finding: Finding) -> tuple[int, bool, float]:
    return finding.severity.rank, finding.tier is Tier.ACT, finding.confidence


def _weight_of(flag: Flag) -> tuple[int, bool, float]:
    return flag.severity.rank, flag.tier is Tier.ACT, 1.0


def _datum(text: str, finding: Finding) -> str:
    """What the rule found, with case and white space evened out."""
    if finding.start is None or finding.end is None:
        return ""
    return " ".join(text[finding.start : finding.end].casefold().split())


def _reported() -> Finding:
    """Stands for a person's report where the rules found nothing."""
    return Finding(
        rule="report.person",
        category=Category.CYBERBULLYING,
        clauses=(),
        severity=Severity.MEDIUM,
        confidence=0.5,
        tier=Tier.REVIEW,
        explanation=say("en", "card.report_none"),
    )
