"""What the engine contracts work with: a bench, a handler that writes down, jobs of one flag."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from bot.engine.port import Done, Engine, Handler, Outcome
from bot.jobs import Job, NewJob
from bot.store.port import Delivery, DeliveryState, Store, Tx
from tests.contract.builders import flag
from tests.contract.hand_clock import HandClock

FLAG = "F-1"
DONE = Done({"message": "1"})
Answers = Callable[[Job], Outcome]


class Bench(Protocol):
    """An engine to be tried: its store, the time it goes by, and its workers."""

    store: Store
    clock: HandClock

    def engine(self, store: Store | None = None) -> Engine:
        """One more worker on the same records (or on `store`, a faulty view of them).

        Its rate is one act a second, its lease a minute, its back-off 1, 2, 4 … seconds, and it
        gives up after 6 attempts.
        """

    async def settle(self, engine: Engine, handlers: Mapping[str, Handler]) -> None:
        """Let the worker do what is due by the clock."""

    async def kill(self, handlers: Mapping[str, Handler]) -> None:
        """Let one more worker begin what is due, and end it after its first act, unrecorded."""


@dataclass
class Hands:
    """A handler that writes down which acts it did and when, and answers as a test says."""

    clock: HandClock
    answer: Answers = lambda job: DONE
    acts: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    acted: asyncio.Event = field(default_factory=asyncio.Event)
    began: datetime | None = None

    @property
    def handlers(self) -> dict[str, Handler]:
        return {"act": self.do}

    async def do(self, job: Job) -> Outcome:
        self.began = self.began or self.clock.now()
        self.acts.append(job.key)
        self.times.append((self.clock.now() - self.began).total_seconds())
        outcome = self.answer(job)
        self.acted.set()
        return outcome


def act(
    bench: Bench, key: str, lane: str = "lane", *, due_s: float = 0, kind: str = "act"
) -> NewJob:
    """A job of the one flag."""
    due_at = bench.clock.now() + timedelta(seconds=due_s)
    return NewJob(key, kind, lane, due_at, {"template": "first"}, flag_id=FLAG)


async def add(bench: Bench, engine: Engine, *jobs: NewJob) -> None:
    """Commit these jobs, as the record of a flag does."""

    def work(tx: Tx) -> None:
        tx.add_flag(flag(FLAG))
        for job in jobs:
            assert engine.add(tx, job)

    await bench.store.write(work)


async def on_record(bench: Bench) -> dict[str, Delivery]:
    """The deliveries by key."""
    rows = await bench.store.read(lambda tx: tx.deliveries(FLAG))
    return {row.key: row for row in rows}


async def states(bench: Bench) -> dict[str, DeliveryState]:
    return {key: row.state for key, row in (await on_record(bench)).items()}


@pytest.fixture
def hands(bench: Bench) -> Hands:
    """A handler that does every act at once."""
    return Hands(bench.clock)


async def stop(running: asyncio.Task[None]) -> None:
    """Cancel the engine and wait until it has ended."""
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
