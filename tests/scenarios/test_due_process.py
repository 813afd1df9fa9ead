"""Every path of a flag: posts, edits, decisions, appeals, closed letters and days, in any order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.ports import Action, DeliveryError, Person
from bot.process import calls, ladder
from bot.process.dossier import Dossier, open_dossier
from bot.process.outbox import TELLING, Kind
from bot.store.port import AppealOutcome, Delivery, DeliveryState, Evidence, EvidenceKind, Status
from tests.scenarios.world import World

T = TypeVar("T")

AUTHORS = st.sampled_from(["maya", "maya", "leo"])
REVIEWERS = st.sampled_from(["principal", "it", "ortiz", "maya"])
MAYA, LEO = (Person("playground", "demo", name) for name in ("maya", "leo"))
TAKEN_BACK = {"withdrawn", "strike_withdrawn", "unlinked"}
CLOSED = DeliveryError("closed", refused=True)


class DueProcess(RuleBasedStateMachine):
    """A school in which anything happens; what holds always is below."""

    principal = ""  # more keys of the list `principal`
    toml = ""  # more of the settings

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.world = self.runner.run(_made(self.folder, self.toml, self.principal))
        self.records: list[Dossier] = []
        self.called: set[int] = set()

    def teardown(self) -> None:
        self.run(self.world.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, doing: Awaitable[T]) -> T:
        async def done() -> T:
            return await doing

        return self.runner.run(done())

    def one(self, data: st.DataObject) -> Dossier:
        return data.draw(st.sampled_from(self.records))

    # --- what happens -----------------------------------------------------------------------

    @rule(author=AUTHORS, word=st.sampled_from(["you insultword", "maybeword"]))
    def post(self, author: str, word: str) -> None:
        self.run(self.world.post(author, word))

    @precondition(lambda self: self.records)
    @rule(data=st.data(), word=st.sampled_from(["graveword", "maybeword", "threatword", "sorry"]))
    def edit(self, data: st.DataObject, word: str) -> None:
        flag = self.one(data).flag
        self.run(self.world.post(flag.author_id, word, number=flag.key.message))

    @precondition(lambda self: self.records)
    @rule(
        data=st.data(),
        moderator=st.sampled_from(["ortiz", "chen"]),
        action=st.sampled_from([Action.CONFIRM, Action.DISMISS, Action.ESCALATE]),
    )
    def decide(self, data: st.DataObject, moderator: str, action: Action) -> None:
        self.run(self.world.press(moderator, action, self.one(data).flag, "because"))

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def appeal(self, data: st.DataObject) -> None:
        flag = self.one(data).flag
        self.run(self.world.press(flag.author_id, Action.APPEAL, flag, "not so"))

    @precondition(lambda self: self.records)
    @rule(data=st.data(), who=st.sampled_from(["principal", "ortiz", "maya"]))
    def enter(self, data: st.DataObject, who: str) -> None:
        self.run(self.world.press(who, Action.ENTER_APPEAL, self.one(data).flag, "on paper"))

    @precondition(lambda self: self.records)
    @rule(data=st.data(), who=REVIEWERS, action=st.sampled_from([Action.UPHOLD, Action.OVERTURN]))
    def hear(self, data: st.DataObject, who: str, action: Action) -> None:
        self.run(self.world.press(who, action, self.one(data).flag, "heard"))

    @rule(closed=st.booleans())
    def letters(self, closed: bool) -> None:
        errors = {"send_notice": CLOSED, "show_notice": CLOSED} if closed else {}
        self.world.chat.errors.clear()
        self.world.chat.errors.update(errors)

    @rule(days=st.sampled_from([1, 20]))
    def wait(self, days: int) -> None:
        self.world.clock.forward(minutes=60 * 24 * days)

    # --- what holds -------------------------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        self.records = self.run(self._read())
        for dossier in self.records:
            _decided_fairly(dossier)
            _told_first(dossier)
            _told_last(dossier)
            self._not_called_while_contested(dossier)
            if not dossier.contested:
                beside = {flag.id for flag in dossier.beside if dossier.number}
                burst = [dossier, *(d for d in self.records if d.flag.id in beside)]
                _called_as_the_strikes_say(dossier, burst, self.world)
        assert self.run(self.world.store.read(lambda tx: tx.broken_audit())) is None

    async def _read(self) -> list[Dossier]:
        flags = await self.world.flags()
        settings_ = self.world.settings
        return [
            found
            for flag in flags
            if (
                found := await self.world.store.read(
                    lambda tx, i=flag.id: open_dossier(tx, i, settings_)
                )
            )
        ]

    def _not_called_while_contested(self, dossier: Dossier) -> None:
        """A call that was not there a step ago rests on nothing that is contested."""
        fresh = {d.id for d in _strike_calls(dossier)} - self.called
        earlier = {s.id for s in dossier.strikes if s.posted_at <= dossier.flag.posted_at}
        assert not (fresh and earlier & dossier.contested)
        self.called |= fresh


def _decided_fairly(dossier: Dossier) -> None:
    """Somebody else hears the appeal; its outcome is the flag's; each act stands in the audit."""
    appeal, flag = dossier.appeal, dossier.flag
    if appeal is None:
        assert flag.status is not Status.OVERTURNED
        return
    if appeal.open:
        assert flag.status in (Status.OPEN, Status.CONFIRMED, Status.RESOLVED)
        return
    assert appeal.decided_by not in dossier.deciders
    assert appeal.decided_by != str(flag.author)
    overturned, edited = appeal.outcome is AppealOutcome.OVERTURNED, len(_texts(dossier)) > 1
    outcome = Status.OVERTURNED if overturned else Status.CONFIRMED
    assert flag.status is outcome or (overturned and edited)
    assert not (flag.taken_back and dossier.number)


