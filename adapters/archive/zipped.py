"""The members of a zip file, read without ever writing one to disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from adapters.archive.members import (
    Damage,
    DamagedMemberError,
    Limits,
    Meter,
    UnusableArchiveError,
    is_archive,
    path_fault,
)

# What zipfile raises over broken input; RuntimeError is what it documents for a member that asks
# for a password, and struct.error what a record cut short would raise if it did not look first.
_BROKEN = (
    zipfile.BadZipFile,  # no zip file, or a record or checksum that does not fit
    zlib.error,  # what does not inflate
    struct.error,
    EOFError,  # a member that ends too soon
    NotImplementedError,  # a version, method or flag of the format that zipfile does not know
    OSError,  # a place before the beginning of the file
    OverflowError,  # a place too far off to be one
    RuntimeError,
    ValueError,  # a name that is not UTF-8
)
# bz2 and lzma unpack a chunk at once, however large it becomes; chat exports use neither.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_TAIL = 65_535 + 22 + 20 + 56  # the longest comment and the three records before it


class ZipMembers:
    """A zip file as `Members`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._file = _CountedFile(path)
        try:
            _check_directory(self._file, limits)
            self._zip = zipfile.ZipFile(self._file)
        except (*_BROKEN, UnusableArchiveError) as error:
            self._file.close()
            if isinstance(error, UnusableArchiveError):
                raise
            raise UnusableArchiveError(
                "is no zip file, or its end is missing: export or copy it again"
            ) from None
        self._meter = Meter(limits)
        infos = self._zip.infolist()
        if len(infos) > limits.members:
            self.close()
            raise UnusableArchiveError(
                f"holds more than {limits.members:,} files: unpack it and scan it in parts"
            )
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self.refused = tuple(self._take(infos))
        self.names = tuple(sorted(self._infos))

    def read(self, name: str) -> bytes:
        """The member's content; raises `DamagedMemberError` or `UnusableArchiveError`."""
        before = self._file.taken
        try:
            with self._zip.open(self._infos[name]) as source:
                return self._meter.drain(source, lambda: self._file.taken - before)
        except _BROKEN:
            raise DamagedMemberError("is damaged: it cannot be unpacked") from None

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    def _take(self, infos: list[zipfile.ZipInfo]) -> list[Damage]:
        """Sort the members into those that are read and those that are refused."""
        refused = []
        for info in infos:
            name = _name(info)
            folder = name.endswith("/")
            fault = path_fault(name) or ("" if folder else _fault(info, name))
            if fault:
                refused.append(Damage(name, fault))
            elif folder:
                continue
            elif name in self._infos:
                refused.append(Damage(name, "stands twice in the archive: the first was read"))
            else:
                self._infos[name] = info
        return refused


class _CountedFile(io.FileIO):
    """A file that counts the bytes taken from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(-1 if size is None else size)
        self.taken += len(piece or b"")
        return piece or b""

    def readinto(self, buffer: Any, /) -> int:
        size = super().readinto(buffer) or 0
        self.taken += size
        return size


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; some programs (macOS) write UTF-8 without saying so."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _fault(info: zipfile.ZipInfo, name: str) -> str:
    """Why this member is not read; empty if it is."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, and links are not followed"
    if is_archive(name):
        return "is an archive inside the archive: unpack it and scan it by itself"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted: unpack it with its password and scan the folder"
    if info.compress_type not in _METHODS:
        return "is packed by a method that chat exports do not use: unpack it and scan the folder"
    return ""


def _check_directory(file: io.FileIO, limits: Limits) -> None:
    """Refuse a list of members that would fill the memory before the first is looked at."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    claimed = 0
    if (at := tail.rfind(_END)) >= 0 and at + 22 <= len(tail):
        claimed = struct.unpack_from("<L", tail, at + 12)[0]
        if claimed == 0xFFFFFFFF:
            claimed = 0
    if (at := tail.rfind(_END_64)) >= 0 and at + 56 <= len(tail):
        claimed = max(claimed, struct.unpack_from("<Q", tail, at + 40)[0])
    # A record that claims more than the file holds is broken, which zipfile says by itself.
    if min(claimed, size) > limits.directory_bytes:
        raise UnusableArchiveError(
            f"holds more than {limits.members:,} files: unpack it and scan it in parts"
        )
