"""The embedded engine under way: stopping, a database that is away, leases, limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.engine.port import Done, Failed, Handler, Outcome
from bot.jobs import Job
from bot.store.port import DeliveryState, Store, Tx
from tests.bot.engine.bench import EmbeddedBench
from tests.contract.engine_bench import DONE, Hands, act, add, on_record, states, stop
from tests.contract.faulty_store import AwayStore, LateStore

T = TypeVar("T")
WORDS = "you are a clown"


class LongAct:
    """An act that lasts until the test ends it."""

    def __init__(self) -> None:
        self.begun, self.end, self.cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.acts = 0
        self.outcome: Outcome = DONE

    @property
    def handlers(self) -> dict[str, Handler]:
        return {"act": self.do}

    async def do(self, job: Job) -> Outcome:
        self.acts += 1
        self.begun.set()
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return self.outcome


class SlowStore:
    """A store whose writes wait at a gate."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.gate, self.waiting = asyncio.Event(), asyncio.Event()

    async def write(self, work: Callable[[Tx], T]) -> T:
        self.waiting.set()
        await self.gate.wait()
        return await self._store.write(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


async def until(bench: EmbeddedBench, check: Callable[[], Awaitable[bool]]) -> None:
    """Let time pass, second by second, until `check` holds."""
    async with asyncio.timeout(30):
        while not await check():
            await bench.clock.pass_(1)


class TestStopping:
    async def test_within_the_grace(self, bench: EmbeddedBench) -> None:
        """An act in hand may end; its receipt is on record when `run` has ended."""
        long, engine = LongAct(), bench.engine()
        await add(bench, engine, act(bench, "a"), act(bench, "b"))
        running = asyncio.create_task(engine.run(long.handlers))
        await long.begun.wait()

        running.cancel()
        await asyncio.sleep(0)
        long.end.set()
        await asyncio.wait([running], timeout=30)

        assert running.cancelled()
        assert long.acts == 1
        assert await states(bench) == {"a": DeliveryState.DONE, "b": DeliveryState.PENDING}

    async def test_beyond_the_grace(self, bench: EmbeddedBench, hands: Hands) -> None:
        """An act that does not end is cancelled and its job given back, due at once."""
        long, engine = LongAct(), bench.engine()
        await add(bench, engine, act(bench, "a"))
        running = asyncio.create_task(engine.run(long.handlers))
        await long.begun.wait()

        running.cancel()
        await asyncio.sleep(0)
        await bench.clock.somebody_sleeps()
        await bench.clock.pass_(10)
        await asyncio.wait([running], timeout=30)

        row = (await on_record(bench))["a"]
        assert long.cancelled.is_set()
        assert (row.state, row.due_at) == (DeliveryState.PENDING, bench.clock.now())
        await bench.settle(bench.engine(), hands.handlers)
        assert hands.acts == ["a"]

    async def test_while_a_claim_is_written(self, bench: EmbeddedBench, hands: Hands) -> None:
        """A claim that commits after the word to stop leaves no job behind in a lease."""
        slow = SlowStore(bench.store)
        engine = bench.engine(slow)
        await add(bench, engine, act(bench, "a"))
        running = asyncio.create_task(engine.run(hands.handlers))
        await slow.waiting.wait()

        running.cancel()
        await asyncio.sleep(0)
        slow.gate.set()
        await asyncio.wait([running], timeout=30)

        assert running.cancelled()
        assert (await states(bench))["a"] is not DeliveryState.LEASED


class TestDatabaseAway:
    async def test_at_the_receipt(self, bench: EmbeddedBench, hands: Hands) -> None:
        """An act that was done is not done again: its receipt waits for the database."""
        away = AwayStore(bench.store)
        engine = bench.engine(away)
        await add(bench, engine, act(bench, "a"))

        def fail_next(job: Job) -> Outcome:
            away.away = True
            return DONE

        hands.answer = fail_next
        running = asyncio.create_task(engine.run(hands.handlers))
        await away.refuses(1)
        await bench.clock.pass_(200)
        away.away = False

        async def done() -> bool:
            return await states(bench) == {"a": DeliveryState.DONE}

        await until(bench, done)
        await stop(running)
        assert hands.acts == ["a"]

    async def test_at_the_claim(self, bench: EmbeddedBench, hands: Hands) -> None:
        """The engine waits, logs that it does, and goes on when the database is back."""
        away = AwayStore(bench.store)
        away.away = True
        engine = bench.engine(away)
        await add(bench, engine, act(bench, "a"))
        with structlog.testing.capture_logs() as logs:
            running = asyncio.create_task(engine.run(hands.handlers))
            await away.refuses(1)

            async def refused_often() -> bool:
                return away.refused >= 3

            await until(bench, refused_often)
        away.away = False

        async def done() -> bool:
            return hands.acts == ["a"]

        await until(bench, done)
        await stop(running)
        assert [entry["event"] for entry in logs[:2]] == ["database_away"] * 2


class TestLeases:
    async def test_a_long_act_keeps_its_lease(self, bench: EmbeddedBench, hands: Hands) -> None:
        """However long an act lasts, no other worker takes it while its own is alive."""
        long, engine, other = LongAct(), bench.engine(), bench.engine()
        await add(bench, engine, act(bench, "a"))
        running = asyncio.create_task(engine.run(long.handlers))
        await long.begun.wait()

        for _ in range(10):
            await bench.clock.somebody_sleeps()
            await bench.clock.pass_(25)
            await bench.clock.somebody_sleeps()
            await bench.settle(other, hands.handlers)
        long.end.set()

        async def done() -> bool:
            return await states(bench) == {"a": DeliveryState.DONE}

        await until(bench, done)
        await stop(running)
        assert (long.acts, hands.acts) == (1, [])

    async def test_a_lost_lease(self, bench: EmbeddedBench, hands: Hands) -> None:
        """A worker that was cut off stops its act when it learns that another took the job."""
        away = AwayStore(bench.store)
        long, cut_off, heir = LongAct(), bench.engine(away), bench.engine()
        await add(bench, heir, act(bench, "a"))
        running = asyncio.create_task(cut_off.run(long.handlers))
        await long.begun.wait()
        away.away = True
        await bench.clock.somebody_sleeps()
        await bench.clock.pass_(60)
        hands.answer = lambda job: Done({"by": "heir"})
        await bench.settle(heir, hands.handlers)
        away.away = False

        async def stopped() -> bool:
            return long.cancelled.is_set()

        await until(bench, stopped)
        await stop(running)
        row = (await on_record(bench))["a"]
        assert (row.state, row.receipt) == (DeliveryState.DONE, {"by": "heir"})

    async def test_an_overtaken_outcome_is_not_recorded(
        self, bench: EmbeddedBench, hands: Hands
    ) -> None:
        """What a late worker brings, and what would follow from it, is left out."""
        long, slow = LongAct(), bench.engine()
        long.outcome = Done({"by": "late"}, then=lambda _: [act(bench, "then", "elsewhere")])
        await add(bench, slow, act(bench, "a"))
        running = asyncio.create_task(slow.work_off(long.handlers))
        await long.begun.wait()
        bench.clock.forward(seconds=61)
        hands.answer = lambda job: Failed("dms-closed", refused=True)
        await bench.settle(bench.engine(), hands.handlers)
        long.end.set()
        await running

        rows = await on_record(bench)
        assert set(rows) == {"a"}
        assert (rows["a"].state, rows["a"].receipt) == (DeliveryState.REFUSED, {})

    async def test_a_job_that_ends_its_workers(self, bench: EmbeddedBench, hands: Hands) -> None:
        """A job whose workers die each time is given up without one more try."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))
        for number in range(6):
            now = bench.clock.now()
            await bench.store.write(
                lambda tx, now=now, n=number: tx.claim(now, f"dead {n}", now + timedelta(0), 9)
            )

        await bench.settle(engine, hands.handlers)

        assert hands.acts == []
        assert await states(bench) == {"a": DeliveryState.DEAD}


class TestLimits:
    async def test_so_many_at_once(self, bench: EmbeddedBench) -> None:
        """No more acts than hands; the next begins when one ends."""
        long, engine = LongAct(), bench.engine(hands=3)
        await add(bench, engine, *(act(bench, str(n), f"lane {n}") for n in range(5)))
        running = asyncio.create_task(engine.run(long.handlers))
        await bench.clock.somebody_sleeps()
        assert long.acts == 3

        long.end.set()

        async def done() -> bool:
            return set((await states(bench)).values()) == {DeliveryState.DONE}

        await until(bench, done)
        await stop(running)
        assert long.acts == 5

    async def test_the_rate_runs_from_the_act(self, bench: EmbeddedBench, hands: Hands) -> None:
        """Where the claim took long to commit, the next act still waits its second."""
        late = LateStore(bench.store)
        engine = bench.engine(late)
        await add(bench, engine, act(bench, "a"), act(bench, "b"))
        working = asyncio.create_task(engine.work_off(hands.handlers))
        await late.did.wait()
        await bench.clock.pass_(0.9)
        late.gate.set()
        await working

        for _ in range(3):
            await bench.settle(engine, hands.handlers)
            await bench.clock.pass_(0.5)

        assert (hands.acts, hands.times) == (["a", "b"], [0, 1])

    async def test_without_a_rate(self, bench: EmbeddedBench, hands: Hands) -> None:
        """A lane without a rate is worked off in no time at all."""
        engine, last = bench.engine(rate_s=0), asyncio.Event()

        def note_the_last(job: Job) -> Outcome:
            if job.key == "c":
                last.set()
            return DONE

        hands.answer = note_the_last
        await add(bench, engine, *(act(bench, key) for key in "abc"))
        running = asyncio.create_task(engine.run(hands.handlers))
        async with asyncio.timeout(30):
            await last.wait()

        await stop(running)
        assert hands.acts == list("abc")
        assert set((await states(bench)).values()) == {DeliveryState.DONE}

    async def test_a_broken_handler_is_given_up_soon(
        self, bench: EmbeddedBench, hands: Hands
    ) -> None:
        """A handler that breaks each time gets few attempts; nothing of it reaches the log."""

        def broken(job: Job) -> Outcome:
            raise ValueError(WORDS)

        hands.answer = broken
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))
        with structlog.testing.capture_logs() as logs:
            for _ in range(10):
                await bench.settle(engine, hands.handlers)
                await bench.clock.pass_(1)

        assert len(hands.acts) == 3
        assert await states(bench) == {"a": DeliveryState.DEAD}
        assert [entry["event"] for entry in logs] == ["job_broke"] * 3
        assert WORDS not in str(logs)

    async def test_an_outcome_that_cannot_be_recorded(
        self, bench: EmbeddedBench, hands: Hands
    ) -> None:
        """The act is not repeated for a faulty outcome: a person sees it among the dead."""
        naive = replace(act(bench, "b"), due_at=datetime(2026, 11, 16))  # noqa: DTZ001 - the fault
        hands.answer = lambda job: Done({"message": "1"}, then=lambda _: [naive])
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        await bench.settle(engine, hands.handlers)

        row = (await on_record(bench))["a"]
        assert (row.state, hands.acts) == (DeliveryState.DEAD, ["a"])
        assert "ValueError" in row.reason

    async def test_a_sweep_never_runs_beside_itself(self, bench: EmbeddedBench) -> None:
        """A clock job that lasts longer than its period leaves slots out."""
        begun, end, runs = asyncio.Event(), asyncio.Event(), list[datetime]()

        async def sweep(now: datetime) -> None:
            runs.append(now)
            begun.set()
            await end.wait()

        engine = bench.engine()
        engine.every("sweep", 10, sweep)
        running = asyncio.create_task(engine.run({}))
        await begun.wait()
        for _ in range(3):
            await bench.clock.somebody_sleeps()
            await bench.clock.pass_(10)
        await bench.clock.somebody_sleeps()
        assert len(runs) == 1

        begun.clear()
        end.set()
        async with asyncio.timeout(30):
            await begun.wait()
        await stop(running)
        assert len(runs) == 2
