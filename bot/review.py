"""Review: what people decide on flags. Buttons, commands and CLI all come through here."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.actors import named
from bot.engine.port import Engine
from bot.ports import Action, Clock, Command, IntakeError, Press, Reply
from bot.process import appeals, calls
from bot.process.appeals import Appeals
from bot.process.authorising import Authorising
from bot.process.dossier import Dossier, dossier_of
from bot.process.effects import Effects
from bot.process.links import Links
from bot.process.roles import OF_BUTTON, Deed, Part, Roles
from bot.settings import Settings
from bot.store.port import (
    DeliveryState,
    Flag,
    FlagQuery,
    Status,
    Store,
    StoreError,
    Tx,
)
from bot.texts.policy_text import policy_text
from bot.times import in_words
from rules.messages import say
from rules.policies import Policy

T = TypeVar("T")

UNDECIDED = frozenset({Status.OPEN, Status.RESOLVED})
MOST_READ, MOST_LISTED = 500, 20  # open flags: not all are for everybody's eyes


class Review:
    """Decisions on flags. Each is checked, recorded once, audited, and followed by its effects."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: Settings,
        clock: Clock,
        policies: Sequence[Policy] = (),
    ) -> None:
        self._store = store
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._policies = policies
        self._effects = Effects(engine, settings, clock)
        self.roles = Roles(settings, clock)
        self.authorising = Authorising(settings, clock)
        self.links = Links(engine, settings, clock, self.roles)
        self._appeals = Appeals(engine, self._effects, settings, clock)
        self._lang = settings.file.district.language

    # --- from a platform --------------------------------------------------------------------

    async def asked(self, press: Press) -> Reply:
        """May this person press this button now? A refusal is audited."""
        return await self._commit(lambda tx: self._refusal(tx, press) or Reply("", accepted=True))

    async def pressed(self, press: Press) -> Reply:
        """Carry out a button; the same press twice is carried out once."""

        def work(tx: Tx) -> Reply:
            actor = str(press.person)
            again = not tx.first_time(press.person.platform, press.event_id, self._clock.now())
            if again and self._done_by(tx, press, actor):
                return self._recorded(press.action, press.flag_id)
            refusal = self._refusal(tx, press)
            if refusal is not None:
                return refusal
            return self.carry_out(tx, press.action, press.flag_id, actor, press.reason)

        return await self._commit(work)

    async def command(self, command: Command) -> Reply:
        """Answer a slash command: policy, flags (moderators only) or help."""
        word = (command.words.split() or [""])[0].lower()
        if word == "policy":
            return Reply(self.policy_text(command.lang or self._lang))
        if word in ("authorise", "authorize", "authorisations", "revoke"):
            return await self._commit(lambda tx: self._authorise(tx, command, word))
        if word != "flags":
            return Reply(say(self._lang, "reply.help"))
        return await self._commit(lambda tx: self._flags(tx, command))

    def _flags(self, tx: Tx, command: Command) -> Reply:
        """The open flags that the asker may know of: private ones are not for everybody."""
        asker, groups = str(command.person), command.groups
        flags = tx.flags(FlagQuery(statuses=frozenset({Status.OPEN}), limit=MOST_READ))
        theirs = (flag for flag in flags if self._may_see(tx, flag, asker, groups))
        seen = list(islice(theirs, MOST_LISTED))
        refusal = None if seen else self.roles.refusal(tx, Deed.SEE, asker, groups)
        return refusal or Reply(self._open_flags(seen))

    def _may_see(self, tx: Tx, flag: Flag, asker: str, groups: Set[str]) -> bool:
        dossier = dossier_of(tx, flag.id, self._settings)
        parts, private = self._parts(dossier, asker), bool(dossier.private_to)
        return self.roles.may(Deed.SEE, asker, groups, parts, private=private)

    def _authorise(self, tx: Tx, command: Command, word: str) -> Reply:
        asker = str(command.person)
        refusal = self.roles.refusal(tx, Deed.AUTHORISE, asker, command.groups, what=word)
        if refusal is not None:
            return refusal
        if word == "authorisations":
            return Reply(self.authorising.listed(tx))
        if word != "revoke":
            return Reply(self.authorising.typed(tx, command.words, command.person))
        permission_id = command.words.split()[-1].upper()
        done = self.authorising.revoke(tx, permission_id, str(command.person))
        key = "revoked" if done else "not_revoked"
        return Reply(say(self._lang, f"authorise.{key}", id=permission_id), accepted=done)

    def policy_text(self, lang: str) -> str:
        """What is read and kept, in plain words: the text of `hallmonitor policy`."""
        return policy_text(self._settings, self._policies, lang)

    # --- from the command line --------------------------------------------------------------

    async def decide(self, action: Action, flag_id: str, actor: str, reason: str) -> Reply:
        """Carry out a decision for somebody at the keyboard, by the name that was given."""
        return await self._commit(
            lambda tx: (
                self._unknown(tx, flag_id)
                or self._not_theirs(tx, action, flag_id, actor)
                or self.carry_out(tx, action, flag_id, actor, reason)
            )
        )

    def carry_out(self, tx: Tx, action: Action, flag_id: str, actor: str, reason: str) -> Reply:
        """One decision inside a transaction: record, effects, audit."""
        flag = tx.flag(flag_id)
        assert flag is not None
        if action in appeals.ACTIONS:
            return self._appeals.carry_out(tx, action, flag, actor, reason)
        if action is Action.DISMISS and not reason.strip():
            return Reply(say(self._lang, "reply.reason_needed"), accepted=False)
        if action is Action.RETRY:
            return self._retry(tx, flag, actor)
        if action is Action.ACKNOWLEDGE:
            self._effects.acknowledged(tx, flag, actor)
            self._effects.note(tx, flag, action, actor, reason)
            return Reply(say(self._lang, "reply.acknowledged", flag=flag.id))
        if self._appealed(tx, flag.id):
            return Reply(say(self._lang, "reply.appeal_open", flag=flag.id), accepted=False)
        to = Status.DISMISSED if action is Action.DISMISS else Status.CONFIRMED
        standing = UNDECIDED | {Status.CONFIRMED} if action is Action.ESCALATE else UNDECIDED
        if not tx.set_status(flag.id, to, expected=standing):
            return self._already(tx, flag)
        self._effects.note(tx, flag, action, actor, reason)
        if action is Action.DISMISS:
            self._effects.take_back(tx, flag)
        else:
            self._effects.decided(tx, flag, actor, action)
            self._effects.stand_by(tx, flag.id)
        recorded = self._recorded(action, flag.id)
        if action is Action.ESCALATE and not self._effects.escalate(tx, flag.id):
            return Reply(f"{recorded.text} {say(self._lang, 'reply.nobody_left')}")
        return recorded

    def _retry(self, tx: Tx, flag: Flag, actor: str) -> Reply:
        now = self._clock.now()
        again = [d for d in tx.deliveries(flag.id) if d.state is DeliveryState.DEAD]
        if sum(tx.retry(delivery.id, now) for delivery in again) == 0:
            return Reply(say(self._lang, "reply.nothing_to_retry"), accepted=False)
        tx.audit(actor, "retried", flag.id, now, {"deliveries": str(len(again))})
        self._effects.refresh(tx, flag)
        return Reply(say(self._lang, "reply.retried"))

    # --- refusals ---------------------------------------------------------------------------

    def _refusal(self, tx: Tx, press: Press) -> Reply | None:
        """Why this press cannot be carried out, or None."""
        actor, action = str(press.person), press.action
        refusal = self._unknown(tx, press.flag_id) or self._not_theirs(
            tx, action, press.flag_id, actor, press.groups
        )
        if refusal is not None:
            return refusal
        flag = tx.flag(press.flag_id)
        assert flag is not None
        if action in appeals.ACTIONS:
            why = self._appeals.refusal(tx, press)
            return self._refuse(tx, press, why) if why else None
        if press.person in tx.accounts(flag.author):
            return self._refuse(tx, press, "own_flag")
        deciding = action in (Action.CONFIRM, Action.DISMISS)
        if deciding and self._appealed(tx, flag.id):
            return Reply(say(self._lang, "reply.appeal_open", flag=flag.id), accepted=False)
        decided_by_other = flag.status not in UNDECIDED and deciding
        return self._already(tx, flag) if decided_by_other else None

    @staticmethod
    def _appealed(tx: Tx, flag_id: str) -> bool:
        appeal = tx.appeal(flag_id)
        return appeal is not None and appeal.open

    @staticmethod
    def _done_by(tx: Tx, press: Press, actor: str) -> bool:
        decisions = tx.decisions(press.flag_id)
        return any((d.actor, d.action) == (actor, press.action) for d in decisions)

    def _not_theirs(
        self, tx: Tx, action: Action, flag_id: str, actor: str, groups: Set[str] = frozenset()
    ) -> Reply | None:
        """The refusal of somebody who has not the role for it; audited."""
        dossier = dossier_of(tx, flag_id, self._settings)
        return self.roles.refusal(
            tx,
            OF_BUTTON[action],
            actor,
            groups,
            parts=self._parts(dossier, actor),
            subject=flag_id,
            what=action.value,
            private=bool(dossier.private_to),
        )

    def _parts(self, dossier: Dossier, actor: str) -> frozenset[Part]:
        """What somebody is to a flag."""
        parts = {
            Part.AUTHOR: actor in dossier.authors,
            Part.CALLED: actor in calls.members(dossier, self._settings),
            Part.HEARING: actor in self._appeals.reviewers(dossier),
            Part.ENTRUSTED: actor in calls.entrusted(dossier, self._settings),
        }
        return frozenset(part for part, theirs in parts.items() if theirs)

    def _refuse(self, tx: Tx, press: Press, why: str) -> Reply:
        detail = {"action": press.action.value, "why": why}
        tx.audit(str(press.person), "refused", press.flag_id, self._clock.now(), detail)
        return Reply(say(self._lang, f"reply.{why}", flag=press.flag_id), accepted=False)

    def _unknown(self, tx: Tx, flag_id: str) -> Reply | None:
        if tx.flag(flag_id) is not None:
            return None
        return Reply(say(self._lang, "reply.unknown_flag", flag=flag_id), accepted=False)

    def _already(self, tx: Tx, flag: Flag) -> Reply:
        decisions = tx.decisions(flag.id)
        last = decisions[-1] if decisions else None
        return Reply(
            say(
                self._lang,
                "reply.already",
                status=say(self._lang, f"status.{flag.status}"),
                actor=named(last.actor) if last else "?",
                when=self._when(last.at) if last else "?",
            ),
            accepted=False,
        )

    def _recorded(self, action: Action, flag_id: str) -> Reply:
        name = say(self._lang, f"action.{action}")
        return Reply(say(self._lang, "reply.recorded", action=name, flag=flag_id))

    def _open_flags(self, flags: list[Flag]) -> str:
        if not flags:
            return say(self._lang, "reply.open_none")
        lines = [
            say(
                self._lang,
                "reply.open_line",
                flag=flag.id,
                category=say(self._lang, f"category.{flag.category}.name"),
                severity=say(self._lang, f"severity.{flag.severity}"),
                when=self._when(flag.created_at),
            )
            for flag in flags
        ]
        return "\n".join([say(self._lang, "reply.open_head"), *lines])

    def _when(self, at: datetime) -> str:
        return in_words(at, self._settings.timezone)

    async def _commit(self, work: Callable[[Tx], T]) -> T:
        try:
            done = await self._store.write(work)
        except StoreError as error:
            raise IntakeError("the decision could not be recorded") from error
        self._engine.wake()
        return done
