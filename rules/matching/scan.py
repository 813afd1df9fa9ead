"""Bounded matching: one message's allowance of time, and `regex` calls that keep to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice, takewhile
from time import thread_time
from typing import Self

import regex

from rules.folding.normalize import View
from rules.matching.expression import Pattern, has_turkish_i

# Seconds of computing, not of the wall: a busy machine must not change what is found.
CALL_S = 0.05  # one pattern on one text
MESSAGE_S = 0.2  # all confirming on one message, or on one window of a long one
_PLACES = 16  # places that re2 finds before `regex` goes on alone
MOST = 200  # matches taken of one pattern on one text

LONG = 1000  # characters from which on looking for places first is worth its while

DATUM = "datum"  # the group that, if a pattern names it, is the span of what it finds


@dataclass(frozen=True, slots=True)
class Found:
    """One match: where it stands in the original, its words in its view, its named groups."""

    start: int
    end: int
    text: str = field(repr=False)
    datum: str = field(repr=False)  # the words of the group `datum`, or else all of them
    groups: tuple[tuple[str, int, int], ...] = ()


class OutOfBudgetError(Exception):
    """The message has used up its time; what is left is skipped, and said to be."""


class Budget:
    """The time that one message may take; made anew for each."""

    def __init__(
        self,
        seconds: float = MESSAGE_S,
        call: float = CALL_S,
        now: Callable[[], float] = thread_time,
    ) -> None:
        self._now = now
        self._call = call
        self._end = now() + seconds

    @classmethod
    def patient(cls) -> Self:
        """More than any honest pattern takes: for figures that must not hang on the machine."""
        return cls(seconds=600, call=60)

    def left(self) -> float:
        """Seconds left for the next call; raises `OutOfBudgetError` when there are none."""
        left = self._end - self._now()
        if left <= 0:
            raise OutOfBudgetError
        return min(left, self._call)

    def forgive(self, seconds: float) -> None:
        """Not count time that went into something done once and for all."""
        self._end += seconds


class Scan:
    """Runs patterns on the views of one text, each once; every offset is one of the original.

    A pattern that runs too long raises `TimeoutError`, a message that did `OutOfBudgetError`.
    """

    def __init__(self, plain: View, raw: View, budget: Budget, *, quick: bool = True) -> None:
        self.plain = plain
        self.raw = raw
        self._budget = budget
        self._quick = quick  # ask re2 first, which says no in a microsecond or two
        self._encoded = plain.text.encode(), raw.text.encode()
        self._turkish = has_turkish_i(raw.text)
        self._found: dict[tuple[Pattern, bool], list[Found]] = {}
        self._narrowed: list[tuple[Set[Pattern], Set[object]]] = []
        self._asked: dict[Pattern, bool] = {}
        self._ends: dict[re.Pattern[str], list[int]] = {}

    def find(self, pattern: Pattern, *, overlapped: bool = False) -> list[Found]:
        """The matches of a pattern that are not empty, from left to right.

        `overlapped`: one may begin inside another, for those who refuse some of them.
        """
        known = self._found.get((pattern, overlapped))
        if known is None and not self.may_match(pattern):
            known = self._found[pattern, overlapped] = []
        if known is None:
            view = self._ready(pattern)
            matches = islice(self._matches(pattern, view.text, overlapped), MOST)
            known = [_found(match, view) for match in matches if match[0]]
            self._found[pattern, overlapped] = known
        return known

    def ends_of(self, mark: re.Pattern[str]) -> list[int]:
        """Where the matches of `mark` in the plain view end, as sorted places of the original."""
        if mark not in self._ends:
            found = mark.finditer(self.plain.text)
            self._ends[mark] = [self.plain.original(*one.span())[1] for one in found]
        return self._ends[mark]

    def find_from(self, pattern: Pattern, first: int, last: int) -> list[Found]:
        """The matches that begin between two places of the original; they may overlap."""
        if len(self.raw.text) <= LONG:
            return [
                one for one in self.find(pattern, overlapped=True) if first <= one.start <= last
            ]
        if not self.may_match(pattern):
            return []
        view = self._ready(pattern)
        begin = view.place(first)
        matches = pattern.regex.finditer(
            view.text, pos=begin, overlapped=True, timeout=self._budget.left()
        )
        near = takewhile(lambda match: view.original(*match.span())[0] <= last, matches)
        return [_found(match, view) for match in islice(near, MOST) if match[0]]

    def _ready(self, pattern: Pattern) -> View:
        """The view that a pattern looks at; compiling it is not counted."""
        self._budget.forgive(pattern.prepare())
        return self.raw if pattern.raw else self.plain

    def _matches(self, pattern: Pattern, text: str, overlapped: bool) -> Iterator[regex.Match[str]]:
        if len(text) > LONG and not overlapped and self._asks_re2(pattern) and pattern.quick:
            return shown_by_re2(pattern, text, self._encoded[pattern.raw], self._budget.left)
        return pattern.regex.finditer(text, overlapped=overlapped, timeout=self._budget.left())

    def narrow(self, known: Set[Pattern], maybe: Set[object]) -> None:
        """Take it as proved that of the known patterns only those in `maybe` can match."""
        self._narrowed.append((known, maybe))

    def possible(self, patterns: Sequence[Pattern]) -> Sequence[Pattern]:
        """Those of the patterns that are not proved to match nowhere, in the same order."""
        for known, maybe in self._narrowed:
            patterns = [p for p in patterns if p in maybe or p not in known]
        return patterns

    def may_match(self, pattern: Pattern) -> bool:
        """Whether a match is not ruled out; each pattern is asked once."""
        may = self._asked.get(pattern)
        if may is None:
            may = self._asked[pattern] = self._may_match(pattern)
        return may

    def _may_match(self, pattern: Pattern) -> bool:
        for known, maybe in self._narrowed:
            if pattern in known and pattern not in maybe:
                return False
        return not self._asks_re2(pattern) or pattern.may_match(self._encoded[pattern.raw])

    def _asks_re2(self, pattern: Pattern) -> bool:
        return self._quick and not (pattern.raw and self._turkish)


def shown_by_re2(
    pattern: Pattern, text: str, encoded: bytes, left: Callable[[], float]
) -> Iterator[regex.Match[str]]:
    """What `regex` finds in a text; re2, which reads on much faster, shows it the first places."""
    even = len(encoded) == len(text)
    at = 0
    for _ in range(_PLACES):
        start = pattern.start(encoded, at if even else len(text[:at].encode()))
        if start is None:
            return
        # re2 looks between bytes: a place inside a character stands for the character.
        start = start if even else len(encoded[:start].decode(errors="ignore"))
        match = pattern.regex.match(text, pos=start, timeout=left())
        if match is None:
            at = start + 1
        elif match[0]:
            yield match
            at = match.end()
        else:
            break
    yield from pattern.regex.finditer(text, pos=at, timeout=left())


def _found(match: regex.Match[str], view: View) -> Found:
    groups = tuple(
        (name, *view.original(*match.span(name)))
        for name in match.re.groupindex
        if match.start(name) < match.end(name)
    )
    datum = match["datum"] if "datum" in match.re.groupindex else None
    return Found(*view.original(*match.span()), match[0], datum or match[0], groups)
