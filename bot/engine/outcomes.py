"""What an outcome means on record: the job's next state, its lane's hold, the jobs that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.engine.pace import Pace
from bot.engine.port import Again, Done, Failed, Outcome, Then, nothing
from bot.jobs import Job
from bot.store.port import DeliveryState, Tx


@dataclass(frozen=True, slots=True)
class Settlement:
    """What to write down for a job that was worked on."""

    state: DeliveryState
    reason: str = ""
    receipt: dict[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    held_until: datetime | None = None  # where the platform said when to come back
    then: Then = nothing

    def record(self, tx: Tx, job: Job) -> bool:
        """Write it in `tx`; False, and nothing written, if another worker has the job now."""
        fits = tx.finish(
            job, self.state, reason=self.reason, receipt=self.receipt, due_at=self.due_at
        )
        if fits:
            if self.held_until:
                tx.hold_lane(job.lane, self.held_until)
            for new in self.then(tx):
                tx.add_delivery(new)
        return fits


def settle(job: Job, outcome: Outcome, now: datetime, pace: Pace, chance: float) -> Settlement:
    """The settlement of `outcome`; a job that has used up its attempts is given up."""
    match outcome:
        case Done(receipt=receipt, then=then):
            return Settlement(DeliveryState.DONE, receipt=dict(receipt), then=then)
        case Failed(reason=reason, refused=refused, then=then):
            state = DeliveryState.REFUSED if refused else DeliveryState.DEAD
            return Settlement(state, reason, then=then)
        case Again(reason=reason, given_up=then) if job.attempts >= pace.attempts:
            return Settlement(DeliveryState.DEAD, reason, then=then)
        case Again(reason=reason, after_s=None):
            due_at = now + timedelta(seconds=pace.backoff(job.attempts, chance))
            return Settlement(DeliveryState.PENDING, reason, due_at=due_at)
        case Again(reason=reason, after_s=after_s):
            until = now + timedelta(seconds=max(0.0, after_s or 0.0))
            return Settlement(DeliveryState.PENDING, reason, due_at=until, held_until=until)
