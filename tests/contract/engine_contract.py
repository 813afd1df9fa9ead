"""What every engine must do with durable jobs. A subclass brings the fixture `bench`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from bot.engine.port import Again, Done, Failed, Outcome
from bot.jobs import Job, NewJob
from bot.store.port import DeliveryState, StoreError, Tx
from tests.contract.builders import flag
from tests.contract.engine_bench import (
    DONE,
    FLAG,
    Bench,
    Hands,
    act,
    add,
    on_record,
    states,
)
from tests.contract.run_contract import RunContract


class OnceContract:
    """Each job is done, and recorded once."""

    async def test_a_job_is_done(self, bench: Bench, hands: Hands) -> None:
        """The handler gets the job; its receipt is on record."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        await bench.settle(engine, hands.handlers)
        await bench.settle(engine, hands.handlers)

        assert hands.acts == ["a"]
        row = (await on_record(bench))["a"]
        assert (row.state, row.receipt, row.attempts) == (DeliveryState.DONE, DONE.receipt, 1)

    async def test_no_record_no_act(self, bench: Bench, hands: Hands) -> None:
        """A job whose transaction failed never was."""
        engine = bench.engine()

        def work(tx: Tx) -> None:
            tx.add_flag(flag(FLAG))
            engine.add(tx, act(bench, "a"))
            raise KeyError

        with pytest.raises(KeyError):
            await bench.store.write(work)
        await bench.settle(engine, hands.handlers)

        assert hands.acts == []

    async def test_a_double_add(self, bench: Bench, hands: Hands) -> None:
        """The same key again is refused, before the act and after it; the act is done once."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        said = [await bench.store.write(lambda tx: engine.add(tx, act(bench, "a", "elsewhere")))]
        await bench.settle(engine, hands.handlers)
        said.append(await bench.store.write(lambda tx: engine.add(tx, act(bench, "a"))))
        await bench.settle(engine, hands.handlers)

        assert (said, hands.acts) == ([False, False], ["a"])

    async def test_not_before_its_time(self, bench: Bench, hands: Hands) -> None:
        """A job waits for its due time."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a", due_s=30))

        for seconds in (29, 1):
            await bench.settle(engine, hands.handlers)
            assert hands.acts == []
            await bench.clock.pass_(seconds)
        await bench.settle(engine, hands.handlers)

        assert hands.acts == ["a"]

    async def test_two_workers(self, bench: Bench, hands: Hands) -> None:
        """Two workers share the jobs and do none twice."""
        one, two = bench.engine(), bench.engine()
        await add(bench, one, *(act(bench, str(n), f"lane {n}") for n in range(40)))

        await asyncio.gather(bench.settle(one, hands.handlers), bench.settle(two, hands.handlers))

        assert sorted(hands.acts, key=int) == [str(n) for n in range(40)]
        assert set((await states(bench)).values()) == {DeliveryState.DONE}

    async def test_killed_between_act_and_receipt(self, bench: Bench, hands: Hands) -> None:
        """Another worker takes over when the lease has run out: at least once, one receipt."""
        heir = bench.engine()
        await add(bench, heir, act(bench, "a"), act(bench, "b"))

        await bench.kill(hands.handlers)
        await bench.settle(heir, hands.handlers)
        assert hands.acts == ["a"]
        await bench.clock.pass_(60)
        await bench.settle(heir, hands.handlers)
        await bench.clock.pass_(1)
        await bench.settle(heir, hands.handlers)

        assert hands.acts == ["a", "a", "b"]
        assert set((await states(bench)).values()) == {DeliveryState.DONE}
        assert (await on_record(bench))["a"].attempts == 2


