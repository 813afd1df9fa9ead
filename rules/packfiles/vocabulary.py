"""Word lists of the packs, and what `{name}` stands for in a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping

import re2
import regex

from rules.matching.expression import QUIET
from rules.matching.lint import unreachable
from rules.matching.literals import Need, Strings, need_of_list, ways

Lists = Mapping[str, tuple[str, ...]]

# What re2 knows and `regex` does not, or not in the same sense.
_ONLY_RE2 = re.compile(r"\\[QCz]|\(\?[a-z-]*U")
_LOOK = re.compile(r"(?<!\\)\(\?<?[=!]")
_NAME = re.compile(r"\\.|\{([a-z][a-z0-9_]*)\}", re.DOTALL)


class UnknownListError(KeyError):
    """A pattern names a word list that is not there, or one that names itself."""


class Vocabulary:
    """The lists that one pack may name, with what is known of each worked out once."""

    def __init__(self, lists: Lists) -> None:
        self.lists = dict(lists)
        self._expanded: dict[str, str] = {}
        self._needs: dict[tuple[str, bool, bool], Need] = {}
        self._unfolded: dict[str, list[tuple[str, str]]] = {}
        self._open: set[str] = set()

    def expand(self, pattern: str) -> str:
        """The pattern with `(?:a|b|c)` in place of every `{name}`; lists may name other lists.

        Raises `UnknownListError` with the name of a list that is not there.
        """
        return _NAME.sub(lambda found: self._group(found[1]) if found[1] else found[0], pattern)

    def _group(self, name: str) -> str:
        if name not in self._expanded:
            if name not in self.lists or name in self._open:
                raise UnknownListError(name)
            self._open.add(name)
            try:
                words = [self.expand(word) for word in self.lists[name]]
            finally:
                self._open.remove(name)
            self._expanded[name] = f"(?:{'|'.join(words)})"
        return self._expanded[name]

    def entries(self, name: str) -> list[str]:
        """The entries of a list, other lists filled in; none where one of those is not there."""
        try:
            return [self.expand(word) for word in self.lists[name]]
        except UnknownListError:
            return []

    def unfolded(self, pattern: str) -> list[tuple[str, str]]:
        """Entries of the lists that a pattern names which the plain view can never hold."""
        found: list[tuple[str, str]] = []
        for name in (name for name in _NAME.findall(pattern) if name):
            if name not in self._unfolded:
                words = self.lists[name]
                self._unfolded[name] = [
                    *((name, word) for word in words if any(unreachable(word))),
                    *(entry for word in words if "{" in word for entry in self.unfolded(word)),
                ]
            found += self._unfolded[name]
        return found

    def ways(self, pattern: str, *, plain: bool) -> tuple[frozenset[Strings], ...]:
        """The ways to match the pattern, each as what it needs; its lists must be known."""
        return ways(pattern, self._list_need, ascii_digits=plain)

    def _list_need(self, name: str, left: bool, right: bool) -> Need:
        key = (name, left, right)
        if key not in self._needs:
            self._needs[key] = need_of_list(self.lists[name], self._list_need, left, right)
        return self._needs[key]

    def check(self, pattern: str) -> None:
        """Raise `regex.error` where the pattern does not compile; its lists are not looked into.

        What re2 takes (look-arounds read as plain groups) is not compiled again: re2 is some
        thirty times faster.
        """
        bare = _NAME.sub(_any_word, pattern)
        if _ONLY_RE2.search(bare) or not _re2_takes(_LOOK.sub("(?:", bare)):
            regex.compile(bare, cache_pattern=False)


def _any_word(found: re.Match[str]) -> str:
    return "(?:x)" if found[1] else found[0]


def _re2_takes(pattern: str) -> bool:
    try:
        re2.Set.SearchSet(QUIET).Add(pattern)  # reads it, and compiles nothing
    except re2.error:
        return False
    return True
