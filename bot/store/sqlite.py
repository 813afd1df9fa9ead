"""The store on SQLite: one writer thread, a few readers, one file in the data folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.store import schema, seals
from bot.store.appeals import AppealVerbs
from bot.store.audit import AuditVerbs
from bot.store.connection import connect, database_errors, read_tx, write_tx
from bot.store.deliveries import DeliveryVerbs
from bot.store.flags import FlagVerbs
from bot.store.folder import DatabaseFile, FolderLock
from bot.store.pauses import PauseVerbs
from bot.store.people import PeopleVerbs
from bot.store.permissions import PermissionVerbs
from bot.store.port import StoreError, Tx
from bot.store.shadows import ShadowVerbs
from bot.store.vault import VARIABLE, SealError, Vault, new_key
from bot.store.verbs import Desk
from bot.store.words import WordVerbs

T = TypeVar("T")

READERS = 4
PRINT_KEY = "fingerprint_key"


class SqliteTx(
    FlagVerbs,
    AppealVerbs,
    PermissionVerbs,
    WordVerbs,
    PeopleVerbs,
    AuditVerbs,
    DeliveryVerbs,
    PauseVerbs,
    ShadowVerbs,
):
    """All verbs of `Tx`, on SQLite."""


def open_store(path: Path, keys: Sequence[str], *, beside: bool = False) -> SqliteStore:
    """Open the data folder `path`, made and migrated if need be; `StoreError` says what is wrong.

    The first of `keys` seals, each of them opens. The folder is held until `close`, except
    `beside`: a short command next to the process that holds it, which changes no tables.
    """
    vault = Vault(keys)
    lock = None if beside else FolderLock(path)
    writer: Database | None = None
    try:
        file = DatabaseFile(path)
        with database_errors():
            writer = connect(file.path, writer=True)
            upgraded = _ready(writer, path, beside=beside)
            desk = Desk(writer, vault, print_key(writer, vault, path))
    except BaseException:
        if writer:
            writer.close()
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
        return await self._on(self._writer, lambda: self._write(work))

    async def read(self, work: Callable[[Tx], T]) -> T:
        """See `Store`."""
        return await self._on(self._readers, lambda: self._read(work))

    async def reencrypt(self) -> int:
        """Seal every text anew under the first key; return how many there are."""

        def work() -> int:
            with database_errors():
                return seals.reencrypt(self._desk.db, self._desk.vault)

        return await self._on(self._writer, work)

    async def close(self) -> None:
        """See `Store`. Safe to call twice."""
        await asyncio.to_thread(self._close)

    async def _on(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            future = threads.submit(work)
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
            desk = self._readers_desk()
            with read_tx(desk.db):
                return work(SqliteTx(desk))

    def _readers_desk(self) -> Desk:
        """This reader thread's own connection, opened on its first use."""
        if not hasattr(self._local, "desk"):
            db = connect(self._file.path, writer=False)
            self._opened.append(db)
            self._local.desk = Desk(db, self._desk.vault, self._desk.print_key)
        desk: Desk = self._local.desk
        return desk

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        for db in (*self._opened, self._desk.db):
            db.close()
        if self._lock:
            self._lock.release()


def _ready(db: Database, folder: Path, *, beside: bool) -> tuple[str, ...]:
    """Bring the tables up to date (or refuse, `beside` another) and say which migrations ran."""
    schema.refuse_newer(db)
    if not beside:
        upgraded = schema.upgrade(db)
        _end_leases(db)
        return upgraded
    if schema.pending(db):
        raise StoreError(f"the records in {folder} are not up to date: run hallmonitor db upgrade")
    return ()


def _end_leases(db: Database) -> None:
    """Give back what an ended process left in hand; we hold the folder, so nobody works on it."""
    with write_tx(db):
        db.execute("UPDATE deliveries SET lease_until = claimed_at WHERE state = 'leased'")


def print_key(db: Database, vault: Vault, folder: Path) -> str:
    """The random key of the fingerprints, made once and kept sealed: it outlives every key change.

    It is also what tells at start that the secret key is the wrong one.
    """
    kept = list(db.table("meta").rows_where("name = ?", [PRINT_KEY]))
    if not kept:
        sealed = vault.seal(PRINT_KEY, new_key())
        with write_tx(db):
            db.table("meta").insert({"name": PRINT_KEY, "value": sealed})
        kept = [{"value": sealed}]
    try:
        return vault.open(PRINT_KEY, kept[0]["value"])
    except SealError:
        raise StoreError(
            f"{VARIABLE} does not open the records in {folder}: "
            "put back the key they were made with (older keys stand after the first)"
        ) from None
