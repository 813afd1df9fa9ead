"""Histories of claim, fence, renew, finish and expire, held against a model of plain lists.

These are the lines of the durable jobs in which a fault loses or doubles an act.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from bot.jobs import Job, NewJob
from bot.store.port import DeliveryState, Tx
from tests.contract.builders import NOON

# Few lanes and few lengths of time: what goes wrong takes jobs that meet.
LANES = st.sampled_from(["a", "b"])
SECONDS = st.sampled_from([0, 10, 60])
ENDS = st.sampled_from([s for s in DeliveryState if s is not DeliveryState.LEASED])


@dataclass
class Known:
    """What the model knows of one job."""

    key: str
    lane: str
    turn: datetime
    number: int
    priority: int
    due_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    lease: str = ""
    lease_until: datetime = NOON

    @property
    def unfinished(self) -> bool:
        return self.state in (DeliveryState.PENDING, DeliveryState.LEASED)

    def fits(self, job: Job) -> bool:
        """Whether the fence lets this worker through."""
        leased = self.state is DeliveryState.LEASED
        return leased and (self.lease, self.attempts) == (job.lease, job.attempts)


@dataclass
class Lane:
    """A lane of the model."""

    jobs: list[Known] = field(default_factory=list)
    held_until: datetime = NOON - timedelta(days=1)

    def head(self) -> Known | None:
        waiting = [one for one in self.jobs if one.unfinished]
        pending = DeliveryState.PENDING
        return min(waiting, key=lambda j: (j.state is pending, j.turn, j.number), default=None)

    def free_at(self) -> datetime | None:
        """When its head may be claimed; None without one."""
        head = self.head()
        if head is None:
            return None
        leased = head.state is DeliveryState.LEASED
        return max(head.lease_until if leased else head.due_at, self.held_until)


class ClaimsMachine(RuleBasedStateMachine):
    """A subclass brings `tx`: the verbs of a transaction on an empty store."""

    jobs_in_hand = Bundle("jobs_in_hand")

    tx: Tx

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.lanes = {name: Lane() for name in "ab"}
        self.count = 0
        self.ids: dict[str, int] = {}

    def known(self, key: str) -> Known:
        return next(j for lane in self.lanes.values() for j in lane.jobs if j.key == key)

    @rule(seconds=st.sampled_from([5, 10, 60]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(lane=LANES, seconds=st.sampled_from([-30, 0, 30]), priority=st.integers(0, 1))
    def add(self, lane: str, seconds: int, priority: int) -> None:
        self.count += 1
        key, due_at = f"job {self.count}", self.now + timedelta(seconds=seconds)
        assert self.tx.add_delivery(NewJob(key, "act", lane, due_at, {}, priority))
        assert not self.tx.add_delivery(NewJob(key, "act", "b", self.now))
        self.lanes[lane].jobs.append(Known(key, lane, due_at, self.count, priority, due_at))

    @rule(target=jobs_in_hand, seconds=SECONDS, limit=st.integers(1, 3))
    def claim(self, seconds: int, limit: int) -> object:
        self.count += 1
        lease, until = f"lease {self.count}", self.now + timedelta(seconds=seconds)
        free = [
            head
            for lane in self.lanes.values()
            if (head := lane.head()) and (at := lane.free_at()) and at <= self.now
        ]
        expected = sorted(free, key=lambda j: (-j.priority, j.turn, j.number))[:limit]

        jobs = self.tx.claim(self.now, lease, until, limit)

        assert [job.key for job in jobs] == [known.key for known in expected]
        for job, known in zip(jobs, expected, strict=True):
            known.state, known.lease, known.lease_until = DeliveryState.LEASED, lease, until
            known.attempts += 1
            self.ids[known.key] = job.id
            assert (job.attempts, job.lease, job.lane) == (known.attempts, lease, known.lane)
        return multiple(*jobs)

    @rule(job=jobs_in_hand, seconds=SECONDS)
    def renew(self, job: Job, seconds: int) -> None:
        known, until = self.known(job.key), self.now + timedelta(seconds=seconds)
        fits = known.fits(job)

        assert self.tx.renew(job, until) is fits

        if fits:
            known.lease_until = until

    @rule(job=jobs_in_hand, state=ENDS, seconds=SECONDS)
    def finish(self, job: Job, state: DeliveryState, seconds: int) -> None:
        known = self.known(job.key)
        pending = state is DeliveryState.PENDING
        due_at = self.now + timedelta(seconds=seconds) if pending else None
        fits = known.fits(job)

        assert self.tx.finish(job, state, due_at=due_at) is fits

        if fits:
            known.state = state
            known.due_at = due_at or known.due_at

    @rule(job=consumes(jobs_in_hand))
    def finish_and_let_go(self, job: Job) -> None:
        self.finish(job, DeliveryState.DONE, 0)

    @rule(lane=LANES, seconds=SECONDS)
    def hold(self, lane: str, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        self.tx.hold_lane(lane, until)
        self.lanes[lane].held_until = max(self.lanes[lane].held_until, until)

    @rule(job=jobs_in_hand)
    def cancel(self, job: Job) -> None:
        known = self.known(job.key)
        pending = known.state is DeliveryState.PENDING

        assert self.tx.cancel_one(job.id) is pending

        if pending:
            known.state = DeliveryState.CANCELLED

    @rule(job=jobs_in_hand)
    def retry(self, job: Job) -> None:
        known = self.known(job.key)
        dead = known.state is DeliveryState.DEAD

        assert self.tx.retry(job.id, self.now) is dead

        if dead:
            known.state, known.attempts = DeliveryState.PENDING, 0
            known.turn = known.due_at = self.now

    @invariant()
    def the_next_due_is_known(self) -> None:
        times = [at for lane in self.lanes.values() if (at := lane.free_at())]
        assert self.tx.next_due() == min(times, default=None)

    @invariant()
    def the_dead_are_listed(self) -> None:
        dead = {
            j.key
            for lane in self.lanes.values()
            for j in lane.jobs
            if j.state is DeliveryState.DEAD
        }
        assert {one.key for one in self.tx.dead()} == dead

    @invariant()
    def a_lane_is_worked_by_one(self) -> None:
        for lane in self.lanes.values():
            held = [j for j in lane.jobs if j.state is DeliveryState.LEASED]
            assert len(held) <= 1