class LaneContract:
    """Order and rate."""

    async def test_order_and_rate_of_a_lane(self, bench: Bench, hands: Hands) -> None:
        """Acts of a lane are in order, and a second apart; other lanes do not wait for them."""
        engine = bench.engine()
        await add(bench, engine, *(act(bench, k) for k in "abc"), act(bench, "x", "other"))

        for _ in range(8):
            await bench.settle(engine, hands.handlers)
            await bench.clock.pass_(0.4)

        assert [k for k in hands.acts if k != "x"] == ["a", "b", "c"]
        assert dict(zip(hands.acts, hands.times, strict=True))["x"] == 0
        assert [t for k, t in zip(hands.acts, hands.times, strict=True) if k != "x"] == (
            pytest.approx([0, 1.2, 2.4])
        )

    async def test_two_workers_keep_one_rate(self, bench: Bench, hands: Hands) -> None:
        """The rate is the lane's, whoever works on it."""
        engines = [bench.engine(), bench.engine()]
        await add(bench, engines[0], *(act(bench, k) for k in "abcd"))

        for turn in range(8):
            await bench.settle(engines[turn % 2], hands.handlers)
            await bench.clock.pass_(0.5)

        assert (hands.acts, hands.times) == (list("abcd"), [0, 1, 2, 3])

    async def test_retry_after_holds_the_lane(self, bench: Bench, hands: Hands) -> None:
        """Where the platform says when, nothing of the lane is tried before, others are."""
        hands.answer = lambda job: Again("ratelimited", 30) if job.attempts == 1 else DONE
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))
        await bench.settle(engine, hands.handlers)
        await add(bench, engine, act(bench, "b"), act(bench, "x", "other"))

        hands.answer = lambda job: DONE
        for seconds in (29.9, 0.1, 1):
            await bench.settle(engine, hands.handlers)
            await bench.clock.pass_(seconds)
        await bench.settle(engine, hands.handlers)

        assert list(zip(hands.acts, hands.times, strict=True)) == [
            ("a", 0),
            ("x", 0),
            ("a", 30),
            ("b", 31),
        ]

    async def test_retry_after_outlives_its_job(self, bench: Bench, hands: Hands) -> None:
        """What the platform said holds for the lane's next job when that one is cancelled."""
        hands.answer = lambda job: Again("ratelimited", 30) if job.key == "a" else DONE
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"), act(bench, "b", kind="card"))
        handlers = {**hands.handlers, "card": hands.do}
        await bench.settle(engine, handlers)
        assert await bench.store.write(lambda tx: tx.cancel(FLAG, frozenset({"act"}))) == 1

        for seconds in (29.9, 0.1):
            await bench.settle(engine, handlers)
            assert hands.acts == ["a"]
            await bench.clock.pass_(seconds)
        await bench.settle(engine, handlers)

        assert hands.acts == ["a", "b"]


