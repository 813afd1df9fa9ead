"""Intake: what a platform tells becomes a record and deliveries, in one transaction."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Set
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.engine.port import Engine
from bot.flagging import REPORTED, Flagging, is_care
from bot.ports import Clock, IntakeError, Person, Reply, Report
from bot.process import outbox, pausing
from bot.process.dossier import dossier_of
from bot.process.outbox import Kind
from bot.process.permissions import REMEMBERED, note_permissions
from bot.process.shadows import shadow_hits
from bot.process.targets import earlier_against
from bot.process.thresholds import sure_enough
from bot.settings import Settings
from bot.store.port import EvidenceKind, Flag, Store, StoreError, Tx
from rules import engine as core
from rules.messages import say
from rules.ruleset import RuleSet
from rules.types import Category, Context, Finding, Message, MessageKey, Severity, Tier, Verdict

T = TypeVar("T")
log = structlog.get_logger()


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
        self._flagging = Flagging(engine, settings, clock)
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
                self._flagging.resolve(tx, flag, "author:deleted")

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
                flag = self._flagging.open(tx, message, capped, (), "report")
            if tx.first_time(message.key.platform, f"report:{report.event_id}", now):
                number = tx.keep(
                    flag.id, EvidenceKind.REPORT, report.reporter.id, report.reason, now
                )
                tx.audit(str(report.reporter), "reported", flag.id, now, {})
                self._flagging.refresh(tx, flag)
                if known:
                    shown = dossier_of(tx, flag.id, self._settings).private_callees
                    self._tell(tx, shown, flag, "reported", number)
            return Reply(
                say(lang, "reply.reported_before" if known else "reply.reported", flag=flag.id)
            )

        return await self._commit(work)

    async def cursors(self, platform: str, workspace: str) -> dict[str, str]:
        """See `Inbox`; raises `IntakeError`."""
        return await self._read(lambda tx: tx.cursors(platform, workspace))

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        """See `Inbox`; raises `IntakeError`."""
        await self._commit(lambda tx: tx.move_cursors({(platform, workspace, ""): message}))

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
            self._flagging.record(tx, message, verdict, recent)
            if shadow or message.edited:
                tx.set_shadow_hits(message.key, shadow)
            note_permissions(tx, message, verdict, permissions, self._clock.now())
            pausing.note_kept_back(tx, message, verdict, now)
            key = message.key
            # What stands after an old message that is edited was not missed.
            place = (key.platform, key.workspace, key.channel)
            tx.move_cursors({place: key.message}, begin=not message.edited)

        await self._commit(work)

    # --- an answer --------------------------------------------------------------------------

    async def _answer(self, message: Message) -> None:
        message = self._known(message)
        verdict = await self._judge(message, await self._pauses())
        care = tuple(f for f in sure_enough(verdict.live, self._settings.thresholds) if is_care(f))
        now = self._clock.now()

        def work(tx: Tx) -> None:
            tx.meet(_author(message), message.author_role, now)
            if not tx.first_time(message.key.platform, f"answer:{message.key}", now):
                return
            if care and tx.flag_of(message.key) is None:
                self._flagging.follow(tx, self._flagging.open(tx, message, care, (), "rules"), care)
            flag_id = tx.newest_notice(_author(message))
            flag = tx.flag(flag_id) if flag_id else None
            if flag is None:
                return
            number = tx.keep(flag.id, EvidenceKind.ANSWER, message.author_id, message.text, now)
            tx.audit(str(_author(message)), "answered", flag.id, now, {})
            self._flagging.refresh(tx, flag)
            self._engine.add(tx, outbox.letter(Kind.ANSWERED, flag, now, mark=str(number)))
            dossier = dossier_of(tx, flag.id, self._settings)
            told = dossier.told_of(dossier.said(EvidenceKind.ANSWER)[-1])
            self._tell(tx, told, flag, "answered", number)

        await self._commit(work)

    def _tell(self, tx: Tx, people: Set[str], flag: Flag, template: str, number: int) -> None:
        """Bring kept words to those who have no card on which they could stand."""
        for job in outbox.news(people, flag, template, self._clock.now(), str(number), number):
            self._engine.add(tx, job)

    # --- shared -----------------------------------------------------------------------------

    def _known(self, message: Message) -> Message:
        """The message with its author's role and its channel's purpose filled in."""
        return replace(
            message,
            author_role=self._settings.role_of(message),
            channel_purpose=self._settings.purpose_of(message),
        )

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


def _reported() -> Finding:
    """Stands for a person's report where the rules found nothing."""
    return Finding(
        rule=REPORTED,
        category=Category.CYBERBULLYING,
        clauses=(),
        severity=Severity.MEDIUM,
        confidence=0.5,
        tier=Tier.REVIEW,
        explanation=say("en", "card.report_none"),
    )
