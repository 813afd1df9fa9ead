"""Looking over the data folder and the records in it, beside whatever bot may be running."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot.setup.findings import Finding, fault, ok, skipped, warning
from bot.store.folder import DATABASE
from bot.store.port import RecordedPause, StoreError, Tx
from bot.store.sqlite import open_store
from bot.store.verify import verify

MIB = 1024 * 1024
LITTLE, TOO_LITTLE = 1024 * MIB, 100 * MIB
PASSING = {"tmpfs", "ramfs", "overlay", "aufs", "squashfs"}  # gone after a restart or a release
MOUNTS = Path("/proc/mounts")
Free = Callable[[Path], int]


def free_bytes(path: Path) -> int:
    """Free space of the disk that holds `path`."""
    return shutil.disk_usage(path).free


def look_at_folder(data: Path, free: Free = free_bytes, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """Whether the folder can be written, is its owner's alone, has room, and lasts."""
    standing = data.resolve()
    while not standing.exists():
        standing = standing.parent
    if not os.access(standing, os.W_OK | os.X_OK) or not standing.is_dir():
        yield fault(
            "data-folder",
            f"{standing} cannot be written by this account.",
            "Give the bot's account that folder, or choose another with --data.",
        )
    elif standing != data.resolve():
        yield ok("data-folder", f"{data} is not there yet; the first run makes it.")
    else:
        yield _access(data)
    yield _room(standing, free(standing))
    yield _lasting(standing, mounts)


async def look_at_records(data: Path, keys: Sequence[str], now: datetime) -> list[Finding]:
    """Whether the database opens with these keys, is whole, takes writes, and lost nothing."""
    if not (data / DATABASE).exists():
        return [skipped("records", "There are no records yet; the first run begins them.")]
    if not keys:
        return [skipped("records", "The records cannot be opened without a key.")]
    try:
        counts, faults = verify(data, keys)
    except StoreError as error:
        return [_broken(str(error))]
    if faults:
        return [_broken(one) for one in faults]
    found = [
        ok(
            "records",
            f"The database opens, its key fits and its audit is whole: {counts['flags']} flags, "
            f"{counts['deliveries']} deliveries, {counts['audit']} audit rows.",
        )
    ]
    return found + await _work(data, keys, now)


async def _work(data: Path, keys: Sequence[str], now: datetime) -> list[Finding]:
    """Begin a write (and keep nothing of it), and look for what was given up or is paused."""
    try:
        store = open_store(data, keys, beside=True)
        try:
            await store.write(_nothing)
            dead = await store.read(lambda tx: len(tx.dead()))
            paused = await store.read(lambda tx: [p for p in tx.pauses(now) if p.holds(now)])
        finally:
            await store.close()
    except StoreError as error:
        return [_broken(str(error))]
    found = [ok("records-writable", "The database takes writes.")]
    if dead:
        found.append(
            warning(
                "deliveries",
                f"{dead} {'delivery was' if dead == 1 else 'deliveries were'} given up.",
                "See why with hallmonitor deliveries dead; send them again with "
                "hallmonitor deliveries retry.",
            )
        )
    return [*found, *map(_paused, paused)]


def _paused(pause: RecordedPause) -> Finding:
    what, where = pause.covers.rule or "every rule", pause.covers.place or "every channel"
    until = f"{pause.ends_at:%Y-%m-%d %H:%M} UTC"
    return warning(
        "paused",
        f"Nothing follows from {what} in {where} until {until}: {pause.reason}.",
        f"If that is over, hallmonitor rules resume {pause.covers.id}.",
    )


def _nothing(_: Tx) -> None:
    """A transaction takes the write lock and, on a read-only file, fails."""


def _broken(what: str) -> Finding:
    remedy = (
        "Put a key back, or the folder, if one was changed; otherwise stop the bot, keep a copy of "
        "the data folder, and restore the last backup (docs/operating.md)."
    )
    what, _, own = what.partition(": ") if "run hallmonitor db upgrade" in what else (what, "", "")
    return fault("records", f"{what[:1].upper()}{what[1:]}.", own.capitalize() or remedy)


def _access(data: Path) -> Finding:
    about = data.stat()
    if stat.S_IMODE(about.st_mode) & 0o077:
        return warning(
            "data-folder",
            f"Other accounts of this machine can look into {data}.",
            f"chmod 700 {data}",
        )
    return ok("data-folder", f"{data} is its owner's alone.")


def _room(standing: Path, free: int) -> Finding:
    what = f"{free // MIB:,} MiB are free on the disk of {standing}."
    remedy = "Make room: where nothing can be recorded, the platforms are not acknowledged."
    if free < TOO_LITTLE:
        return fault("disk", what, remedy)
    return warning("disk", what, remedy) if free < LITTLE else ok("disk", what)


def _lasting(standing: Path, mounts: Path) -> Finding:
    """What kind of disk it is; a folder inside a container goes with the container."""
    kind = _filesystem(standing, mounts)
    if not kind:
        return skipped("lasting-disk", "This system does not tell what kind of disk it is.")
    if kind in PASSING:
        return warning(
            "lasting-disk",
            f"{standing} is on {kind}: what is kept may be gone after a restart or a release.",
            "Put the data folder on a lasting disk (a volume), and name it with --data.",
        )
    return ok("lasting-disk", f"{standing} is on a disk that lasts ({kind}).")


def _filesystem(standing: Path, mounts: Path) -> str:
    try:
        rows = [line.split() for line in mounts.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return ""
    holding = [
        (len(row[1]), number, row[2])
        for number, row in enumerate(rows)
        if len(row) > 2 and standing.is_relative_to(row[1].replace("\\040", " "))
    ]
    return max(holding)[2] if holding else ""