class FailureContract:
    """What becomes of acts that fail."""

    async def test_refused_with_a_fallback(self, bench: Bench, hands: Hands) -> None:
        """A refusal is on record, and the fallback takes its place."""
        shown = act(bench, "shown", "channel", kind="show")

        async def show(job: Job) -> Outcome:
            return Done({"shown": "yes"})

        hands.answer = lambda job: Failed("dms-closed", refused=True, then=lambda _: [shown])
        engine = bench.engine()
        await add(bench, engine, act(bench, "notice"))

        await bench.settle(engine, {**hands.handlers, "show": show})

        rows = await on_record(bench)
        assert (rows["notice"].state, rows["notice"].reason) == (
            DeliveryState.REFUSED,
            "dms-closed",
        )
        assert (rows["shown"].state, rows["shown"].receipt) == (
            DeliveryState.DONE,
            {"shown": "yes"},
        )
        assert hands.acts == ["notice"]

    async def test_what_follows_an_act(self, bench: Bench, hands: Hands) -> None:
        """The jobs that follow a done act are added with its receipt."""
        card = act(bench, "card", "cards")
        hands.answer = lambda job: Done({"message": "1"}, then=lambda _: [card])
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        await bench.settle(engine, hands.handlers)

        assert hands.acts == ["a", "card"]

    async def test_what_follows_is_asked_when_the_act_is_on_record(
        self, bench: Bench, hands: Hands
    ) -> None:
        """It sees the outcome itself, and whatever changed while the act was done."""
        seen: list[DeliveryState] = []

        def then(tx: Tx) -> list[NewJob]:
            seen.extend(d.state for d in tx.deliveries(FLAG))
            return []

        outcomes: list[Outcome] = [Again("down", given_up=then), Failed("no", then=then)]
        hands.answer = lambda job: outcomes.pop(0)
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        await bench.settle(engine, hands.handlers)
        assert seen == []  # it was not the last attempt
        await bench.clock.pass_(60)
        await bench.settle(engine, hands.handlers)

        assert seen == [DeliveryState.DEAD]

    async def test_dead_letter_and_retry(self, bench: Bench, hands: Hands) -> None:
        """What cannot be done is among the dead with its reason, until a person retries it."""
        hands.answer = lambda job: Failed("unknown-user")
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))
        await bench.settle(engine, hands.handlers)
        [dead] = await bench.store.read(lambda tx: tx.dead())

        hands.answer = lambda job: DONE
        await bench.clock.pass_(60)
        await bench.settle(engine, hands.handlers)
        assert (dead.key, dead.reason, hands.acts) == ("a", "unknown-user", ["a"])

        now = bench.clock.now()
        assert await bench.store.write(lambda tx: tx.retry(dead.id, now))
        await bench.settle(engine, hands.handlers)
        assert hands.acts == ["a", "a"]
        assert await states(bench) == {"a": DeliveryState.DONE}
        assert await bench.store.read(lambda tx: tx.dead()) == []

    async def test_back_off_and_giving_up(self, bench: Bench, hands: Hands) -> None:
        """Each wait is twice the last; after six attempts it is given up, and the lane goes on."""
        hands.answer = lambda job: Again("server-error") if job.key == "a" else DONE
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"), act(bench, "b"))

        for _ in range(40):
            await bench.settle(engine, hands.handlers)
            await bench.clock.pass_(1)

        assert hands.acts == ["a"] * 6 + ["b"]
        assert hands.times[:6] == [0, 1, 3, 7, 15, 31]
        row = (await on_record(bench))["a"]
        assert (row.state, row.reason, row.attempts) == (DeliveryState.DEAD, "server-error", 6)

    async def test_a_broken_handler(self, bench: Bench, hands: Hands) -> None:
        """An unexpected exception is tried again; the reason names its kind, never its words."""

        def break_once(job: Job) -> Outcome:
            if job.key == "a" and job.attempts == 1:
                raise ZeroDivisionError("you are a clown")
            return DONE

        hands.answer = break_once
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"), act(bench, "x", "other"))

        await bench.settle(engine, hands.handlers)
        row = (await on_record(bench))["a"]
        await bench.clock.pass_(2)
        await bench.settle(engine, hands.handlers)

        assert row.state is DeliveryState.PENDING
        assert "ZeroDivisionError" in row.reason
        assert "clown" not in row.reason
        assert sorted(hands.acts) == ["a", "a", "x"]
        assert set((await states(bench)).values()) == {DeliveryState.DONE}

    async def test_nobody_does_this_kind(self, bench: Bench, hands: Hands) -> None:
        """A job that no handler is for is among the dead, where people see it."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a", kind="unheard-of"))

        await bench.settle(engine, hands.handlers)

        [dead] = await bench.store.read(lambda tx: tx.dead())
        assert "unheard-of" in dead.reason

    async def test_the_database_fails_a_handler(self, bench: Bench, hands: Hands) -> None:
        """A handler that could not read the records is tried again, however often."""

        def away(job: Job) -> Outcome:
            if job.attempts < 6:
                raise StoreError("the database could not do it: you are a clown")
            return DONE

        hands.answer = away
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"))

        for _ in range(40):
            await bench.settle(engine, hands.handlers)
            await bench.clock.pass_(1)

        assert len(hands.acts) == 6
        assert await states(bench) == {"a": DeliveryState.DONE}

    async def test_cancelled_before_the_act(self, bench: Bench, hands: Hands) -> None:
        """What is cancelled is not done; what is in flight is, and the lane goes on."""
        engine = bench.engine()
        await add(bench, engine, act(bench, "a"), act(bench, "b"), act(bench, "c", kind="card"))

        await bench.settle(engine, hands.handlers)
        cancelled = await bench.store.write(lambda tx: tx.cancel(FLAG, frozenset({"act"})))
        for _ in range(3):
            await bench.clock.pass_(1)
            await bench.settle(engine, {**hands.handlers, "card": hands.do})

        assert (cancelled, hands.acts) == (1, ["a", "c"])


class ClockContract:
    """Clock jobs."""

    async def test_once_per_slot(self, bench: Bench) -> None:
        """Of two workers one runs the job, once in each slot of its period."""
        ran: list[float] = []
        start = bench.clock.now()
        engines = [bench.engine(), bench.engine()]

        def note() -> Callable[[datetime], Awaitable[None]]:
            async def job(now: datetime) -> None:
                ran.append((now - start).total_seconds())

            return job

        for engine in engines:
            engine.every("sweep", 60, note())
        for _ in range(13):
            await asyncio.gather(*(bench.settle(engine, {}) for engine in engines))
            await bench.clock.pass_(10)

        assert ran == [0, 60, 120]

    async def test_a_broken_sweep(self, bench: Bench) -> None:
        """A clock job that fails runs again in its next slot, and stops nothing else."""
        ran: list[str] = []
        engine = bench.engine()

        async def broken(now: datetime) -> None:
            ran.append("broken")
            raise ZeroDivisionError

        async def sound(now: datetime) -> None:
            ran.append("sound")

        engine.every("broken", 60, broken)
        engine.every("sound", 60, sound)
        for _ in range(2):
            await bench.settle(engine, {})
            await bench.clock.pass_(60)

        assert sorted(ran) == ["broken", "broken", "sound", "sound"]

    async def test_names_are_unique(self, bench: Bench) -> None:
        """Two jobs cannot share a name: they would take each other's slots."""
        engine = bench.engine()

        async def job(now: datetime) -> None: ...

        engine.every("sweep", 60, job)
        with pytest.raises(ValueError, match="sweep"):
            engine.every("sweep", 30, job)


class EngineContract(OnceContract, LaneContract, FailureContract, ClockContract, RunContract):
    """All of it."""
