"""What a store must do with deliveries: the examples; `claims_machine.py` tries the histories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.jobs import Job, NewJob
from bot.store.port import Delivery, DeliveryState, Store, Tx
from tests.contract.builders import DANA, NOON, after, flag, job

Words = dict[str, str]
MINUTE = timedelta(minutes=1)
SETTLED = [s for s in DeliveryState if s not in (DeliveryState.PENDING, DeliveryState.LEASED)]


def adding(*jobs: NewJob) -> Callable[[Tx], None]:
    """Work that adds these jobs."""

    def work(tx: Tx) -> None:
        for one in jobs:
            assert tx.add_delivery(one)

    return work


def claim(tx: Tx, at: datetime = NOON, lease: str = "A", limit: int = 10) -> list[Job]:
    """Claim for a minute."""
    return tx.claim(at, lease, at + MINUTE, limit)


def keys(jobs: Iterable[Job]) -> list[str]:
    return [one.key for one in jobs]


class DeliveryContract:
    """Adding, claiming, finishing; lanes; the dead; the clock's slots."""

    async def test_a_claimed_job_is_what_was_added(self, store: Store) -> None:
        """A worker gets key, kind, lane, params and flag, and the first attempt."""
        await store.write(lambda tx: tx.add_flag(flag()))
        await store.write(adding(job(flag_id="F-1")))

        [taken] = await store.write(claim)

        assert taken == Job(taken.id, "job", "act", "lane", {"template": "first"}, 1, "A", "F-1")

    async def test_a_key_is_added_once(self, store: Store) -> None:
        """The second job with a key changes nothing, be it done long since."""

        def work(tx: Tx) -> list[object]:
            said = [tx.add_delivery(job()), tx.add_delivery(job(kind="other", lane="other"))]
            [taken] = claim(tx)
            tx.finish(taken, DeliveryState.DONE)
            return [*said, tx.add_delivery(job()), taken.kind, claim(tx, after(99))]

        assert await store.write(work) == [True, False, False, "act", []]

    async def test_a_lane_is_worked_in_order(self, store: Store) -> None:
        """Of a lane only the first is given, and nothing while it is in hand."""

        def work(tx: Tx) -> list[list[str]]:
            adding(job("1"), job("2"), job("other", "lane 2"))(tx)
            first = claim(tx)
            meanwhile = claim(tx, after(1), "B")
            tx.finish(first[0], DeliveryState.DONE)
            return [keys(first), keys(meanwhile), keys(claim(tx, after(2), "B"))]

        assert await store.write(work) == [["1", "other"], [], ["2"]]

    async def test_a_job_that_waits_holds_its_lane(self, store: Store) -> None:
        """What backs off keeps its place; later jobs of the lane do not overtake it."""

        def work(tx: Tx) -> list[list[str]]:
            adding(job("1"), job("2"))(tx)
            [first] = claim(tx)
            tx.finish(first, DeliveryState.PENDING, reason="busy", due_at=after(30))
            return [keys(claim(tx, after(at), str(at))) for at in (29.999999, 30)]

        assert await store.write(work) == [[], ["1"]]

    async def test_what_is_not_due_holds_nobody(self, store: Store) -> None:
        """A job for tomorrow does not stop one of the same lane that is due today."""

        def work(tx: Tx) -> list[list[str]]:
            adding(job("tomorrow", due_s=86_400), job("today"))(tx)
            [today] = claim(tx)
            tx.finish(today, DeliveryState.DONE)
            return [
                [today.key],
                keys(claim(tx, after(86_399), "B")),
                keys(claim(tx, after(86_400), "C")),
            ]

        assert await store.write(work) == [["today"], [], ["tomorrow"]]

    async def test_the_urgent_lane_comes_first(self, store: Store) -> None:
        """Among due lanes the higher priority is given first; then who has waited longer."""
        jobs = [
            job("plain", "a"),
            job("older", "b", due_s=-5),
            job("urgent", "c", priority=9),
            job("not due", "d", priority=99, due_s=1),
        ]
        await store.write(adding(*jobs))

        assert keys(await store.write(lambda tx: claim(tx, limit=2))) == ["urgent", "older"]
        assert keys(await store.write(lambda tx: claim(tx, lease="B"))) == ["plain"]

    async def test_a_lease_that_ran_out(self, store: Store) -> None:
        """Up to its last moment a lease holds; then the job is another's, and the first is late."""

        def work(tx: Tx) -> list[object]:
            adding(job())(tx)
            [mine] = claim(tx)
            held = claim(tx, after(59.999999), "B")
            [theirs] = claim(tx, after(60), "B")
            late = [
                tx.renew(mine, after(120)),
                tx.finish(mine, DeliveryState.DONE, receipt={"by": "late"}),
            ]
            done = tx.finish(theirs, DeliveryState.DONE, receipt={"by": "B"})
            return [held, theirs.attempts, late, done]

        assert await store.write(work) == [[], 2, [False, False], True]

    async def test_a_late_worker_meets_nobody(self, store: Store) -> None:
        """A job whose lease ran out stays next in its lane, whatever came in before it."""

        def work(tx: Tx) -> list[object]:
            adding(job("1"))(tx)
            [late] = claim(tx)
            adding(job("earlier", due_s=-30))(tx)
            [again] = claim(tx, after(60), "B")
            return [again.key, tx.renew(late, after(999)), claim(tx, after(61), "C")]

        assert await store.write(work) == ["1", False, []]

    async def test_renewing_holds_a_job(self, store: Store) -> None:
        """A renewed lease lasts to its new end; what is finished cannot be renewed."""

        def work(tx: Tx) -> list[object]:
            adding(job())(tx)
            [mine] = claim(tx)
            renewed = tx.renew(mine, after(120))
            held = claim(tx, after(119), "B")
            done = tx.finish(mine, DeliveryState.DONE)
            return [renewed, held, done, tx.renew(mine, after(240))]

        assert await store.write(work) == [True, [], True, False]

    async def test_the_same_lease_of_another_claim_is_fenced(self, store: Store) -> None:
        """Attempts are part of the fence: one's own earlier claim is late too."""

        def work(tx: Tx) -> list[bool]:
            adding(job())(tx)
            [first] = claim(tx)
            [second] = claim(tx, after(60))
            return [tx.finish(one, DeliveryState.DONE) for one in (first, second)]

        assert await store.write(work) == [False, True]

    async def test_a_retried_job_is_fenced_from_its_past(self, store: Store) -> None:
        """Attempts start anew with `retry`; who had the first one long ago is late all the same."""

        def work(tx: Tx) -> list[bool]:
            adding(job())(tx)
            [long_ago] = claim(tx)
            [given_up] = claim(tx, after(60), "B")
            tx.finish(given_up, DeliveryState.DEAD, reason="no")
            tx.retry(given_up.id, after(70))
            [anew] = claim(tx, after(70), "C")
            assert anew.attempts == long_ago.attempts
            return [tx.finish(one, DeliveryState.DONE) for one in (long_ago, given_up, anew)]

        assert await store.write(work) == [False, False, True]

    @pytest.mark.parametrize("state", SETTLED)
    async def test_how_a_job_ends(self, store: Store, state: DeliveryState) -> None:
        """State, reason and receipt are on record, once; the lane goes on."""

        def work(tx: Tx) -> Delivery:
            tx.add_flag(flag())
            adding(job(flag_id="F-1"), job("next"))(tx)
            assert tx.deliveries("F-1")[0].claimed_at is None
            [mine] = claim(tx, after(1))
            assert tx.finish(mine, state, reason="why", receipt={"channel": "D1"})
            assert not tx.finish(mine, DeliveryState.DONE)
            assert keys(claim(tx, after(1), "B")) == ["next"]
            return tx.deliveries("F-1")[0]

        ended = await store.write(work)

        assert (ended.state, ended.reason, ended.receipt) == (state, "why", {"channel": "D1"})
        assert (ended.attempts, ended.params) == (1, {"template": "first"})
        assert (ended.due_at, ended.claimed_at) == (NOON, after(1))

    async def test_finishing_makes_sense(self, store: Store) -> None:
        """A job cannot finish as leased, nor be pending without saying when."""
        await store.write(adding(job()))
        [mine] = await store.write(claim)

        for state, due_at in [
            (DeliveryState.LEASED, None),
            (DeliveryState.PENDING, None),
            (DeliveryState.DONE, NOON),
        ]:
            with pytest.raises(ValueError, match="cannot finish"):
                await store.write(lambda tx, s=state, d=due_at: tx.finish(mine, s, due_at=d))

    async def test_a_held_lane(self, store: Store) -> None:
        """Nothing of it is given before its time, and a shorter hold does not shorten it."""

        def work(tx: Tx) -> list[list[str]]:
            adding(job("1"), job("2", "free"))(tx)
            tx.hold_lane("lane", after(30))
            tx.hold_lane("lane", after(10))
            return [keys(claim(tx, after(at), str(at))) for at in (0, 29.999999, 30)]

        assert await store.write(work) == [["2"], [], ["1"]]

    async def test_a_hold_is_forgotten_when_it_is_over(self, store: Store) -> None:
        """`forget_expired` takes no hold that still lasts."""

        def work(tx: Tx) -> list[list[str]]:
            adding(job())(tx)
            tx.hold_lane("lane", after(30))
            tx.forget_expired(after(29))
            return [keys(claim(tx, after(at), str(at))) for at in (29, 30)]

        assert await store.write(work) == [[], ["job"]]

    async def test_when_the_next_falls_due(self, store: Store) -> None:
        """The earliest moment at which a claim may find something."""
        seen: list[datetime | None] = []

        def work(tx: Tx) -> None:
            seen.append(tx.next_due())
            adding(job("later", "b", due_s=50), job("soon", due_s=20), job("behind", due_s=25))(tx)
            seen.append(tx.next_due())
            tx.hold_lane("lane", after(40))
            seen.append(tx.next_due())
            [soon] = tx.claim(after(40), "A", after(45), 9)
            seen.append(tx.next_due())
            tx.finish(soon, DeliveryState.DONE)
            seen.append(tx.next_due())
            for one in claim(tx, after(100), "B"):
                tx.finish(one, DeliveryState.DONE)
            seen.append(tx.next_due())

        await store.write(work)

        assert seen == [None, after(20), after(40), after(45), after(40), None]

    async def test_cancelling_spares_what_is_in_flight(self, store: Store) -> None:
        """Pending deliveries of the kinds are cancelled; leased ones and other kinds are not."""

        def work(tx: Tx) -> tuple[object, ...]:
            tx.add_flag(flag())
            tx.add_flag(flag("F-2"))
            adding(
                job("1", "a", kind="notice", flag_id="F-1"),
                job("2", "a", kind="notice", flag_id="F-1"),
                job("3", "b", kind="card", flag_id="F-1", due_s=5),
                job("4", "c", kind="notice", flag_id="F-2", due_s=5),
            )(tx)
            [flying] = claim(tx)
            count = tx.cancel("F-1", frozenset({"notice", "page"}))
            states = [d.state for d in (*tx.deliveries("F-1"), *tx.deliveries("F-2"))]
            nothing = tx.cancel("F-1", frozenset())
            return count, states, nothing, tx.finish(flying, DeliveryState.DONE)

        state = DeliveryState
        assert await store.write(work) == (
            1,
            [state.LEASED, state.CANCELLED, state.PENDING, state.PENDING],
            0,
            True,
        )

    async def test_cancelling_one(self, store: Store) -> None:
        """One pending delivery can be cancelled, once; one in flight cannot."""

        def work(tx: Tx) -> list[bool]:
            tx.add_flag(flag())
            adding(job("1", flag_id="F-1"), job("2", flag_id="F-1"))(tx)
            claim(tx)
            first, second = tx.deliveries("F-1")
            return [
                tx.cancel_one(first.id),
                tx.cancel_one(second.id),
                tx.cancel_one(second.id),
                tx.cancel_one(999),
            ]

        assert await store.write(work) == [False, True, False, False]

    async def test_the_dead_can_be_retried(self, store: Store) -> None:
        """They are listed newest first; retried, attempts start anew, at the end of the lane."""

        def work(tx: Tx) -> None:
            adding(job("1"), job("2"), job("3"))(tx)
            for second in (0, 1):
                [taken] = claim(tx, after(second), str(second))
                tx.finish(taken, DeliveryState.DEAD, reason=f"no {taken.key}")
            dead = tx.dead()
            assert [(one.key, one.reason) for one in dead] == [("2", "no 2"), ("1", "no 1")]
            assert [one.key for one in tx.dead(limit=1)] == ["2"]

            assert tx.retry(dead[1].id, after(10))
            assert not tx.retry(dead[1].id, after(10))
            assert [one.key for one in tx.dead()] == ["2"]
            [third] = claim(tx, after(10), "C")
            tx.finish(third, DeliveryState.DONE)
            [again] = claim(tx, after(10), "D")
            assert (third.key, again.key, again.attempts) == ("3", "1", 1)

        await store.write(work)

    async def test_the_newest_notice(self, store: Store) -> None:
        """The flag of the notice that reached the author last; what was left unsaid is none."""

        def reach(
            tx: Tx, number: int, kind: str, state: DeliveryState, receipt: dict[str, str]
        ) -> None:
            tx.add_flag(flag(f"F-{number}"))
            adding(job(str(number), f"lane {number}", kind=kind, flag_id=f"F-{number}"))(tx)
            [taken] = claim(tx, after(number), str(number))
            tx.finish(taken, state, receipt=receipt)

        def work(tx: Tx) -> list[str | None]:
            seen = [tx.newest_notice(DANA)]
            done = {"message": "1"}
            for number, (kind, state, receipt) in enumerate(
                [
                    ("notice", DeliveryState.DONE, done),
                    ("notice", DeliveryState.REFUSED, {}),
                    ("card", DeliveryState.DONE, done),
                    ("notice", DeliveryState.DONE, {"skipped": "dismissed"}),
                    ("shown", DeliveryState.DONE, done),
                ],
                1,
            ):
                reach(tx, number, kind, state, receipt)
                seen.append(tx.newest_notice(DANA))
            return [*seen, tx.newest_notice(replace(DANA, id="U-eli"))]

        assert await store.write(work) == [None, "F-1", "F-1", "F-1", "F-1", "F-5", None]

    async def test_a_slot_is_taken_once(self, store: Store) -> None:
        """Of many that come for a slot one gets it; the newest slot is never forgotten."""
        asked = [
            store.write(lambda tx, s=slot: tx.clock_slot("sweep", s, NOON))
            for slot in ("1", "1", "2", "1", "2")
        ]
        said = await asyncio.gather(*asked)
        await store.write(lambda tx: tx.forget_expired(NOON + timedelta(days=9)))

        assert said == [True, False, True, False, False]
        assert not await store.write(lambda tx: tx.clock_slot("sweep", "2", NOON))
        assert await store.write(lambda tx: tx.clock_slot("other", "2", NOON))

    async def test_two_workers_never_share(self, store: Store) -> None:
        """However two workers interleave, a job is given to one of them."""
        await store.write(adding(*(job(str(n), f"lane {n % 7}") for n in range(35))))
        taken: list[str] = []

        async def worker(name: str) -> None:
            for turn in range(35):
                jobs = await store.write(lambda tx, t=turn: claim(tx, NOON, f"{name}{t}", 2))
                taken.extend(keys(jobs))
                for one in jobs:
                    await store.write(lambda tx, j=one: tx.finish(j, DeliveryState.DONE))

        await asyncio.gather(worker("A"), worker("B"))

        assert sorted(taken, key=int) == [str(n) for n in range(35)]
