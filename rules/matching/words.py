"""The literal words that patterns need, looked for all at once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from string import ascii_letters, digits
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from rules.matching.literals import BORDER, DIGIT, Strings, commonness

T = TypeVar("T", bound=Hashable)
Meaning = tuple[tuple[int, ...], int]  # numbers of clauses waited for; bits of those asked for

_NOTHING: Meaning = ((), 0)
# Letters that are part of a word by any reading: beyond ASCII the readings differ.
_IN_WORD = frozenset(ascii_letters + digits + "_")
_WORD = re.compile(r"\w+", re.ASCII)
_DIGIT = re.compile("[0-9]")
_COMMON = 1.0  # clauses that more texts satisfy than this are not worth looking for as well


class Needed(Generic[T]):
    """Things that need literals: tells which of them a text can satisfy.

    A thing waits for its rarest clause. The other clauses are bits of a number and not members
    of a set: joining numbers is quicker. Whole words are looked up in a table, other literals
    with Aho-Corasick.
    """

    def __init__(self, things: Mapping[T, Sequence[frozenset[Strings]]]) -> None:
        ways = [(thing, *_chosen(way)) for thing, needed in things.items() for way in needed]
        waited = {c: n for n, c in enumerate(dict.fromkeys(clause for _, clause, _ in ways))}
        asked = {c: n for n, c in enumerate(dict.fromkeys(c for _, _, more in ways for c in more))}
        self._waiting: list[list[tuple[T, int]]] = [[] for _ in waited]
        for thing, clause, more in ways:
            wanted = sum(1 << asked[other] for other in set(more))
            self._waiting[waited[clause]].append((thing, wanted))
        means = _meanings(waited, asked)
        # By the number of digits in a text, up to where more make no difference.
        self._digits = [_NOTHING]
        for count in range(1, max((len(x) for x in means if DIGIT in x), default=0) + 1):
            self._digits.append(_joined(self._digits[-1], means.pop(DIGIT * count, _NOTHING)))
        self._words: dict[str, Meaning] = {}
        texts: dict[str, list[tuple[bool, bool, Meaning]]] = {}
        for literal, meaning in means.items():
            text = literal.strip(BORDER)
            left = literal.startswith(BORDER) and text[0] in _IN_WORD
            right = literal.endswith(BORDER) and text[-1] in _IN_WORD
            if left and right and _IN_WORD.issuperset(text):
                self._words[text] = meaning
            else:
                texts.setdefault(text, []).append((left, right, meaning))
        self._variants = list(texts.values())
        self._automaton = AhoCorasick(list(texts), implementation=Implementation.ContiguousNFA)

    def match(self, text: str) -> set[T]:
        """What this case-folded text may satisfy."""
        digits = min(len(_DIGIT.findall(text)), len(self._digits) - 1)
        woken, found = set(self._digits[digits][0]), self._digits[digits][1]
        for word in self._words.keys() & set(_WORD.findall(text)):
            numbers, bits = self._words[word]
            found |= bits
            woken.update(numbers)
        padded = f" {text} "  # so that every literal has neighbours: `end` is the one after it
        for literal, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for left, right, (numbers, bits) in self._variants[literal]:
                if (left and padded[start] in _IN_WORD) or (right and padded[end + 1] in _IN_WORD):
                    continue
                found |= bits
                woken.update(numbers)
        return {
            thing
            for number in woken
            for thing, wanted in self._waiting[number]
            if not wanted or found & wanted == wanted
        }


def _chosen(way: frozenset[Strings]) -> tuple[Strings, list[Strings]]:
    """The clause to wait for, and those that are worth asking for as well."""
    rarest, *others = sorted(way, key=commonness)
    return rarest, [clause for clause in others if commonness(clause) < _COMMON]


def _meanings(waited: Mapping[Strings, int], asked: Mapping[Strings, int]) -> dict[str, Meaning]:
    """Literal -> the clauses that it satisfies."""
    means: dict[str, Meaning] = {}
    for numbers, meaning in ((waited, _wakes), (asked, _tells)):
        for clause, number in numbers.items():
            for literal in clause:
                means[literal] = _joined(means.get(literal, _NOTHING), meaning(number))
    return means


def _wakes(number: int) -> Meaning:
    return (number,), 0


def _tells(number: int) -> Meaning:
    return (), 1 << number


def _joined(one: Meaning, other: Meaning) -> Meaning:
    return one[0] + other[0], one[1] | other[1]
