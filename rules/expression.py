"""One pattern of a pack: what it looks at, what it needs, and its `regex` once it is used."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from time import thread_time

import re2
import regex

from rules.literals import Strings
from rules.regexes import loosen

# Where `regex` ignores case, these two are an i; to re2 and to `casefold` they are not.
TURKISH = re.compile("[İı]")
QUIET = re2.Options()
QUIET.log_errors = False
QUIET.never_capture = True

Ways = Callable[[], tuple[frozenset[Strings], ...]]


class Sight(StrEnum):
    """The two views of a text."""

    PLAIN = "plain"
    RAW = "raw"


class Pattern:
    """Hashed by identity: each source of a view is made once."""

    __slots__ = ("_quick", "_regex", "_ways", "flags", "sight", "source")

    def __init__(
        self, source: str, sight: Sight, ways: Ways = tuple, *, case: bool = False
    ) -> None:
        self.source = source
        self.sight = sight
        self._ways = ways
        self._quick: re2.Set | bool | None = None
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

    def may_match(self, text: bytes) -> bool:
        """Whether re2, which is quick and never stuck, sees a match; True where it cannot tell.

        `text` is UTF-8, so that it is encoded once for all patterns.
        """
        if self._quick is None:
            self._quick = self._quick_set()
        return self._quick if isinstance(self._quick, bool) else self._quick.Match(text) is not None

    def _quick_set(self) -> re2.Set | bool:
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
        source = loosen(self.source, unicode=self.sight is Sight.RAW)
        if source is None:
            return None
        return f"(?i){source}" if self.flags & regex.IGNORECASE else source
