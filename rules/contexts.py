"""Contexts: what clears a speaker, and whether it clears a given finding."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.expression import Pattern
from rules.scan import Found, Scan

# A sentence ends at punctuation before white space or at a line's end; both in the folded view.
_SENTENCE_END = re.compile(r"[.!?]{1,10}[\"')\]]{0,3}(?=\s)|\n")


@dataclass(frozen=True, slots=True)
class ContextRule:
    """One context of `contexts.toml`, compiled."""

    id: str
    scope: str  # message, sentence, before, after or inside
    within: int
    patterns: tuple[Pattern, ...]
    reason: str
    stops: tuple[Pattern, ...] = ()  # what ends its reach, as the end of a sentence does
    despite: tuple[Pattern, ...] = ()  # what voids it, anywhere in the message
    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def clears(self, start: int, end: int, scan: Scan) -> bool:
        """Whether the context holds for a finding at this place of the original."""
        found = (found for pattern in self.patterns for found in scan.find(pattern))
        if not any(self._reaches(one, start, end, scan) for one in found):
            return False
        return not any(scan.find(pattern) for pattern in self.despite)

    def _reaches(self, found: Found, start: int, end: int, scan: Scan) -> bool:
        if self.scope == "inside":
            return found.start <= start and end <= found.end
        first, last = self._reach(start, end, scan)
        match self.scope:
            case "before":
                return max(first, start - self.within) <= found.end <= start and (
                    first <= found.start
                )
            case "after":
                return end <= found.start <= end + self.within and found.end <= last
            case _:
                return found.start < last and first < found.end

    def _reach(self, start: int, end: int, scan: Scan) -> tuple[int, int]:
        """How far to either side of a finding the context may stand, its `stops` heeded."""
        whole = (0, len(scan.raw.text))
        first, last = whole if self.scope == "message" else sentence(start, end, scan)
        for pattern in self.stops:
            for stop in scan.find(pattern):
                if stop.end <= start:
                    first = max(first, stop.end)
                elif stop.start >= end:
                    last = min(last, stop.start)
        return first, last


def sentence(start: int, end: int, scan: Scan) -> tuple[int, int]:
    """The sentence (or sentences) that a stretch of the original stands in."""
    first, last = 0, len(scan.raw.text)
    for mark in _SENTENCE_END.finditer(scan.plain.text):
        at = scan.plain.original(*mark.span())[1]
        if at <= start:
            first = at
        elif at >= end:
            return first, at
    return first, last
