"""`pattern`: any of the regular expressions; named groups become labelled parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rules.kinds.surroundings import Surroundings, build_surroundings
from rules.kinds.test import Build, Hit, hit
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.packfiles.shapes import RuleTable, Texts


class PatternTable(RuleTable, kw_only=True):
    """The table of a `pattern` rule."""

    patterns: Texts


@dataclass(frozen=True, slots=True)
class Patterns:
    """Finds what any of its patterns matches (and `valid` takes), in the right surroundings."""

    patterns: tuple[Pattern, ...]
    surroundings: Surroundings
    valid: Callable[[str], bool] | None = None
    terms: tuple[str, ...] = ()

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """Its patterns, and what must be near."""
        return (self.patterns, *self.surroundings.gates)

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """Hits of every pattern, pattern by pattern."""
        for pattern in scan.possible(self.patterns):
            for found in scan.find(pattern, overlapped=self.valid is not None):
                if self.valid and not self.valid(found.datum):
                    continue
                if self.surroundings.hold(candidate := hit(found), scan):
                    yield candidate


def build_pattern(table: PatternTable, build: Build) -> Patterns:
    """The test of a `pattern` rule."""
    patterns = build.patterns(table.patterns, ("patterns",))
    return Patterns(patterns, build_surroundings(table, build))
