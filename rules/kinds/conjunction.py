"""`conjunction`: all named parts close together, in any order or in the order listed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from rules.kinds.datum import validator
from rules.kinds.surroundings import Surroundings, build_surroundings
from rules.kinds.test import Build, Hit, datum
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.packfiles.shapes import Id, Reach, RuleTable, Texts
from rules.types import Part

_SENTENCE_END = re.compile(r"[.!?…]{1,5}[\"')\]]{0,2}(?=\s)|\n")
_BEFORE_DATUM = 300  # more than any pattern matches before its group `datum`
_TRIES = 4  # parts tried per label before giving up: overlaps are rare, work stays bounded


class ConjunctionTable(RuleTable, kw_only=True):
    """The table of a `conjunction` rule."""

    all: dict[Id, Texts]
    within: Reach = 120
    ordered: bool = False
    sentence: bool = False
    views: dict[Id, Literal["plain", "raw", "case"]] = msgspec.field(default_factory=dict)
    validators: dict[Id, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """One named part: any of its patterns, if the validator takes what it finds."""

    name: str
    patterns: tuple[Pattern, ...]
    valid: Callable[[str], bool] | None

    def parts(self, scan: Scan, stretches: Sequence[tuple[int, int]]) -> list[Part]:
        """Where the part stands, from left to right.

        Where a validator must be asked, only matches that begin in one of the stretches count.
        """
        valid = self.valid
        patterns = scan.possible(self.patterns)
        if valid is None:
            parts = {Part(self.name, *datum(f)) for p in patterns for f in scan.find(p)}
        else:
            parts = {
                Part(self.name, *datum(found))
                for pattern in patterns
                for first, last in stretches
                for found in scan.find_from(pattern, first, last)
                if valid(found.datum)
            }
        return sorted(parts, key=_start)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Finds stretches that hold one part of every label, none overlapping another."""

    labels: tuple[Label, ...]
    within: int
    surroundings: Surroundings
    ordered: bool = False
    sentence: bool = False
    terms: tuple[str, ...] = ()

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """The patterns of every label, and what must be near."""
        return (*(label.patterns for label in self.labels), *self.surroundings.gates)

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """Hits from left to right, each part in one hit at most."""
        found: dict[str, list[Part]] = {}
        stretches = [(0, len(scan.raw.text))]
        for label in sorted(self.labels, key=_cost):
            found[label.name] = label.parts(scan, stretches)
            if not found[label.name]:
                return
            stretches = list(_around(found[label.name], self.within))
        groups = [found[label.name] for label in self.labels]
        taken = -1
        for first in sorted((part for group in groups for part in group), key=_start):
            if first.start < taken or first.end > first.start + self.within:
                continue
            if self.ordered and first.label != self.labels[0].name:
                continue
            others = [group for group in groups if group[0].label != first.label]
            parts = self._choose([first], others, scan)
            if not parts:
                continue
            hit = Hit(first.start, max(part.end for part in parts), tuple(parts))
            if self.surroundings.hold(hit, scan):
                taken = hit.end
                yield hit

    def _choose(
        self, chosen: list[Part], groups: Sequence[Sequence[Part]], scan: Scan
    ) -> list[Part] | None:
        """The nearest fitting part of each group after the first one chosen."""
        if not groups:
            return sorted(chosen, key=_start)
        begin = chosen[-1].end if self.ordered else chosen[0].start
        after = bisect_left(groups[0], begin, key=lambda part: part.start)
        for part in groups[0][after : after + _TRIES]:
            if part.end > chosen[0].start + self.within:
                break
            if not self._fits(part, chosen, scan):
                continue
            whole = self._choose([*chosen, part], groups[1:], scan)
            if whole:
                return whole
        return None

    def _fits(self, part: Part, chosen: Sequence[Part], scan: Scan) -> bool:
        """Whether the part overlaps none chosen, and shares a sentence where that is asked for."""
        if any(part.start < other.end and other.start < part.end for other in chosen):
            return False
        if not self.sentence:
            return True
        text = scan.raw.text
        between = (
            text[min(part.end, other.end) : max(part.start, other.start)] for other in chosen
        )
        return not any(map(_SENTENCE_END.search, between))


def _around(parts: Iterable[Part], within: int) -> Iterator[tuple[int, int]]:
    """Where matches begin that may stand by one of the parts; no stretch touches another."""
    first, last = -1, -1
    for part in parts:
        begin = max(part.end - within - _BEFORE_DATUM, 0)
        if begin > last and last >= 0:
            yield first, last
            first = begin
        first = begin if last < 0 else first
        last = max(last, part.start + within)
    yield first, last


def _cost(label: Label) -> bool:
    """Labels with a validator are looked for last, and only where the others are there."""
    return label.valid is not None


def _start(part: Part) -> tuple[int, int]:
    return part.start, part.end


def build_conjunction(table: ConjunctionTable, build: Build) -> Conjunction:
    """The test of a `conjunction` rule."""
    if len(table.all) < 2:
        build.fault(("all",), "a conjunction needs at least two named parts")
    for key in ("views", "validators"):
        for name in sorted(set(getattr(table, key)) - set(table.all)):
            build.fault((key, name), f"`{name}` is no part of this rule")
    labels = tuple(
        Label(
            name,
            build.patterns(sources, ("all", name), table.views.get(name)),
            validator(table.validators[name], ("validators", name), build)
            if name in table.validators
            else None,
        )
        for name, sources in table.all.items()
    )
    return Conjunction(
        labels, table.within, build_surroundings(table, build), table.ordered, table.sentence
    )
