"""One pattern of a pack: what it looks at, what it needs, and its `regex` once it is used."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from time import thread_time
from typing import Literal

import re2
import regex

from rules.matching.literals import Strings
from rules.regexes import loosen

QUIET = re2.Options()
QUIET.log_errors = False
QUIET.never_capture = True

Ways = Callable[[], tuple[frozenset[Strings], ...]]


class Sight(StrEnum):
    """The two views of a text."""

    PLAIN = "plain"
    RAW = "raw"


def has_turkish_i(text: str) -> bool:
    """Whether a text holds İ or ı: to `regex`, ignoring case, an i; not to re2 nor `casefold`."""
    return not text.isascii() and ("İ" in text or "ı" in text)


class Pattern:
    """Hashed by identity: each source of a view is made once."""

    __slots__ = ("_quick", "_regex", "_starts", "_ways", "flags", "raw", "sight", "source")

    def __init__(
        self, source: str, sight: Sight, ways: Ways = tuple, *, case: bool = False
    ) -> None:
        self.source = source
        self.sight = sight
        self.raw = sight is Sight.RAW
        self._ways = ways
        self._quick: re2.Set | Literal[True] | None = None
        self._starts: re2._Regexp[bytes] | None = None
        self.flags = regex.MULTILINE
        if sight is Sight.PLAIN:
            self.flags |= regex.ASCII
        elif not case:
            self.flags |= regex.IGNORECASE
        self._regex: regex.Pattern[str] | None = None

    @property
    def ways(self) -> tuple[frozenset[Strings], ...]:
        """The ways to match, each as the clauses that a text must satisfy; none: it needs none."""
        return self._ways()

    @property
    def quick(self) -> bool:
        """Whether re2 can be asked whether it may match."""
        return self._asked() is not True

    def may_match(self, text: bytes) -> bool:
        """Whether re2, which is quick and never stuck, sees a match; True where it cannot tell.

        `text` is UTF-8, so that it is encoded once for all patterns.
        """
        quick = self._quick or self._asked()
        return quick is True or quick.Match(text) is not None

    def _asked(self) -> re2.Set | Literal[True]:
        """The pattern for re2, made once; True where it has none."""
        if self._quick is None:
            self._quick = self._made_quick()
        return self._quick

    def _made_quick(self) -> re2.Set | Literal[True]:
        loose = self.loose()
        if loose is None:
            return True
        quick = re2.Set.SearchSet(QUIET)
        try:
            quick.Add(loose)
        except re2.error:
            return True
        quick.Compile()
        return quick

    def start(self, text: bytes, at: int) -> int | None:
        """The first place from `at` on where a match may begin; asked only where it is `quick`."""
        if self._starts is None:
            self._starts = re2.compile(self.loose(), QUIET)
        found = self._starts.search(text, at)
        return None if found is None else int(found.start())

    @property
    def regex(self) -> regex.Pattern[str]:
        """The pattern, compiled when it is first asked for: most rules of a pack rarely are."""
        if self._regex is None:
            self._regex = regex.compile(self.source, self.flags, cache_pattern=False)
        return self._regex

    def prepare(self) -> float:
        """Compile, and tell how many seconds it took; nothing the second time."""
        if self._regex is not None:
            return 0.0
        start = thread_time()
        _ = self.regex
        return thread_time() - start

    def loose(self) -> str | None:
        """A pattern for re2 that matches wherever this one does; None if there is none."""
        source = loosen(self.source, unicode=self.raw)
        if source is None:
            return None
        return f"(?i){source}" if self.flags & regex.IGNORECASE else source
