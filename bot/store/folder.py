"""The data folder: made for its owner alone, and used by one process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.store.port import StoreError

DATABASE = "hallmonitor.db"
LOCK = "hallmonitor.lock"


class FolderLock:
    """Holds a data folder until `release`, or until the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(f"{folder} cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise StoreError(
                f"another Hall Monitor (process {holder}) uses {folder}: "
                "stop it first, or choose another folder with --data"
            ) from error
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another process have the folder; safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class DatabaseFile:
    """The database's file, watched: SQLite writes on happily to a file that was taken away."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._identity = self._look()
        except OSError as error:
            raise StoreError(f"{self.path} cannot be opened: {error.strerror}") from error

    def check(self) -> None:
        """Raise `StoreError` if another file, or none, stands where the records were opened."""
        try:
            same = self._look() == self._identity
        except OSError:
            same = False
        if not same:
            raise StoreError(f"{self.path} was moved or removed: put it back and restart")

    def _look(self) -> tuple[int, int]:
        seen = self.path.stat()
        return seen.st_dev, seen.st_ino
