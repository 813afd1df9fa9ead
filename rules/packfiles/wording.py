"""The words that a pack's rules look for, whatever they do with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rules.regexes import spelled_out

_SHORTEST = 3
_MOST = 40  # words that one entry may stand for
_WORD = re.compile(f"[a-z]{{{_SHORTEST},}}")
_SYNTAX = re.compile(r"\\.|\(\?P<\w+>|\[[^\]]*\]|\{\w+\}")
_WORDED = ("patterns", "near", "not_near", "terms")


def words_of(data: Mapping[str, Any]) -> set[str]:
    """Every word of a pack's vocabularies, patterns and `match` examples.

    A few are the stem of a word whose end is a set or a group: nobody writes those.
    """
    found: set[str] = set()
    for text in _texts(data):
        found.update(_WORD.findall(text.lower()))
    return found


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    for entries in _tables(data.get("vocabulary")):
        yield from _spelled(entries)
    for rule in _rows(data.get("rule")):
        for key in _WORDED:
            yield from _bare(rule.get(key))
        yield from (text for text in _list(rule.get("match")) if isinstance(text, str))
        for patterns in _tables(rule.get("all")):
            yield from _bare(patterns)


def _spelled(entries: object) -> Iterator[str]:
    for entry in _list(entries):
        if isinstance(entry, str):
            yield from (word for word, _ in spelled_out(entry, _MOST) or ())
            yield _SYNTAX.sub(" ", entry)


def _bare(patterns: object) -> Iterator[str]:
    return (_SYNTAX.sub(" ", text) for text in _list(patterns) if isinstance(text, str))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]
