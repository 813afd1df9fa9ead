"""What every store must do. A subclass brings the fixtures `store` and `reopen`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.port import (
    Flag,
    FlagQuery,
    Store,
    StoreError,
    Tx,
)
from rules.types import Role
from tests.contract.appeal_contract import AppealContract
from tests.contract.builders import (
    DANA,
    NOON,
    after,
    flag,
    flagged,
)
from tests.contract.delivery_contract import DeliveryContract
from tests.contract.flag_contract import FlagContract, ListContract
from tests.contract.link_contract import LinkContract
from tests.contract.pause_contract import PauseContract
from tests.contract.permission_contract import PermissionContract
from tests.contract.shadow_contract import ShadowContract
from tests.contract.word_contract import WordContract

Reopen = Callable[[], Awaitable[Store]]


class TransactionContract:
    """All of a piece of work is kept, or none."""

    async def test_work_answers(self, store: Store) -> None:
        """What the work returns comes back to the caller."""
        assert await store.write(lambda tx: tx.add_flag(flag())) is True
        assert await store.read(lambda tx: tx.flag("F-1")) is not None

    async def test_an_error_keeps_nothing(self, store: Store) -> None:
        """An error of the work comes through as it is, and nothing of the work stays."""

        def work(tx: Tx) -> None:
            flagged(tx)
            tx.audit("a", "b", "F-1", NOON, {})
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await store.write(work)

        assert await store.read(lambda tx: (tx.flag("F-1"), tx.audit_rows())) == (None, [])

    async def test_records_outlive_the_process(self, store: Store, reopen: Reopen) -> None:
        """What was committed is there when the records are opened again."""
        await store.write(flagged)

        again = await reopen()

        kept = await again.read(lambda tx: tx.evidence("F-1"))
        assert [one.text for one in kept] == ["you are a clown"]

    async def test_readers_see_one_moment(self, store: Store) -> None:
        """A read that began before a write goes on seeing the records as they were."""
        await store.write(flagged)
        begun, written = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(tx: Tx) -> list[Flag]:
            before = tx.flags(FlagQuery())
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(written.wait(), loop).result(30)
            assert tx.flags(FlagQuery()) == before
            return before

        reading = asyncio.create_task(store.read(slow))
        await begun.wait()
        await store.write(lambda tx: tx.add_flag(flag("F-2")))
        written.set()

        assert [one.id for one in await reading] == ["F-1"]
        assert len(await store.read(lambda tx: tx.flags(FlagQuery()))) == 2

    async def test_writes_stand_one_after_another(self, store: Store) -> None:
        """Writers that read first never work on the same revision."""
        await store.write(flagged)

        grown = await asyncio.gather(*(store.write(lambda tx: tx.touch("F-1")) for _ in range(25)))

        assert len(set(grown)) == 25

    async def test_reading_does_not_write(self, store: Store) -> None:
        """A verb that changes something is refused on `read`."""
        with pytest.raises(StoreError):
            await store.read(lambda tx: tx.audit("a", "b", "c", NOON, {}))

        assert await store.read(lambda tx: tx.audit_rows()) == []

    async def test_closed(self, store: Store) -> None:
        """After `close`, the records say so; closing twice is no fault."""
        await store.close()
        await store.close()

        with pytest.raises(StoreError):
            await store.write(lambda tx: None)


class PeopleContract:
    """People, cursors, events, the audit."""

    async def test_roles(self, store: Store) -> None:
        """The latest known role holds; not knowing later does not unmake it."""

        def work(tx: Tx) -> list[Role]:
            roles = [tx.role_of(DANA)]
            for second, role in [(5, Role.UNKNOWN), (6, Role.STUDENT), (7, Role.UNKNOWN)]:
                tx.meet(DANA, role, after(second))
                roles.append(tx.role_of(DANA))
            tx.meet(DANA, Role.STAFF, after(8))
            tx.meet(DANA, Role.STUDENT, after(1))
            return [*roles, tx.role_of(DANA), tx.role_of(replace(DANA, workspace="T2"))]

        assert await store.write(work) == [
            Role.UNKNOWN,
            Role.UNKNOWN,
            Role.STUDENT,
            Role.STUDENT,
            Role.STAFF,
            Role.UNKNOWN,
        ]

    @pytest.mark.parametrize(
        ("moves", "stands"),
        [
            (["1700000000.000100", "1700000000.000200"], "1700000000.000200"),
            (["1700000000.000200", "1700000000.000100"], "1700000000.000200"),
            (["999999999.000100", "1700000000.000100"], "1700000000.000100"),
            (["1300000000000000001", "1300000000000000002"], "1300000000000000002"),
            (["1300000000000000002", "1300000000000000001"], "1300000000000000002"),
            (["99999999999999999", "100000000000000000"], "100000000000000000"),
            (["odd", "5", "odder"], "5"),
        ],
    )
    async def test_cursors_only_move_on(self, store: Store, moves: list[str], stands: str) -> None:
        """Ids compare as numbers, exactly; an id that is none stops nothing."""

        def work(tx: Tx) -> dict[str, str]:
            for id_ in moves:
                tx.move_cursors({("slack", "T1", "C1"): id_, ("slack", "T2", "C1"): "1"})
            return tx.cursors("slack", "T1")

        assert await store.write(work) == {"C1": stands}

    async def test_a_cursor_may_be_moved_without_being_begun(self, store: Store) -> None:
        """An edit of an old message says nothing of what stands after it."""

        def work(tx: Tx) -> dict[str, str]:
            tx.move_cursors({("slack", "T1", "C1"): "5"})
            moves = {("slack", "T1", "C1"): "7", ("slack", "T1", "C2"): "7"}
            tx.move_cursors(moves, begin=False)
            return tx.cursors("slack", "T1")

        assert await store.write(work) == {"C1": "7"}

    async def test_an_event_is_new_once(self, store: Store) -> None:
        """A platform's second delivery of an event is told apart, for two days."""

        def work(tx: Tx) -> list[bool]:
            first = [
                tx.first_time("slack", "Ev1", NOON),
                tx.first_time("slack", "Ev1", after(5)),
                tx.first_time("discord", "Ev1", NOON),
            ]
            tx.forget_expired(NOON + timedelta(days=2))
            kept = tx.first_time("slack", "Ev1", NOON)
            tx.forget_expired(NOON + timedelta(days=2, seconds=1))
            return [*first, kept, tx.first_time("slack", "Ev1", NOON)]

        assert await store.write(work) == [True, False, True, False, True]

    async def test_the_audit_is_a_chain(self, store: Store, reopen: Reopen) -> None:
        """Rows come back in order, each with a hash of its own, and the chain holds."""

        def work(tx: Tx) -> None:
            tx.audit("cli:lee", "confirmed", "F-1", NOON, {"b": "2", "a": "1"})
            tx.audit("cli:lee", "confirmed", "F-1", NOON, {"b": "2", "a": "1"})
            tx.audit("hallmonitor", "flagged", "F-2", after(1), {})

        await store.write(work)
        store = await reopen()
        rows = await store.read(lambda tx: tx.audit_rows())

        assert [(row["seq"], row["actor"], row["event"], row["subject"]) for row in rows] == [
            ("1", "cli:lee", "confirmed", "F-1"),
            ("2", "cli:lee", "confirmed", "F-1"),
            ("3", "hallmonitor", "flagged", "F-2"),
        ]
        assert rows[0]["detail"] == '{"a":"1","b":"2"}'
        assert len({row["hash"] for row in rows}) == 3
        assert await store.read(lambda tx: tx.broken_audit()) is None

    async def test_the_latest_rows_of_a_subject(self, store: Store) -> None:
        """A subject's rows alone, the latest ones where there are more than asked for."""

        def work(tx: Tx) -> list[str]:
            for number in range(6):
                tx.audit("a", "e", f"F-{number % 2}", after(number), {})
            return [row["seq"] for row in tx.audit_rows("F-1", limit=2)]

        assert await store.write(work) == ["4", "6"]

    async def test_an_empty_audit_holds(self, store: Store) -> None:
        """No rows, no fault."""
        assert await store.read(lambda tx: tx.broken_audit()) is None


class StoreContract(
    TransactionContract,
    FlagContract,
    ListContract,
    AppealContract,
    WordContract,
    PeopleContract,
    PermissionContract,
    PauseContract,
    LinkContract,
    ShadowContract,
    DeliveryContract,
):
    """All of it; `claims_machine.py` tries histories of deliveries beside it."""
