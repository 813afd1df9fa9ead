"""The engine inside the process: it works off the store's own deliveries, leased row by row."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from bot.engine.clockwork import ClockEntry, Clockwork, take_slots
from bot.engine.pace import Pace
from bot.engine.port import ClockJob, Handler
from bot.engine.worker import Worker
from bot.jobs import Job, NewJob
from bot.ports import Clock
from bot.store.port import Store, StoreError, Tx

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class _Hand:
    """A job in hand, and since when its lease runs."""

    job: Job
    task: asyncio.Task[None]
    leased_at: datetime


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one turn found."""

    jobs: list[Job]
    ticks: list[ClockEntry]
    lost: list[_Hand]
    next_due: datetime | None


class EmbeddedEngine:
    """An `Engine` on the store's deliveries.

    `chance` gives numbers from 0 to 1 for the jitter, `pause` waits so many seconds: arguments, so
    that tests keep the time themselves.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        pace: Pace | None = None,
        *,
        chance: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._pace = pace or Pace()
        self._chance = chance
        self._pause = pause
        self._worker = Worker(store, clock, self._pace, chance, pause)
        self._clockwork = Clockwork()
        self._hands: set[_Hand] = set()
        self._ticks: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, tx: Tx, job: NewJob) -> bool:
        """See `Engine`."""
        return tx.add_delivery(job)

    def every(self, name: str, seconds: float, job: ClockJob) -> None:
        """See `Engine`. The job gets the present moment; a slot that it overruns is left out."""
        self._clockwork.add(name, seconds, job)

    def wake(self) -> None:
        """See `Engine`."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody is left to be woken
                self._loop.call_soon_threadsafe(self._awake.set)

    async def run(self, handlers: Mapping[str, Handler]) -> None:
        """See `Engine`. While the database is away it waits, and goes on by itself."""
        self._loop = asyncio.get_running_loop()
        failures = 0
        turn: asyncio.Task[float] | None = None
        try:
            while True:
                self._awake.clear()  # before the claim: a wake that comes during it counts
                turn = asyncio.create_task(self._turn(handlers))
                try:
                    wait_s = await asyncio.shield(turn)
                    failures = 0
                except StoreError as error:
                    failures += 1
                    wait_s = self._pace.backoff(min(failures, 5), self._chance())
                    log.error("database_away", error=str(error), again_in_s=round(wait_s, 1))
                await self._rest(wait_s)
        finally:
            self._loop = None
            await self._stop(turn)

    async def work_off(self, handlers: Mapping[str, Handler]) -> int:
        """Do all that is due by the clock and what follows from it at once; return how many acts.

        Raises `StoreError` if the database is away.
        """
        acts = 0
        while True:
            await self._turn(handlers)
            acts += len(self._hands)
            if not self._tasks():
                return acts
            await asyncio.wait(self._tasks())

    # --- one turn ---------------------------------------------------------------------------

    async def _turn(self, handlers: Mapping[str, Handler]) -> float:
        """Claim and begin what is due; return the seconds until there may be more."""
        now = self._clock.now()
        ready = self._clockwork.ready(now)
        stale_s = self._pace.lease_s / 3
        stale = [hand for hand in self._hands if (now - hand.leased_at).total_seconds() >= stale_s]
        claim = await self._store.write(lambda tx: self._claim(tx, now, stale, ready))
        for hand in stale:
            hand.leased_at = now
        for hand in claim.lost:
            hand.task.cancel()
        for entry in ready:
            entry.tried = entry.slot(now)
        for entry in claim.ticks:
            self._tick(entry, now)
        for job in claim.jobs:
            self._take(job, handlers, now)
        return self._seconds_left(claim.next_due)

    def _claim(self, tx: Tx, now: datetime, stale: list[_Hand], ready: list[ClockEntry]) -> _Claim:
        """Renew what is in hand, then lease more: what is in hand is never claimed twice."""
        until = now + timedelta(seconds=self._pace.lease_s)
        lost = [hand for hand in stale if not tx.renew(hand.job, until)]
        free = self._pace.hands - len(self._hands)
        # Each claim has a lease of its own: `retry` lets attempts start anew, and a worker that
        # was late by then must not fit the fence again.
        jobs = tx.claim(now, uuid4().hex, until, free) if free > 0 else []
        for job in jobs:
            tx.hold_lane(job.lane, now + timedelta(seconds=self._pace.rate_s))
        next_due = tx.next_due() if len(jobs) < free else None  # else a hand has to come free first
        return _Claim(jobs, take_slots(tx, ready, now), lost, next_due)

    def _take(self, job: Job, handlers: Mapping[str, Handler], now: datetime) -> None:
        task = asyncio.create_task(self._worker.do(job, handlers))
        hand = _Hand(job, task, now)
        self._hands.add(hand)

        def put_down(_: asyncio.Task[None]) -> None:
            self._hands.discard(hand)
            self._awake.set()

        task.add_done_callback(put_down)

    def _tick(self, entry: ClockEntry, now: datetime) -> None:
        entry.running = True

        def over(task: asyncio.Task[None]) -> None:
            entry.running = False
            self._ticks.discard(task)
            self._awake.set()

        task = asyncio.create_task(_run_clock_job(entry, now))
        self._ticks.add(task)
        task.add_done_callback(over)

    def _seconds_left(self, next_due: datetime | None) -> float:
        now = self._clock.now()
        limits = [self._pace.poll_s, self._pace.lease_s / 3]
        if next_due is not None:
            limits.append((next_due - now).total_seconds())
        limits.extend(self._clockwork.seconds_left(now))
        return max(0.0, min(limits))

    # --- waiting and stopping ---------------------------------------------------------------

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until something wakes the engine."""
        first = [
            asyncio.ensure_future(self._awake.wait()),
            asyncio.ensure_future(self._pause(seconds)),
        ]
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in first:
                waiting.cancel()
            await asyncio.gather(*first, return_exceptions=True)

    async def _stop(self, turn: asyncio.Task[float] | None) -> None:
        """Let what is in hand finish within the grace; cancelled after it, it is given back."""
        grace = asyncio.ensure_future(self._pause(self._pace.grace_s))
        while (left := self._left(turn)) and not grace.done():
            await asyncio.wait([*left, grace], return_when=asyncio.FIRST_COMPLETED)
        for task in (*left, grace):
            task.cancel()
        await asyncio.wait([*left, grace])

    def _left(self, turn: asyncio.Task[float] | None) -> list[asyncio.Future[Any]]:
        """What still runs, the last turn among it: a claim that commits late comes into hand."""
        tasks: list[asyncio.Future[Any]] = [*self._tasks(), *([turn] if turn else [])]
        return [task for task in tasks if not task.done()]

    def _tasks(self) -> set[asyncio.Task[None]]:
        return {hand.task for hand in self._hands} | self._ticks


async def _run_clock_job(entry: ClockEntry, now: datetime) -> None:
    try:
        await entry.job(now)
    except Exception as error:  # noqa: BLE001 - the next slot tries again
        log.error("clock_job_broke", name=entry.name, error=type(error).__name__)
