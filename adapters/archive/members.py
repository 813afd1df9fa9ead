"""The files of an archive, read whole, one at a time, within limits that hold while reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Protocol

MIB = 1024 * 1024
_CHUNK = 64 * 1024
_ARCHIVES = frozenset({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst"})
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold. Sizes are counted as they are read, never believed."""

    members: int = 500_000
    member_bytes: int = 64 * MIB
    total_bytes: int = 16 * 1024 * MIB
    directory_bytes: int = 64 * MIB  # of a zip file's list of members
    ratio: int = 200  # unpacked to packed; chat packs to a tenth or twentieth
    ratio_from: int = 4 * MIB  # small files of the same line over and over are no bomb


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of an archive that was not read, by name, and why."""

    member: str
    problem: str

    def __str__(self) -> str:
        return f"{printable(self.member)}: {self.problem}"


class UnusableArchiveError(Exception):
    """The archive cannot be read at all, or must not be read on; the text says what to do."""


class DamagedMemberError(Exception):
    """One member cannot be read; the rest of the archive can."""


class Members(Protocol):
    """An archive's files by name (`/` between folders), those that are safe to read."""

    names: tuple[str, ...]
    refused: tuple[Damage, ...]

    def read(self, name: str) -> bytes:
        """The member's content; raises `DamagedMemberError` or `UnusableArchiveError`."""

    def close(self) -> None:
        """Let go of the archive."""


class Meter:
    """Counts what is read of an archive and stops at its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._total = 0

    def drain(self, source: IO[bytes], packed: Callable[[], int] | None = None) -> bytes:
        """Read a member to its end; `packed` tells how many packed bytes it took so far."""
        limits = self._limits
        pieces: list[bytes] = []
        size = 0
        while piece := source.read(_CHUNK):
            pieces.append(piece)
            size += len(piece)
            self._total += len(piece)
            if size > limits.member_bytes:
                raise DamagedMemberError(f"is larger than {_amount(limits.member_bytes)}")
            if packed and size > limits.ratio_from and size > limits.ratio * max(1, packed()):
                raise DamagedMemberError(
                    f"unpacks to more than {limits.ratio} times its size, as a zip bomb does"
                )
            if self._total > limits.total_bytes:
                what = f"holds more than {_amount(limits.total_bytes)} unpacked"
                raise UnusableArchiveError(f"{what}: unpack it and scan it in parts")
        return b"".join(pieces)


def path_fault(name: str) -> str:
    """Why a member's name is not a plain path inside the archive; empty if it is one."""
    if not name or "\0" in name or "\\" in name or _DRIVE.match(name):
        return "has a name that is no plain path"
    if name.startswith("/") or ".." in name.split("/"):
        return "has a name that leads out of the archive"
    return ""


def is_archive(name: str) -> bool:
    """Whether the name is that of an archive, which is not opened inside another."""
    return PurePosixPath(name).suffix.lower() in _ARCHIVES


def printable(name: str) -> str:
    """The name with what could disturb a terminal or a report written as an escape."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _amount(size: int) -> str:
    return f"{size // MIB:,} MiB" if size >= MIB else f"{size:,} bytes"
