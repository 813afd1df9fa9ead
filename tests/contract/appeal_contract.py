"""What every store must do with appeals: one per flag, decided once, and by another."""

from __future__ import annotations

import pytest

from bot.store.port import Appeal, AppealOutcome, RecordedDecision, Store, StoreError, Tx
from tests.contract.builders import NOON, after, flag

UPHELD, OVERTURNED = AppealOutcome.UPHELD, AppealOutcome.OVERTURNED


class AppealContract:
    """Appeals on record."""

    async def test_an_appeal_is_opened_once(self, store: Store) -> None:
        """The second is refused, and the first stays as it was."""

        def work(tx: Tx) -> list[bool]:
            tx.add_flag(flag("F-1"))
            return [tx.open_appeal("F-1", NOON), tx.open_appeal("F-1", after(5))]

        assert await store.write(work) == [True, False]
        assert await store.read(lambda tx: tx.appeal("F-1")) == Appeal("F-1", NOON)
        assert await store.read(lambda tx: tx.appeal("F-2")) is None

    async def test_an_appeal_is_decided_once(self, store: Store) -> None:
        """The first outcome stands; what is decided is no longer open."""

        def work(tx: Tx) -> list[bool]:
            tx.add_flag(flag("F-1"))
            return [
                tx.decide_appeal("F-1", "p/w/ann", UPHELD, NOON),
                tx.open_appeal("F-1", NOON),
                tx.decide_appeal("F-1", "p/w/ann", OVERTURNED, after(1)),
                tx.decide_appeal("F-1", "p/w/bob", UPHELD, after(2)),
            ]

        assert await store.write(work) == [False, True, True, False]
        assert await store.read(lambda tx: tx.appeal("F-1")) == Appeal(
            "F-1", NOON, after(1), "p/w/ann", OVERTURNED
        )
        assert await store.read(lambda tx: tx.open_appeals()) == []

    @pytest.mark.parametrize("action", ["confirm", "escalate", "appeal"])
    async def test_whoever_decided_cannot_decide_the_appeal(
        self, store: Store, action: str
    ) -> None:
        """The database itself refuses, whatever the code above it does; nothing is kept."""

        def opened(tx: Tx) -> None:
            tx.add_flag(flag("F-1"))
            tx.add_decision(RecordedDecision("F-1", "p/w/ann", action, NOON, ""))
            tx.open_appeal("F-1", NOON)

        await store.write(opened)
        with pytest.raises(StoreError):
            await store.write(lambda tx: tx.decide_appeal("F-1", "p/w/ann", UPHELD, NOON))

        assert await store.read(lambda tx: tx.appeal("F-1")) == Appeal("F-1", NOON)
        assert await store.write(lambda tx: tx.decide_appeal("F-1", "p/w/bob", UPHELD, NOON))

    async def test_open_appeals_come_oldest_first(self, store: Store) -> None:
        """What waits longest is heard first."""

        def work(tx: Tx) -> list[str]:
            for name, minutes in (("F-1", 9), ("F-2", 3), ("F-3", 6)):
                tx.add_flag(flag(name))
                tx.open_appeal(name, after(minutes))
            tx.decide_appeal("F-3", "p/w/ann", UPHELD, after(10))
            return [appeal.flag_id for appeal in tx.open_appeals()]

        assert await store.write(work) == ["F-2", "F-1"]
