"""Contexts: what clears a speaker, and whether it clears a given finding."""

from __future__ import annotations

import re
from collections.abc import Set
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
    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def clears(
        self, start: int, end: int, scan: Scan, possible: Set[Pattern] | None = None
    ) -> bool:
        """Whether the context holds for a finding at this place of the original.

        `possible`: the patterns that are not ruled out for this text, where that is known.
        """
        return any(
            self._reaches(found, start, end, scan)
            for pattern in self.patterns
            if possible is None or pattern in possible
            for found in scan.find(pattern)
        )

    def _reaches(self, found: Found, start: int, end: int, scan: Scan) -> bool:
        match self.scope:
            case "message":
                return True
            case "inside":
                return found.start <= start and end <= found.end
            case "sentence":
                first, last = sentence(start, end, scan)
                return found.start < last and first < found.end
            case "before":
                near = start - self.within <= found.end <= start
                return near and found.start >= sentence(start, end, scan)[0]
            case _:
                near = end <= found.start <= end + self.within
                return near and found.end <= sentence(start, end, scan)[1]


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
