"""Connections to the SQLite file, and the two kinds of transaction on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.store.port import StoreError

OLDEST_SQLITE = (3, 37)  # strict tables
BUSY_MS = 5000


def connect(path: Path, *, writer: bool) -> Database:
    """A connection with our settings; a reader's refuses to write."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite 3.37 or newer is needed; this is {sqlite3.sqlite_version}")
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db = Database(conn, execute_plugins=False)
        for pragma in (f"busy_timeout = {BUSY_MS}", "synchronous = FULL", "foreign_keys = ON"):
            conn.execute(f"PRAGMA {pragma}")
        if writer:
            db.enable_wal()
            conn.execute("PRAGMA secure_delete = ON")
        else:
            conn.execute("PRAGMA query_only = ON")
    except BaseException:
        conn.close()
        raise
    return db


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


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn SQLite's errors into `StoreError`s; they name tables and columns, never values."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database could not do it: {error}") from error
