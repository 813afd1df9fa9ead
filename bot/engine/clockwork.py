"""The clock's jobs: each runs once per slot of its period, and never beside itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.engine.port import ClockJob
from bot.store.port import Tx


@dataclass(slots=True)
class ClockEntry:
    """One clock job, and which slot this process last tried to take."""

    name: str
    seconds: float
    job: ClockJob
    tried: int | None = None
    running: bool = False

    def slot(self, now: datetime) -> int:
        """The number of the period that `now` falls into: the same in every process."""
        return int(now.timestamp() // self.seconds)


class Clockwork:
    """The clock jobs of one engine."""

    def __init__(self) -> None:
        self._entries: dict[str, ClockEntry] = {}

    def add(self, name: str, seconds: float, job: ClockJob) -> None:
        """Keep a job; each name stands for one job only."""
        if name in self._entries:
            raise ValueError(f"there is a clock job {name} already")
        if seconds <= 0:
            raise ValueError(f"the period of clock job {name} must be above zero")
        self._entries[name] = ClockEntry(name, seconds, job)

    def ready(self, now: datetime) -> list[ClockEntry]:
        """The entries whose slot this process has not tried yet."""
        entries = self._entries.values()
        return [one for one in entries if not one.running and one.tried != one.slot(now)]

    def seconds_left(self, now: datetime) -> list[float]:
        """How long until the next slot of each job that is not running."""
        at = now.timestamp()
        idle = [one for one in self._entries.values() if not one.running]
        return [(one.slot(now) + 1) * one.seconds - at for one in idle]


def take_slots(tx: Tx, ready: list[ClockEntry], now: datetime) -> list[ClockEntry]:
    """Those of `ready` whose present slot no other process has taken."""
    return [one for one in ready if tx.clock_slot(one.name, str(one.slot(now)), now)]