def _told_first(dossier: Dossier) -> None:
    """Nobody is called for strikes before the author was told, or could not be."""
    assert _author_knows(dossier) or not _called(dossier)


def _told_last(dossier: Dossier) -> None:
    """No author is left in the belief that a flag stands that was taken back."""
    assert not (dossier.flag.taken_back and _author_knows(dossier))


def _author_knows(dossier: Dossier) -> bool:
    """Whether the author was told, or could not be, and was not told since that it fell."""
    knows = False
    for d in dossier.of_kind(*TELLING, Kind.WITHDRAWN):
        if d.kind == Kind.WITHDRAWN:
            knows = knows and "refused" in d.params  # its second way may follow a new notice
        elif d.state in (DeliveryState.DONE, DeliveryState.REFUSED) and not d.skipped:
            knows = True
    return knows


def _called_as_the_strikes_say(dossier: Dossier, burst: list[Dossier], world: World) -> None:
    """What the principal was last told fits the flag's number among the strikes that stand."""
    flag, number = dossier.flag, dossier.number
    due = number > 0 and "principal" in ladder.step_at(number, flag, world.settings).page
    told = any(_author_knows(one) for one in burst)
    assert any(_called(one) for one in burst) == (due and told), number


def _called(dossier: Dossier) -> bool:
    """Whether the principal was called for strikes, and not told since that this fell."""
    called = False
    for d in dossier.deliveries:
        to_principal = d.params.get("person", "").endswith("/principal")
        if d.state is not DeliveryState.DONE or d.skipped or not to_principal:
            continue
        if d.kind == Kind.PAGE and d.params["why"] == ladder.Why.STRIKES:
            called = True
        elif d.kind == Kind.UNPAGE and d.params["template"] in TAKEN_BACK:
            called = False
    return called


def _texts(dossier: Dossier) -> list[Evidence]:
    return dossier.said(EvidenceKind.MESSAGE)


def _strike_calls(dossier: Dossier) -> list[Delivery]:
    return [
        d
        for d in dossier.of_kind(Kind.PAGE)
        if d.params["why"] == ladder.Why.STRIKES and d.state is not DeliveryState.CANCELLED
        if not d.skipped
    ]


async def _made(folder: Path, toml: str, principal: str) -> World:
    return World(folder, toml, principal)


class Linked(DueProcess):
    """The same school, in which Maya and Leo are taken for one person, now and then."""

    @rule()
    def wait(self) -> None:
        self.world.clock.forward(minutes=60 * 24)  # within the school year, which a link looks at

    @rule()
    def link(self) -> None:
        self.run(self._link())

    @rule()
    def unlink(self) -> None:
        self.run(self._unlink())

    async def _link(self) -> None:
        links, store = self.world.review.links, self.world.store
        await store.write(lambda tx: links.propose(tx, MAYA, LEO, "cli:office", "cousins"))
        for one in await store.read(lambda tx: tx.links()):
            await store.write(lambda tx, i=one.id: links.confirm(tx, i, "cli:board"))
        await self.world.settle()

    async def _unlink(self) -> None:
        links, store = self.world.review.links, self.world.store
        for one in await store.read(lambda tx: tx.links()):
            await store.write(lambda tx, i=one.id: links.end(tx, i, "cli:office", "two people"))
        await self.world.settle()

    @invariant()
    def counted_as_one(self) -> None:
        """Both or neither: what counts with Maya's flags is Leo's too while the link holds."""
        held = any(one.holds for one in self.run(self.world.store.read(lambda tx: tx.links())))
        for dossier in self.run(self._read()):
            assert (len(dossier.authors) == 2) == held


class Bursts(DueProcess):
    """The same school, where what follows a strike within minutes is one strike with it."""

    toml = "[ladder]\ncooldown_minutes = 3\n"

    @invariant()
    def one_burst_one_call(self) -> None:
        """A list hears of a burst through one flag of it, whichever stands."""
        for dossier in self.records:
            beside = {flag.id for flag in dossier.beside if dossier.number}
            burst = [dossier, *(d for d in self.records if d.flag.id in beside)]
            assert sum(_called(d) for d in burst) <= 1


class InTurn(DueProcess):
    """The same school, whose principal is called again until somebody answers, then IT."""

    principal = 'in_turn = true\nrounds = 2\nfallback = "it"\n'

    @rule(minutes=st.sampled_from([30, 90]))
    def time_passes(self, minutes: int) -> None:
        for _ in range(minutes // 30):
            self.world.clock.forward(minutes=30)
            self.run(self.world.settle())

    @precondition(lambda self: self.records)
    @rule(data=st.data(), who=st.sampled_from(["principal", "it", "ortiz"]))
    def acknowledge(self, data: st.DataObject, who: str) -> None:
        self.run(self.world.press(who, Action.ACKNOWLEDGE, self.one(data).flag))

    @invariant()
    def in_turn(self) -> None:
        """One call of the principal waits at most, and none where nothing is left to be called."""
        for dossier in self.records:
            for why in ladder.Why:
                made = calls.of_list(dossier, "principal", why)
                waiting = [d for d in made if d.state is DeliveryState.PENDING]
                assert len(waiting) <= 1
                # A fallback that has answered before its turn is spared when that comes.
                own = [d for d in waiting if "for" not in d.params]
                assert not (own and calls.answered(dossier, made, self.world.settings))
                assert not (waiting and dossier.flag.taken_back)


_SETTINGS = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DueProcess.TestCase.settings = InTurn.TestCase.settings = _SETTINGS
Bursts.TestCase.settings = Linked.TestCase.settings = _SETTINGS
TestDueProcess = DueProcess.TestCase
TestInTurn = InTurn.TestCase
TestBursts = Bursts.TestCase
TestLinked = Linked.TestCase
