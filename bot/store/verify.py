"""Looking the records over: what is wrong with them, in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Database

from bot.store import schema, seals
from bot.store.audit import AuditVerbs
from bot.store.connection import connect, read_tx
from bot.store.folder import DATABASE
from bot.store.port import StoreError
from bot.store.sqlite import print_key
from bot.store.vault import Vault
from bot.store.verbs import Desk

COUNTED = ("flags", "findings", "evidence", "decisions", "deliveries", "audit")

# What no sound history of a delivery leads to -> the rows that show it.
_ODD_DELIVERIES = {
    "came to an end without ever being tried": (
        "state IN ('done', 'refused', 'dead') AND (attempts = 0 OR claimed_at IS NULL)"
    ),
    "is in hand without having been tried": "state = 'leased' AND attempts = 0",
    "failed without a reason": "state IN ('refused', 'dead') AND reason = ''",
    "has a receipt but is not done": "state <> 'done' AND receipt <> '{}'",
}


def verify(folder: Path, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Count the records in `folder` and name every fault; nothing is changed.

    Works beside a running bot. Raises `StoreError` where there are no records, or no key for them.
    """
    path = folder / DATABASE
    if not path.exists():
        raise StoreError(f"there are no records in {folder}; choose the folder with --data")
    vault = Vault(keys)
    try:
        db = connect(path, writer=False)
        try:
            return _look_over(db, vault, folder)
        finally:
            db.close()
    except sqlite3.Error as error:
        return {}, [f"the file cannot be read: {error}"]


def _look_over(db: Database, vault: Vault, folder: Path) -> tuple[dict[str, int], list[str]]:
    schema.refuse_newer(db)
    if schema.pending(db):
        return {}, ["the tables are not up to date: run hallmonitor db upgrade"]
    desk = Desk(db, vault, print_key(db, vault, folder))
    with read_tx(db):
        return {table: db.table(table).count for table in COUNTED}, list(_faults(desk))


def _faults(desk: Desk) -> Iterator[str]:
    for [problem] in desk.db.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"the file is damaged: {problem}"
    for table, rowid, parent, _ in desk.db.execute("PRAGMA foreign_key_check"):
        yield f"{table}, row {rowid}: belongs to a row of {parent} that is missing"
    broken = AuditVerbs(desk).broken_audit()
    if broken is not None:
        yield f"audit, row {broken}: changed, missing or added by another hand"
    for place in seals.unopened(desk.db, desk.vault):
        yield f"{place}: the words kept there do not open"
    yield from _odd_deliveries(desk.db)


def _odd_deliveries(db: Database) -> Iterator[str]:
    for words, condition in _ODD_DELIVERIES.items():
        for [id_] in db.execute(f"SELECT id FROM deliveries WHERE {condition}"):  # noqa: S608
            yield f"delivery {id_} {words}"
