"""The literal words that patterns need, looked for all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_letters, digits
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from rules.expression import Pattern
from rules.literals import BORDER, DIGIT, Strings, commonness

T = TypeVar("T")

# Letters that are part of a word by any reading: beyond ASCII the readings differ.
_IN_WORD = frozenset(ascii_letters + digits + "_")
_WORD = re.compile(r"\w+", re.ASCII)
_DIGIT = re.compile("[0-9]")
_COMMON = 1.0  # clauses that more texts satisfy than this are not worth looking for as well


class Literals(Generic[T]):
    """Literals, each standing for something; one may ask to stand where a word begins or ends.

    Whole words are looked up in a table, the others with Aho-Corasick.
    """

    def __init__(self, literals: Mapping[str, T]) -> None:
        self._words: dict[str, T] = {}
        texts: dict[str, list[tuple[bool, bool, T]]] = {}
        for literal, meaning in literals.items():
            text = literal.strip(BORDER)
            left = literal.startswith(BORDER) and text[0] in _IN_WORD
            right = literal.endswith(BORDER) and text[-1] in _IN_WORD
            if left and right and _IN_WORD.issuperset(text):
                self._words[text] = meaning
            else:
                texts.setdefault(text, []).append((left, right, meaning))
        self._variants = list(texts.values())
        self._automaton = (
            AhoCorasick(list(texts), implementation=Implementation.ContiguousNFA) if texts else None
        )

    def found(self, text: str) -> Iterator[T]:
        """What the literals that stand in the text stand for, once or more often."""
        yield from map(self._words.__getitem__, self._words.keys() & set(_WORD.findall(text)))
        if self._automaton is None:
            return
        padded = f" {text} "  # so that every literal has neighbours: `end` is the one after it
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for left, right, meaning in self._variants[number]:
                if (left and padded[start] in _IN_WORD) or (right and padded[end + 1] in _IN_WORD):
                    continue
                yield meaning


class Needed:
    """The patterns that need literals: tells which of them a text can satisfy.

    Clauses are bits of a number and not members of a set: joining numbers is quicker.
    """

    def __init__(self, patterns: Mapping[Pattern, Sequence[frozenset[Strings]]]) -> None:
        ways = [(pattern, *_chosen(way)) for pattern, needed in patterns.items() for way in needed]
        rarest = dict.fromkeys(clause for _, clause, _ in ways)
        others = dict.fromkeys(clause for _, _, more in ways for clause in more)
        numbers = {clause: number for number, clause in enumerate(rarest | others)}
        self._triggers: list[list[tuple[Pattern, int]]] = [[] for _ in rarest]
        for pattern, clause, more in ways:
            wanted = sum(1 << numbers[other] for other in set(more))
            self._triggers[numbers[clause]].append((pattern, wanted))
        self._trigger_bits = (1 << len(rarest)) - 1
        bits = _bits(numbers)
        # By the number of digits in a text, up to where more make no difference.
        self._digits = [0]
        for count in range(1, max((len(x) for x in bits if DIGIT in x), default=0) + 1):
            self._digits.append(self._digits[-1] | bits.pop(DIGIT * count, 0))
        self._literals = Literals(bits)

    def match(self, text: str) -> set[Pattern]:
        """The patterns that may match this case-folded text."""
        found = self._digits[min(len(_DIGIT.findall(text)), len(self._digits) - 1)]
        for bits in self._literals.found(text):
            found |= bits
        patterns: set[Pattern] = set()
        fired = found & self._trigger_bits
        while fired:
            number = fired.bit_length() - 1
            fired ^= 1 << number
            for pattern, wanted in self._triggers[number]:
                if found & wanted == wanted:
                    patterns.add(pattern)
        return patterns


def _chosen(way: frozenset[Strings]) -> tuple[Strings, list[Strings]]:
    """The clause to wait for, and those that are worth asking for as well."""
    rarest, *others = sorted(way, key=commonness)
    return rarest, [clause for clause in others if commonness(clause) < _COMMON]


def _bits(numbers: Mapping[Strings, int]) -> dict[str, int]:
    literals: dict[str, int] = {}
    for clause, number in numbers.items():
        for literal in clause:
            literals[literal] = literals.get(literal, 0) | 1 << number
    return literals
