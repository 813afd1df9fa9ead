"""What every store must do with pauses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.store.port import RecordedPause, Store, StoreError, Tx
from rules.types import Pause
from tests.contract.builders import NOON, after

DAY = 24 * 3600
PAUSE = RecordedPause(
    Pause("P-1", "gambling.bets", "slack/T1/C1"), "too many ñ", "cli:novak", NOON, after(DAY)
)


class PauseContract:
    """Pauses on record."""

    async def test_a_pause_comes_back_as_it_was(self, store: Store) -> None:
        """All of it; its id is taken once."""

        def work(tx: Tx) -> list[bool]:
            return [tx.add_pause(PAUSE), tx.add_pause(replace(PAUSE, reason="other"))]

        assert await store.write(work) == [True, False]
        assert await store.read(lambda tx: tx.pause("P-1")) == PAUSE
        assert await store.read(lambda tx: tx.pause("P-2")) is None

    async def test_listed_until_they_end(self, store: Store) -> None:
        """The first to end comes first; one that was ended early is over at that moment."""

        def work(tx: Tx) -> list[list[str]]:
            for name, end in (("P-1", 3 * DAY), ("P-2", DAY), ("P-3", 2 * DAY)):
                covers = replace(PAUSE.covers, id=name)
                tx.add_pause(replace(PAUSE, covers=covers, ends_at=after(end)))
            tx.end_pause("P-1", "cli:novak", after(DAY + 5))
            moments = (0, DAY, DAY + 5)
            return [[one.covers.id for one in tx.pauses(after(at))] for at in moments]

        assert await store.write(work) == [["P-2", "P-3", "P-1"], ["P-3", "P-1"], ["P-3"]]

    async def test_ended_once_and_not_after_its_end(self, store: Store) -> None:
        """From that moment it does not hold; who ended it stays on record."""

        def work(tx: Tx) -> list[bool]:
            tx.add_pause(PAUSE)
            tx.add_pause(replace(PAUSE, covers=replace(PAUSE.covers, id="P-2")))
            moments = [("P-1", 5), ("P-1", 9), ("P-2", DAY), ("P-3", 5)]
            return [tx.end_pause(name, "cli:lee", after(at)) for name, at in moments]

        assert await store.write(work) == [True, False, False, False]
        kept = await store.read(lambda tx: tx.pause("P-1"))
        assert kept == replace(PAUSE, ended_at=after(5), ended_by="cli:lee")
        assert [kept.holds(after(4)), kept.holds(after(5))] == [True, False]

    @pytest.mark.parametrize(
        "changes",
        [
            {"reason": ""},
            {"ends_at": NOON},
            {"covers": Pause("P-1")},
        ],
        ids=["no reason", "no time", "covers everything"],
    )
    async def test_no_pause_without_reason_end_and_subject(
        self, store: Store, changes: dict[str, object]
    ) -> None:
        """The database itself refuses the row."""
        with pytest.raises(StoreError):
            await store.write(lambda tx: tx.add_pause(replace(PAUSE, **changes)))  # type: ignore[arg-type]
