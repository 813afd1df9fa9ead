"""Appeals: the author asks for another look, and somebody else than the first decider gives it."""

from __future__ import annotations

from datetime import datetime

from bot.engine.port import Engine
from bot.ports import Action, Clock, Press, Reply
from bot.process import outbox
from bot.process.dossier import Dossier, dossier_of
from bot.process.effects import Effects
from bot.process.ladder import Why
from bot.process.outbox import Kind
from bot.process.strikes import is_strike
from bot.settings import Settings
from bot.settings.school import end_of_school_day
from bot.store.port import AppealOutcome, DeliveryState, Flag, Status, Tx
from bot.times import in_words
from rules.messages import say

ACTIONS = frozenset({Action.APPEAL, Action.ENTER_APPEAL, Action.UPHOLD, Action.OVERTURN})
APPEALABLE = frozenset({Status.OPEN, Status.CONFIRMED, Status.RESOLVED})
LISTS = ("appeals", "principal", "it")  # who hears an appeal: the first that has somebody for it
PRIVATE_LISTS = ("principal", "appeals", "it")  # after those who see the flag anyway


class Appeals:
    """Opening and deciding appeals. Every refusal has its reason, every act is on record."""

    def __init__(self, engine: Engine, effects: Effects, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._effects = effects
        self._settings = settings
        self._clock = clock
        self._lang = settings.file.district.language

    def refusal(self, tx: Tx, press: Press) -> str:
        """Why somebody whose role allows it cannot do this now: a sentence's key, or nothing."""
        dossier = dossier_of(tx, press.flag_id, self._settings)
        if press.action is Action.APPEAL:
            return self._cannot_open(dossier)
        if press.action is Action.ENTER_APPEAL:
            return self._cannot_enter(dossier)
        return self._cannot_decide(dossier, str(press.person))

    def carry_out(self, tx: Tx, action: Action, flag: Flag, actor: str, reason: str) -> Reply:
        """Open or decide an appeal that nothing stands against, by somebody who was checked."""
        if not reason.strip():
            return Reply(say(self._lang, "reply.reason_needed"), accepted=False)
        dossier = dossier_of(tx, flag.id, self._settings)
        if action is Action.APPEAL:
            return self._open(tx, dossier, actor, reason)
        entering = action is Action.ENTER_APPEAL
        refused = self._cannot_enter(dossier) if entering else self._cannot_decide(dossier, actor)
        if refused:
            return Reply(say(self._lang, f"reply.{refused}", flag=flag.id), accepted=False)
        if entering:
            return self._enter(tx, dossier, actor, reason)
        return self._decide(tx, flag, action, actor, reason)

    def _open(self, tx: Tx, dossier: Dossier, actor: str, reason: str, **detail: str) -> Reply:
        flag, now = dossier.flag, self._clock.now()
        tx.open_appeal(flag.id, now)
        self._effects.note(tx, flag, Action.APPEAL, actor, reason, **detail)
        self._effects.suspend(tx, flag)
        hearing = self.hearing(dossier)
        for job in outbox.pages(
            flag, hearing, Why.APPEAL, self._settings, now, but=dossier.not_called(Why.APPEAL)
        ):
            self._engine.add(tx, job)
        return Reply(say(self._lang, "reply.appealed", flag=flag.id))

    def _enter(self, tx: Tx, dossier: Dossier, actor: str, reason: str) -> Reply:
        """What the author said or wrote, by whoever types it in: the appeal is the author's."""
        flag, now, until = dossier.flag, self._clock.now(), self.deadline(dossier)
        late, day = now > until, in_words(until, self._settings.timezone)
        remark = say(self._lang, "reply.entered_after", until=day) if late else ""
        told = {"late": "yes" if late else "no"}
        self._effects.note(tx, flag, Action.ENTER_APPEAL, actor, remark, **told)
        self._open(tx, dossier, str(flag.author), reason, entered_by=actor)
        self._engine.add(tx, outbox.letter(Kind.ENTERED, flag, now))
        key = "entered_late" if late else "entered"
        return Reply(say(self._lang, f"reply.{key}", flag=flag.id, until=day))

    def _decide(self, tx: Tx, flag: Flag, action: Action, actor: str, reason: str) -> Reply:
        now = self._clock.now()
        upheld = action is Action.UPHOLD
        outcome = AppealOutcome.UPHELD if upheld else AppealOutcome.OVERTURNED
        tx.decide_appeal(flag.id, actor, outcome, now)
        status = Status.CONFIRMED if upheld else Status.OVERTURNED
        tx.set_status(flag.id, status, expected=APPEALABLE)
        self._effects.note(tx, flag, action, actor, reason)
        self._effects.heard(tx, flag)
        if upheld:
            self._engine.add(tx, outbox.letter(Kind.UPHELD, flag, now))
            self._effects.resume(tx, flag)
        else:
            self._effects.take_back(tx, flag)
        done = say(self._lang, f"action.{action}")
        return Reply(say(self._lang, "reply.recorded", action=done, flag=flag.id))

    def _cannot_open(self, dossier: Dossier) -> str:
        late = "appeal_late" if self._clock.now() > self.deadline(dossier) else ""
        return self._settled(dossier) or late

    def _cannot_enter(self, dossier: Dossier) -> str:
        """Not that it is late: the days bind the author, and paper may have been in time."""
        held = is_strike(dossier.flag) or dossier.of_kind(Kind.NOTICE)
        return self._settled(dossier) or ("" if held else "nothing_held")

    @staticmethod
    def _settled(dossier: Dossier) -> str:
        if dossier.appeal is not None:
            return "appealed_before"
        return "" if dossier.flag.status in APPEALABLE else "nothing_to_appeal"

    @staticmethod
    def _cannot_decide(dossier: Dossier, actor: str) -> str:
        if actor in dossier.deciders:
            return "first_decider"
        if actor in dossier.authors:
            return "own_flag"
        return "" if dossier.appealed else "no_appeal"

    def hearing(self, dossier: Dossier) -> str:
        """The list that hears the appeal: the first with somebody who is not party to it."""
        wanted = (*dossier.private_to, *(PRIVATE_LISTS if dossier.private_to else LISTS))
        lists = [name for name in wanted if name in self._settings.file.lists]
        for name in lists:
            if set(self._settings.people(name).people) - dossier.partial:
                return name
        return lists[-1]

    def reviewers(self, dossier: Dossier) -> frozenset[str]:
        """The list that hears the appeal, and the fallbacks that were called in its place."""
        calls = [d for d in dossier.of_kind(Kind.PAGE) if d.state is DeliveryState.DONE]
        heard = [d.params for d in calls if d.params["why"] == Why.APPEAL and not d.skipped]
        fallbacks = {params["list"] for params in heard if "for" in params}
        names = {self.hearing(dossier)} | fallbacks & set(self._settings.file.lists)
        return frozenset(person for name in names for person in self._settings.people(name).people)

    def deadline(self, dossier: Dossier) -> datetime:
        """Until when the author may appeal: counted from when the last letter was delivered."""
        letters = dossier.of_kind(Kind.NOTICE, Kind.SHOWN)
        sent = [d for d in letters if d.state is DeliveryState.DONE and not d.skipped]
        since = max((d.claimed_at for d in sent if d.claimed_at), default=self._clock.now())
        days = self._settings.file.appeals.school_days
        return end_of_school_day(since, days, self._settings.file.school, self._settings.timezone)
