"""What a decision brings about: letters, calls, and what is taken back of them."""

from __future__ import annotations

from bot.engine.port import Engine
from bot.jobs import NewJob
from bot.ports import Action, Clock
from bot.process import calls, escalation, ladder, outbox
from bot.process.dossier import Dossier, dossier_of
from bot.process.ladder import Why
from bot.process.outbox import Kind
from bot.process.private import escalates_to
from bot.process.recount import Recount
from bot.settings import Settings
from bot.store.port import Delivery, DeliveryState, Flag, RecordedDecision, Tx

TOLD = frozenset({DeliveryState.DONE, DeliveryState.LEASED, DeliveryState.REFUSED})


class Effects:
    """Adds the deliveries that follow a decision, in the decision's own transaction."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._recount = Recount(engine, settings, clock)

    def note(
        self, tx: Tx, flag: Flag, action: Action, actor: str, reason: str, **detail: str
    ) -> None:
        """Record a decision, its audit row, and the card's new face."""
        now = self._clock.now()
        tx.add_decision(RecordedDecision(flag.id, actor, action.value, now, reason.strip()))
        tx.audit(actor, action.value, flag.id, now, detail)
        self.refresh(tx, flag)

    def refresh(self, tx: Tx, flag: Flag) -> None:
        """Bring the flag's card up to date."""
        self._recount.refresh(tx, flag)

    def acknowledged(self, tx: Tx, flag: Flag, actor: str) -> None:
        """Somebody has answered: the rest of their list need not be called."""
        for call in calls.answered_by(self._dossier(tx, flag.id), actor, self._settings):
            tx.cancel_one(call.id)

    def decided(self, tx: Tx, flag: Flag, actor: str, action: Action) -> None:
        """Whoever decides has answered their list; who else a private flag was shown to is told."""
        self.acknowledged(tx, flag, actor)
        others = self._dossier(tx, flag.id).private_callees - {actor}
        mark = f"{actor}-{flag.revision}"
        for job in outbox.news(others, flag, f"decided_{action}", self._clock.now(), mark):
            self._engine.add(tx, job)

    def heard(self, tx: Tx, flag: Flag) -> None:
        """The appeal is decided: nobody else need be called about it."""
        for call in self._dossier(tx, flag.id).of_kind(Kind.PAGE):
            if call.params["why"] == Why.APPEAL:
                tx.cancel_one(call.id)

    def stand_by(self, tx: Tx, flag_id: str) -> None:
        """A confirmed flag: the author is told if nobody has yet, and the ladder applies."""
        now = self._clock.now()
        dossier = self._dossier(tx, flag_id)
        findings = [recorded.finding for recorded in dossier.findings]
        plan = ladder.plan(dossier.flag, dossier.place, self._settings, findings)
        private_to, but = dossier.private_to, dossier.authors
        flag, mark = dossier.flag, dossier.again
        for job in outbox.planned(
            flag, plan, self._settings, now, mark, private_to=private_to, but=but
        ):
            if not _done(dossier, job):
                self._engine.add(tx, job)
        self._recount.call(tx, flag)

    def escalate(self, tx: Tx, flag_id: str) -> bool:
        """Call the lists above whoever decides; False where there is nobody to call."""
        now, settings = self._clock.now(), self._settings
        dossier = self._dossier(tx, flag_id)
        flag, but = dossier.flag, dossier.not_called(Why.ESCALATED)
        names, mark = escalates_to(dossier.private_to), dossier.again
        beside = {*names, *dossier.private_to}
        made = [
            job
            for name in names
            for job in outbox.pages(
                flag, name, Why.ESCALATED, settings, now, but=but, beside=beside, mark=mark
            )
        ]
        for job in made:
            self._engine.add(tx, job)
        return bool(made)

    def take_back(self, tx: Tx, flag: Flag) -> None:
        """A flag that does not stand: what is not out is called off, who was told is told so."""
        now, mark = self._clock.now(), str(flag.revision)
        dossier = self._dossier(tx, flag.id)
        fallen = [d for d in dossier.of_kind(Kind.PAGE) if not dossier.stands(d.params)]
        tx.cancel(flag.id, frozenset(kind.value for kind in outbox.CALLED_OFF - {Kind.PAGE}))
        for call in fallen:
            tx.cancel_one(call.id)
        if any(map(_out, dossier.since_withdrawn(*outbox.TELLING))):
            self._engine.add(tx, outbox.letter(Kind.WITHDRAWN, flag, now, mark=mark))
        called = [d for d in fallen if d.params["why"] != Why.APPEAL]
        for person in sorted({d.params["person"] for d in filter(_out, called)}):
            before = escalation.taken_back(dossier, {person}, {"withdrawn"})
            if any(d.id > before for d in called if _out(d) and d.params["person"] == person):
                self._engine.add(tx, outbox.unpage(flag, person, "withdrawn", now, mark))
        self._recount.correct(tx, flag, "strike_withdrawn", f"{flag.id}-{mark}")

    def suspend(self, tx: Tx, appealed: Flag) -> None:
        """An appeal is open: calls that rest on the flag are called off, or called not final."""
        now = self._clock.now()
        for dossier in self._recount.from_here_on(tx, appealed):
            for d in escalation.called_for_strikes(dossier):
                if d.state is DeliveryState.PENDING:
                    tx.cancel_one(d.id)
                else:
                    person = d.params["person"]
                    job = outbox.unpage(dossier.flag, person, "appealed", now, appealed.id)
                    self._engine.add(tx, job)
            self.refresh(tx, dossier.flag)

    def resume(self, tx: Tx, upheld: Flag) -> None:
        """The appeal failed: the steps that waited for it are taken, who was called is told."""
        now = self._clock.now()
        for dossier in self._recount.from_here_on(tx, upheld):
            for person in {d.params["person"] for d in escalation.called_for_strikes(dossier)}:
                job = outbox.unpage(dossier.flag, person, "upheld", now, upheld.id)
                self._engine.add(tx, job)
            self.refresh(tx, dossier.flag)
        self._recount.call(tx, upheld)

    def _dossier(self, tx: Tx, flag_id: str) -> Dossier:
        return dossier_of(tx, flag_id, self._settings)


def _out(delivery: Delivery) -> bool:
    """Whether it has reached somebody, or may yet."""
    return delivery.state in TOLD and not delivery.skipped


def _done(dossier: Dossier, job: NewJob) -> bool:
    """Whether it was done when the flag was opened: its author told, or the list called."""
    if job.kind == Kind.PAGE:
        name, why = outbox.named_list(job.params), job.params["why"]
        return bool(calls.of_list(dossier, name, why))
    called_off = DeliveryState.CANCELLED
    return any(d.state is not called_off and not d.skipped for d in dossier.letters)
