"""One job in hand: the act, then its outcome on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.engine.outcomes import Settlement, settle
from bot.engine.pace import Pace
from bot.engine.port import Again, Failed, Handler, Outcome
from bot.jobs import Job
from bot.ports import Clock
from bot.store.port import DeliveryState, Store, StoreError

log = structlog.get_logger()

AWAY = "database away"


@dataclass(frozen=True, slots=True)
class Worker:
    """Does one job after another, and loses no outcome to a database that is away."""

    store: Store
    clock: Clock
    pace: Pace
    chance: Callable[[], float]
    pause: Callable[[float], Awaitable[None]]

    async def do(self, job: Job, handlers: Mapping[str, Handler]) -> None:
        """Do one act and record its outcome; cancelled during the act, give the job back."""
        recorded, begun = False, self.clock.now()
        try:
            outcome = await self._act(job, handlers)
            recorded = True
        finally:
            if not recorded:
                await self._give_back(job)
        try:
            now = self.clock.now()
            settlement = settle(job, outcome, now, self.pace, self.chance())
            # The claim held the lane from before its commit; the act itself began a little later.
            next_act = begun + timedelta(seconds=self.pace.rate_s)
            held_until = max(settlement.held_until or next_act, next_act)
            await self._record(job, replace(settlement, held_until=held_until))
        except Exception as error:  # noqa: BLE001 - an act that was done must not be repeated
            broke = type(error).__name__
            log.error("outcome_broke", job=job.id, kind=job.kind, error=broke)
            reason = f"outcome cannot be recorded: {broke}"
            await self._record(job, Settlement(DeliveryState.DEAD, reason))

    async def _act(self, job: Job, handlers: Mapping[str, Handler]) -> Outcome:
        if job.attempts > self.pace.attempts:
            return Failed("given up: each worker that tried it ended")
        handler = handlers.get(job.kind)
        if handler is None:
            return Failed(f"no handler for {job.kind}")
        try:
            return await handler(job)
        except StoreError:
            return Again(AWAY)
        except Exception as error:  # noqa: BLE001 - one broken act must not stop the others
            broke = type(error).__name__  # its text may quote people
            log.error("job_broke", job=job.id, kind=job.kind, error=broke)
            reason = f"handler broke: {broke}"
            return Failed(reason) if job.attempts >= self.pace.errors else Again(reason)

    async def _record(self, job: Job, settlement: Settlement) -> None:
        """Write the settlement down, however long the database is away."""
        failures = 0
        while True:
            try:
                fits = await self.store.write(lambda tx: settlement.record(tx, job))
            except StoreError as error:
                failures += 1
                log.error("outcome_waits", job=job.id, error=str(error))
                await self.pause(self.pace.backoff(min(failures, 5), self.chance()))
            else:
                if not fits:
                    log.warning("job_overtaken", job=job.id, kind=job.kind)
                return

    async def _give_back(self, job: Job) -> None:
        now = self.clock.now()
        back = Settlement(DeliveryState.PENDING, "given back", due_at=now)
        try:
            await self.store.write(lambda tx: back.record(tx, job))
        except StoreError as error:
            log.error("lease_runs_out", job=job.id, error=str(error))
