"""What a change in somebody's strikes does to calls: those due are made, others taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.engine.port import Engine
from bot.ports import Clock, Person
from bot.process import escalation, outbox
from bot.process.dossier import Dossier, dossier_of
from bot.process.strikes import window_start
from bot.settings import Settings
from bot.store.port import DeliveryState, Flag, Tx


class Recount:
    """Corrects the calls for a number of strikes, in the transaction of what changed it."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock

    def refresh(self, tx: Tx, flag: Flag) -> None:
        """Bring the flag's card up to date."""
        revision = tx.touch(flag.id)
        job = outbox.update(flag, self._settings, self._clock.now(), str(revision))
        self._engine.add(tx, job)

    def from_here_on(self, tx: Tx, flag: Flag) -> Iterator[Dossier]:
        """The flag and its author's later strikes, each with its record as it is by then."""
        return self._since(tx, flag, flag.posted_at)

    def call(self, tx: Tx, flag: Flag) -> None:
        """A flag stands: it, or one after it, may have become the strike that calls a list."""
        for dossier in self._concerned(tx, flag):
            self._call(tx, dossier)

    def correct(self, tx: Tx, flag: Flag, template: str, mark: str) -> None:
        """Numbers changed from this flag on: take back what is not due any more, call what is.

        `template` names what is told to those who were called, `mark` the change.
        """
        for dossier in self._concerned(tx, flag):
            self._correct(tx, dossier, template, mark)

    def anew(self, tx: Tx, person: Person, template: str, mark: str) -> None:
        """Who counts as this person changed: the same for all their strikes in the window."""
        start = window_start(self._clock.now(), self._settings)
        for flag_id in [strike.id for strike in tx.strikes(person, start)]:
            self._correct(tx, dossier_of(tx, flag_id, self._settings), template, mark)

    def _correct(self, tx: Tx, dossier: Dossier, template: str, mark: str) -> None:
        if dossier.number:
            self._take_back(tx, dossier, template, mark)
            self._call(tx, dossier)
            self.refresh(tx, dossier.flag)

    def _concerned(self, tx: Tx, flag: Flag) -> Iterator[Dossier]:
        """From here on, and those before that may be of one burst with the flag."""
        lasts = timedelta(minutes=self._settings.file.ladder.cooldown_minutes)
        return self._since(tx, flag, flag.posted_at - lasts)

    def _since(self, tx: Tx, flag: Flag, since: datetime) -> Iterator[Dossier]:
        strikes = tx.strikes(flag.author, window_start(flag.created_at, self._settings))
        ids = [strike.id for strike in strikes if strike.posted_at >= since]
        for flag_id in dict.fromkeys([flag.id, *ids]):
            yield dossier_of(tx, flag_id, self._settings)

    def _call(self, tx: Tx, dossier: Dossier) -> None:
        for job in escalation.strike_pages(dossier, self._settings, self._clock.now()):
            self._engine.add(tx, job)

    def _take_back(self, tx: Tx, dossier: Dossier, template: str, mark: str) -> None:
        due = escalation.lists_at(dossier, self._settings)
        for d in escalation.called_for_strikes(dossier):
            if outbox.named_list(d.params) in due:
                continue
            if d.state is DeliveryState.PENDING:
                tx.cancel_one(d.id)
            else:
                now, person = self._clock.now(), d.params["person"]
                self._engine.add(tx, outbox.unpage(dossier.flag, person, template, now, mark))
