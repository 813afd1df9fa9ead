"""What must, and must not, stand near a hit: shared by all kinds."""

from __future__ import annotations

from dataclasses import dataclass

from rules.kinds.test import Build, Hit
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.packfiles.shapes import RuleTable


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`near`, `not_near` and `reach` of a rule."""

    near: tuple[Pattern, ...]
    not_near: tuple[Pattern, ...]
    reach: int

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """The patterns of `near`, if any, as a group that must match."""
        return (self.near,) if self.near else ()

    def hold(self, hit: Hit, scan: Scan) -> bool:
        """Whether something of `near` (if any is asked for) and nothing of `not_near` is there."""
        if self.near and not self._any_by(hit, self.near, scan):
            return False
        return not self._any_by(hit, self.not_near, scan)

    def _any_by(self, hit: Hit, patterns: tuple[Pattern, ...], scan: Scan) -> bool:
        return any(
            found.start - self.reach <= hit.end and hit.start <= found.end + self.reach
            for pattern in scan.possible(patterns)
            for found in scan.find(pattern)
        )


def build_surroundings(table: RuleTable, build: Build) -> Surroundings:
    """The surroundings that a rule's table asks for."""
    near = build.patterns(table.near, ("near",))
    not_near = build.patterns(table.not_near, ("not_near",))
    return Surroundings(near, not_near, table.reach)
