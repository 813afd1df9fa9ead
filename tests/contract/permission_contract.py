"""What every store must do with authorisations."""

from __future__ import annotations

from dataclasses import replace

from bot.store.port import Permission, Store, Tx
from rules.types import Authorisation, Category
from tests.contract.builders import NOON, after

DAY = 24 * 60
RAFFLE = Permission(
    "A-1",
    "Band raffle",
    Authorisation(
        "A-1",
        frozenset({Category.FUNDRAISER, Category.GAMBLING}),
        ("raffle", "rifa \0 ñ"),
        frozenset({"C1"}),
        frozenset({"U1", "U2"}),
    ),
    "Dr. Hughes",
    "form 12",
    "slack/T1/U1",
    NOON,
    after(DAY),
    "cli:office",
    NOON,
)


class PermissionContract:
    """Authorisations on record."""

    async def test_an_authorisation_comes_back_as_it_was(self, store: Store) -> None:
        """All of it; a NUL becomes a visible sign. Its id is taken once."""

        def work(tx: Tx) -> list[bool]:
            return [tx.add_permission(RAFFLE), tx.add_permission(replace(RAFFLE, name="Other"))]

        assert await store.write(work) == [True, False]
        words = ("raffle", "rifa \u2400 ñ")
        kept = replace(RAFFLE, covers=replace(RAFFLE.covers, words=words))
        assert await store.read(lambda tx: tx.permission("A-1")) == kept
        assert await store.read(lambda tx: tx.permission("A-2")) is None

    async def test_listed_until_they_end(self, store: Store) -> None:
        """The first to end comes first; what ended before `since` is left out."""

        def work(tx: Tx) -> list[str]:
            for name, end in (("A-1", 3 * DAY), ("A-2", DAY), ("A-3", 2 * DAY)):
                tx.add_permission(replace(RAFFLE, id=name, ends_at=after(end)))
            return [one.id for one in tx.permissions(after(DAY))]

        assert await store.write(work) == ["A-3", "A-1"]

    async def test_revoked_once(self, store: Store) -> None:
        """From that moment it does not hold; a second revocation changes nothing."""

        def work(tx: Tx) -> list[bool]:
            tx.add_permission(RAFFLE)
            return [tx.revoke("A-1", after(5)), tx.revoke("A-1", after(9)), tx.revoke("A-2", NOON)]

        assert await store.write(work) == [True, False, False]
        kept = await store.read(lambda tx: tx.permission("A-1"))
        assert kept is not None
        assert [kept.holds(after(4)), kept.holds(after(5))] == [True, False]
