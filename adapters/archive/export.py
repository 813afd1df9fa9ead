"""What every kind of export is read as: messages, portion by portion, with the names beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.archive.members import Damage
from rules.types import Message


@dataclass(frozen=True, slots=True)
class Portion:
    """What one member held: the messages of one channel, oldest first, and what was damaged."""

    member: str
    messages: tuple[Message, ...] = ()
    damage: tuple[Damage, ...] = ()


class Export(Protocol):
    """An opened export. Display names stand here, apart from the messages, for reports only."""

    @property
    def platform(self) -> str:
        """The platform's name, as in `MessageKey`."""

    @property
    def workspace(self) -> str:
        """The platform's id of the workspace where the export tells, else the export's name."""

    @property
    def channels(self) -> Mapping[str, str]:
        """Channel id -> its name, as people say it."""

    @property
    def people(self) -> Mapping[str, str]:
        """Author id -> display name."""

    @property
    def damage(self) -> tuple[Damage, ...]:
        """What could not be read before the first message."""

    @property
    def size(self) -> int:
        """How many portions there are, for a progress bar."""

    def portions(self, since: datetime | None = None) -> Iterator[Portion]:
        """Read the messages posted since then, in an order that is the same every time.

        A portion comes for each member, also for one that holds nothing of interest. Raises
        `UnusableArchiveError` where it must not be read on.
        """

    def close(self) -> None:
        """Let go of the archive."""
