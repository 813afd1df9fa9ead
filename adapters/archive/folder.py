"""The members of a folder: plain files below it, and nothing that a link leads to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from adapters.archive.members import (
    Damage,
    DamagedMemberError,
    Limits,
    Meter,
    UnusableArchiveError,
    is_archive,
)


class FolderMembers:
    """A folder as `Members`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._meter = Meter(limits)
        self._refused: list[Damage] = []
        names = []
        for name in self._walk():
            names.append(name)
            if len(names) > limits.members:
                raise UnusableArchiveError(
                    f"holds more than {limits.members:,} files: scan it in parts"
                )
        self.names = tuple(sorted(names))
        self.refused = tuple(sorted(self._refused, key=lambda damage: damage.member))

    def read(self, name: str) -> bytes:
        """The file's content; raises `DamagedMemberError` or `UnusableArchiveError`."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(self._path / name, flags), "rb") as source:
                return self._meter.drain(source)
        except OSError as error:
            raise DamagedMemberError(f"cannot be read: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is held open."""

    def _walk(self) -> Iterator[str]:
        """Yield the names of the plain files, noting everything else."""

        def unreadable(error: OSError) -> None:
            name = os.path.relpath(error.filename, self._path)
            self._refused.append(Damage(name, f"cannot be read: {error.strerror}"))

        for folder, folders, files in os.walk(self._path, onerror=unreadable):
            for entry in (*folders, *files):
                full = Path(folder, entry)
                name = full.relative_to(self._path).as_posix()
                fault = _fault(full)
                if fault:
                    self._refused.append(Damage(name, fault))
                elif entry in files:
                    yield name


def _fault(path: Path) -> str:
    """Why this is not read; empty if it is a folder or a plain file."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(mode):
        return "is a link, and links are not followed"
    if stat.S_ISDIR(mode):
        return ""
    if not stat.S_ISREG(mode):
        return "is no plain file"
    if is_archive(path.name):
        return "is an archive inside the folder: scan it by itself"
    return ""
