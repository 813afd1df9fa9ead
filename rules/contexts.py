"""Contexts: what clears a speaker, and whether it clears a given finding."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from rules.matching.expression import Pattern
from rules.matching.scan import Found, Scan

# A sentence ends at punctuation before white space or at a line's end; both in the folded view.
_SENTENCE_END = re.compile(r"[.!?]{1,10}[\"')\]]{0,3}(?=\s)|\n")


class Place(NamedTuple):
    """Where a finding stands in the original, and where the last of its parts begins.

    What stands before the last part stands before the finding: "he **told** her she is a ...".
    """

    start: int
    end: int
    last: int


@dataclass(frozen=True, slots=True)
class ContextRule:
    """One context of `contexts.toml`, compiled."""

    id: str
    scope: str  # message, sentence, before, after, beside or inside
    within: int
    patterns: tuple[Pattern, ...]
    reason: str
    stops: tuple[Pattern, ...] = ()  # what ends its reach, as the end of a sentence does
    despite: tuple[Pattern, ...] = ()  # what voids it, anywhere in the message
    lowers: bool = False  # it clears nothing: a person looks before the author is told
    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def clears(self, place: Place, scan: Scan) -> bool:
        """Whether the context holds for a finding at this place of the original.

        What follows from it is for the caller: to clear the finding, or, with `lowers`, its tier.
        """
        found = (found for p in scan.possible(self.patterns) for found in scan.find(p))
        if not any(self._reaches(one, place, scan) for one in found):
            return False
        return not any(map(scan.find, scan.possible(self.despite)))

    def _reaches(self, found: Found, place: Place, scan: Scan) -> bool:
        match self.scope:
            case "message":
                near = True
            case "inside":
                near = found.start <= place.start and place.end <= found.end
            case "sentence":
                first, last = sentence(place, scan)
                near = found.start < last and first < found.end
            case _:
                near = self._beside(found, place, scan)
        return near and not self._stopped(found, place, scan)

    def _beside(self, found: Found, place: Place, scan: Scan) -> bool:
        first, last = sentence(place, scan)
        before = found.end <= place.last and found.start >= first
        after = place.end <= found.start and found.end <= last
        return (before and self.scope != "after" and found.end >= place.last - self.within) or (
            after and self.scope != "before" and found.start <= place.end + self.within
        )

    def _stopped(self, found: Found, place: Place, scan: Scan) -> bool:
        """Whether something that ends its reach lies between the context and the finding."""
        return any(
            found.end <= stop.start < stop.end <= place.last
            or place.end <= stop.start < stop.end <= found.start
            for pattern in self.stops
            for stop in scan.find(pattern)
        )


def sentence(place: Place, scan: Scan) -> tuple[int, int]:
    """The sentence (or sentences) that a stretch of the original stands in."""
    ends = scan.ends_of(_SENTENCE_END)
    before, after = bisect_right(ends, place.start), bisect_left(ends, place.end)
    first = ends[before - 1] if before else 0
    return first, ends[after] if after < len(ends) else len(scan.raw.text)
