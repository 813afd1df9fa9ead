"""The embedded engine as the contract tries it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.engine.embedded import EmbeddedEngine
from bot.engine.pace import Pace
from bot.engine.port import Engine, Handler, Outcome
from bot.jobs import Job
from bot.store.port import Store
from tests.contract.faulty_store import DyingStore
from tests.contract.hand_clock import HandClock

PACE = Pace(attempts=6, errors=3)


class EmbeddedBench:
    """Workers on one store, by a clock that the test moves. Half of each back-off is chance."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = HandClock()

    def engine(self, store: Store | None = None, **pace: float) -> EmbeddedEngine:
        return EmbeddedEngine(
            store or self.store,
            self.clock,
            replace(PACE, **pace),
            chance=lambda: 1.0,
            pause=self.clock.sleep,
        )

    async def settle(self, engine: Engine, handlers: Mapping[str, Handler]) -> None:
        assert isinstance(engine, EmbeddedEngine)
        async with asyncio.timeout(30):
            await engine.work_off(handlers)

    async def kill(self, handlers: Mapping[str, Handler]) -> None:
        store, acted = DyingStore(self.store), asyncio.Event()

        async def last_act(job: Job) -> Outcome:
            outcome = await handlers[job.kind](job)
            store.die()
            acted.set()
            return outcome

        mortal = EmbeddedEngine(store, self.clock, replace(PACE, grace_s=0), pause=asyncio.sleep)
        running = asyncio.create_task(mortal.run(dict.fromkeys(handlers, last_act)))
        async with asyncio.timeout(30):
            await acted.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
