"""Tampering with the audit: what the table refuses, and what the chain finds out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.audit import HEAD, _hash
from bot.store.folder import DATABASE
from bot.store.port import StoreError
from bot.store.sqlite import SqliteStore, open_store
from tests.bot.store.keys import KEY
from tests.contract.builders import NOON, after


async def write_rows(store: SqliteStore, count: int = 4) -> None:
    for number in range(count):
        await store.write(
            lambda tx, n=number: tx.audit("cli:lee", "looked", f"F-{n}", after(n), {"n": str(n)})
        )


def tamper(folder: Path, *statements: str) -> None:
    """Change the table as somebody would who has the file but not the key."""
    with sqlite3.connect(folder / DATABASE) as conn:
        for name in ("audit_is_not_changed", "audit_is_not_deleted"):
            conn.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            conn.execute(statement)


async def broken(store: SqliteStore, folder: Path, change: Callable[[], None]) -> int | None:
    await write_rows(store)
    await store.close()
    change()
    again = open_store(folder, [KEY])
    try:
        return await again.read(lambda tx: tx.broken_audit())
    finally:
        await again.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT * FROM audit",
    ],
)
async def test_the_table_only_grows(store: SqliteStore, sql: str) -> None:
    """Rows can be neither changed, deleted nor replaced."""
    await write_rows(store)

    with pytest.raises(StoreError, match="append-only"):
        await store.write(lambda tx: tx._db.execute(sql))

    assert len(await store.read(lambda tx: tx.audit_rows())) == 4


@pytest.mark.parametrize(
    ("sql", "first"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit SET at = '2026-01-01' WHERE seq = 1", 1),
        ("UPDATE audit SET event = 'slept' WHERE seq = 4", 4),
        ("UPDATE audit SET subject = 'F-9' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq > 2", 3),
        ("DELETE FROM audit", 1),
        ("INSERT INTO audit SELECT 5, at, actor, event, subject, detail, hash FROM audit"
         " WHERE seq = 4", 5),
        (f"DELETE FROM meta WHERE name = '{HEAD}'", 4),
        (f"UPDATE meta SET value = 'forged' WHERE name = '{HEAD}'", 4),
    ],
)  # fmt: skip
async def test_the_chain_finds_out(store: SqliteStore, folder: Path, sql: str, first: int) -> None:
    """Whatever is changed, deleted, added or cut off: the first such row is named."""
    assert await broken(store, folder, lambda: tamper(folder, sql)) == first


async def test_a_chain_made_anew_is_found_out(store: SqliteStore, folder: Path) -> None:
    """Who deletes a row and recomputes every hash still lacks the key to seal the newest."""

    def forge() -> None:
        tamper(
            folder,
            "DELETE FROM audit WHERE seq = 2",
            "UPDATE audit SET seq = seq - 1 WHERE seq > 2",
        )
        with sqlite3.connect(folder / DATABASE) as conn:
            conn.row_factory = sqlite3.Row
            before = "0" * 64
            for row in conn.execute("SELECT * FROM audit ORDER BY seq").fetchall():
                before = _hash(before, dict(row))
                conn.execute("UPDATE audit SET hash = ? WHERE seq = ?", (before, row["seq"]))

    assert await broken(store, folder, forge) == 4


async def test_an_untouched_chain_holds(store: SqliteStore, folder: Path) -> None:
    """Closing and opening again is no tampering."""
    assert await broken(store, folder, lambda: None) is None


async def test_a_failed_transaction_leaves_no_gap(store: SqliteStore) -> None:
    """A row of a transaction that was rolled back is not missed."""
    await write_rows(store, 1)

    def fail(tx: object) -> None:
        tx.audit("a", "b", "c", NOON, {})
        raise KeyError

    with pytest.raises(KeyError):
        await store.write(fail)
    await write_rows(store, 2)

    assert [row["seq"] for row in await store.read(lambda tx: tx.audit_rows())] == ["1", "2", "3"]
    assert await store.read(lambda tx: tx.broken_audit()) is None
