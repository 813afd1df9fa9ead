"""What every engine must do under way: waking, polling, due times."""

from __future__ import annotations

import asyncio

from tests.contract.engine_bench import (
    Bench,
    Hands,
    act,
    add,
    stop,
)
from tests.contract.faulty_store import LateStore


class RunContract:
    """`run`: waking, stopping, a database that goes away."""

    async def test_waking(self, bench: Bench, hands: Hands) -> None:
        """No wake is lost: though no time goes by, each committed job is done at once."""
        engine = bench.engine()
        running = asyncio.create_task(engine.run(hands.handlers))
        for number in range(60):
            hands.acted.clear()
            await add(bench, engine, act(bench, str(number), f"lane {number}"))
            engine.wake()
            async with asyncio.timeout(30):
                await hands.acted.wait()

        await stop(running)
        assert hands.acts == [str(number) for number in range(60)]

    async def test_waking_while_it_looks(self, bench: Bench, hands: Hands) -> None:
        """A wake that comes when the engine has just looked and found nothing is not lost."""
        late = LateStore(bench.store)
        engine = bench.engine(late)
        running = asyncio.create_task(engine.run(hands.handlers))
        await late.did.wait()
        await add(bench, engine, act(bench, "a"))
        engine.wake()
        await asyncio.sleep(0)
        late.gate.set()
        async with asyncio.timeout(30):
            await hands.acted.wait()

        await stop(running)

    async def test_waking_from_another_thread(self, bench: Bench, hands: Hands) -> None:
        """`wake` may be called from any thread."""
        engine = bench.engine()
        running = asyncio.create_task(engine.run(hands.handlers))
        await bench.clock.somebody_sleeps()
        await add(bench, engine, act(bench, "a"))
        await asyncio.to_thread(engine.wake)
        async with asyncio.timeout(30):
            await hands.acted.wait()

        await stop(running)

    async def test_polling_is_the_fallback(self, bench: Bench, hands: Hands) -> None:
        """A job of another process, which nobody wakes us for, is found within two seconds."""
        engine = bench.engine()
        running = asyncio.create_task(engine.run(hands.handlers))
        await bench.clock.somebody_sleeps()
        await add(bench, engine, act(bench, "a"))
        await bench.clock.pass_(2)
        async with asyncio.timeout(30):
            await hands.acted.wait()

        await stop(running)

    async def test_a_due_job_is_done_when_it_is_due(self, bench: Bench, hands: Hands) -> None:
        """The engine sleeps no longer than to the next due time."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a", due_s=0.4))
        running = asyncio.create_task(engine.run(hands.handlers))
        await bench.clock.somebody_sleeps()
        await bench.clock.pass_(0.4)
        async with asyncio.timeout(30):
            await hands.acted.wait()

        await stop(running)

    async def test_waking_before_and_after(self, bench: Bench) -> None:
        """`wake` on an engine that does not run is no fault."""
        engine = bench.engine()
        engine.wake()
        running = asyncio.create_task(engine.run({}))
        await bench.clock.somebody_sleeps()
        await stop(running)
        engine.wake()
