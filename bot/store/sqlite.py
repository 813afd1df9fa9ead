"""The store on SQLite: one writer thread, a few readers, one file in the data folder."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.store import schema
from bot.store.audit import AuditVerbs
from bot.store.deliveries import DeliveryVerbs
from bot.store.flags import FlagVerbs
from bot.store.folder import DatabaseFile, FolderLock
from bot.store.people import PeopleVerbs
from bot.store.port import StoreError, Tx
from bot.store.vault import VARIABLE, SealError, Vault, new_key
from bot.store.verbs import Desk
from bot.store.words import WordVerbs

T = TypeVar("T")

READERS = 4
BUSY_MS = 5000
PRINT_KEY = "fingerprint_key"


class SqliteTx(FlagVerbs, WordVerbs, PeopleVerbs, AuditVerbs, DeliveryVerbs):
    """All verbs of `Tx`, on SQLite."""


@contextmanager
def write_tx(db: Database) -> Iterator[None]:
    """All or nothing, begun as a writer.

    `Database.atomic()` begins deferred: a transaction that reads before it writes then fails at
    once when another wrote in between, whatever the busy timeout.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextmanager
def read_tx(db: Database) -> Iterator[None]:
    """One snapshot for all reads in it."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


def connect(path: Path, *, writer: bool) -> Database:
    """A connection with our settings; a reader's refuses to write."""
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db = Database(conn, execute_plugins=False)
    for pragma in (f"busy_timeout = {BUSY_MS}", "synchronous = FULL", "foreign_keys = ON"):
        conn.execute(f"PRAGMA {pragma}")
    if writer:
        db.enable_wal()
        conn.execute("PRAGMA secure_delete = ON")
    else:
        conn.execute("PRAGMA query_only = ON")
    return db


def open_store(path: Path, keys: Sequence[str], *, beside: bool = False) -> SqliteStore:
    """Open the data folder `path`, made and migrated if need be; `StoreError` says what is wrong.

    The first of `keys` seals, each of them opens. The folder is held until `close`, except
    `beside`: a short command next to the process that holds it.
    """
    vault = Vault(keys)
    if sqlite3.sqlite_version_info < (3, 37):
        raise StoreError(f"SQLite 3.37 or newer is needed; this is {sqlite3.sqlite_version}")
    lock = None if beside else FolderLock(path)
    try:
        file = DatabaseFile(path)
        with database_errors():
            writer = connect(file.path, writer=True)
            schema.refuse_newer(writer)
            upgraded = schema.upgrade(writer)
            desk = Desk(writer, vault, _print_key(writer, vault, path))
            _end_leases(writer)
    except BaseException:
        if lock:
            lock.release()
        raise
    return SqliteStore(desk, file, lock, upgraded)


class SqliteStore:
    """A `Store` on one SQLite file. `upgraded` names the migrations that opening it applied."""

    def __init__(
        self, desk: Desk, file: DatabaseFile, lock: FolderLock | None, upgraded: tuple[str, ...]
    ) -> None:
        self.upgraded = upgraded
        self._desk = desk
        self._file = file
        self._lock = lock
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self._local = threading.local()
        self._opened: list[Database] = []

    async def write(self, work: Callable[[Tx], T]) -> T:
        """See `Store`."""
        return await self._on(self._writer, self._write, work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """See `Store`."""
        return await self._on(self._readers, self._read, work)

    async def close(self) -> None:
        """See `Store`. Safe to call twice."""
        await asyncio.to_thread(self._close)

    async def _on(
        self,
        threads: ThreadPoolExecutor,
        how: Callable[[Callable[[Tx], T]], T],
        work: Callable[[Tx], T],
    ) -> T:
        try:
            future = threads.submit(how, work)
        except RuntimeError as error:
            raise StoreError("the records are closed") from error
        return await asyncio.wrap_future(future)

    def _write(self, work: Callable[[Tx], T]) -> T:
        self._file.check()
        with database_errors(), write_tx(self._desk.db):
            return work(SqliteTx(self._desk))

    def _read(self, work: Callable[[Tx], T]) -> T:
        self._file.check()
        with database_errors():
            if not hasattr(self._local, "desk"):
                db = connect(self._file.path, writer=False)
                self._opened.append(db)
                self._local.desk = Desk(db, self._desk.vault, self._desk.print_key)
            desk: Desk = self._local.desk
            with read_tx(desk.db):
                return work(SqliteTx(desk))

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        for db in (*self._opened, self._desk.db):
            db.close()
        if self._lock:
            self._lock.release()


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn SQLite's errors into `StoreError`s; they name tables and columns, never values."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database could not do it: {error}") from error


def _print_key(db: Database, vault: Vault, folder: Path) -> str:
    """The random key of the fingerprints, made once and kept sealed: it outlives every key change.

    It is also what tells at start that the secret key is the wrong one.
    """
    with write_tx(db):
        kept = list(db.table("meta").rows_where("name = ?", [PRINT_KEY]))
        if not kept:
            sealed = vault.seal(PRINT_KEY, new_key())
            db.table("meta").insert({"name": PRINT_KEY, "value": sealed})
            kept = [{"value": sealed}]
    try:
        return vault.open(PRINT_KEY, kept[0]["value"])
    except SealError:
        raise StoreError(
            f"{VARIABLE} does not open the records in {folder}: "
            "put back the key they were made with (older keys stand after the first)"
        ) from None


def _end_leases(db: Database) -> None:
    """Give back what an ended process left in hand; we hold the folder, so nobody works on it."""
    with write_tx(db):
        db.execute("UPDATE deliveries SET lease_until = claimed_at WHERE state = 'leased'")
