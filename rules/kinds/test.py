"""What every kind of rule offers: a test that finds hits in one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rules.matching.expression import Pattern
from rules.matching.scan import DATUM, Found, Scan
from rules.packfiles.toml_places import Path
from rules.types import Part


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the original text, and the labelled stretches it rests on."""

    start: int
    end: int
    parts: tuple[Part, ...] = ()


class Build(Protocol):
    """What a kind asks for while it builds a test; faults are collected, not raised."""

    def pattern(self, source: str, path: Path, view: str | None = None) -> Pattern | None:
        """Compile a pattern, its vocabularies filled in; None after a fault.

        `view` is plain, raw or case (raw, capitals matter); without it, the rule's own.
        """

    def patterns(
        self, sources: Sequence[str], path: Path, view: str | None = None
    ) -> tuple[Pattern, ...]:
        """Compile the patterns of a list."""

    def terms(self, sources: Sequence[str], path: Path) -> tuple[str, ...]:
        """The literal words and phrases of a list, its vocabularies filled in."""

    def fault(self, path: Path, what: str, remedy: str = "") -> None:
        """Report a fault at a key path inside the rule."""


class Test(Protocol):
    """One rule's way of finding. `gates` and `terms` let the engine leave it out unasked."""

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """Groups of patterns; in every group at least one matches wherever there is a hit."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Words and phrases; unless empty, one of them stands wherever there is a hit."""

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """All hits; `fired` are the indexes of the terms that are there, None: unknown."""


def datum(found: Found) -> tuple[int, int]:
    """Where the group `datum` stands, or else the whole match."""
    for name, start, end in found.groups:
        if name == DATUM:
            return start, end
    return found.start, found.end


def hit(found: Found) -> Hit:
    """A match as a hit: named groups become its parts, the group `datum` its span."""
    return Hit(*datum(found), tuple(Part(*group) for group in found.groups))
