"""The literal words that patterns need, looked for all at once with Aho-Corasick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_letters, digits

from ahocorasick_rs import AhoCorasick, Implementation

from rules.expression import Pattern
from rules.literals import BORDER, Strings, commonness

# Letters that are part of a word by any reading: beyond ASCII the readings differ.
_IN_WORD = frozenset(ascii_letters + digits + "_")
_COMMON = 0.01  # clauses that more texts satisfy than this are not worth looking for as well


class Automaton:
    """Literals with what each stands for; a literal may ask to begin or end where a word does."""

    def __init__(self, literals: dict[str, set[int]]) -> None:
        texts: dict[str, list[tuple[bool, bool, frozenset[int]]]] = {}
        for literal, owners in literals.items():
            text = literal.strip(BORDER)
            left = literal.startswith(BORDER) and text[0] in _IN_WORD
            right = literal.endswith(BORDER) and text[-1] in _IN_WORD
            texts.setdefault(text, []).append((left, right, frozenset(owners)))
        self._variants = list(texts.values())
        self._automaton = (
            AhoCorasick(list(texts), implementation=Implementation.ContiguousNFA) if texts else None
        )

    def found(self, text: str) -> set[int]:
        """What the literals that stand in the text stand for."""
        owners: set[int] = set()
        if self._automaton is None:
            return owners
        padded = f" {text} "  # so that every literal has neighbours: `end` is the one after it
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for left, right, owned in self._variants[number]:
                if (left and padded[start] in _IN_WORD) or (right and padded[end + 1] in _IN_WORD):
                    continue
                owners |= owned
        return owners


class Needed:
    """The patterns that need literals: tells which of them a text can satisfy."""

    def __init__(self, patterns: Mapping[Pattern, Sequence[frozenset[Strings]]]) -> None:
        numbers: dict[Strings, int] = {}
        self._ways: list[tuple[Pattern, frozenset[int]]] = []
        self._triggers: dict[int, list[int]] = {}
        for pattern, ways in patterns.items():
            for way in ways:
                rarest, *others = sorted(way, key=commonness)
                clauses = [rarest, *(clause for clause in others if commonness(clause) < _COMMON)]
                wanted = [numbers.setdefault(clause, len(numbers)) for clause in clauses]
                self._triggers.setdefault(wanted[0], []).append(len(self._ways))
                self._ways.append((pattern, frozenset(wanted[1:])))
        self._automaton = Automaton(_owners(numbers.items()))
        self._trigger_clauses = frozenset(self._triggers)

    def match(self, text: str) -> set[Pattern]:
        """The patterns that may match this case-folded text."""
        clauses = self._automaton.found(text)
        return {
            pattern
            for trigger in clauses & self._trigger_clauses
            for pattern, others in map(self._ways.__getitem__, self._triggers[trigger])
            if others <= clauses
        }


def _owners(clauses: Iterable[tuple[Strings, int]]) -> dict[str, set[int]]:
    literals: dict[str, set[int]] = {}
    for clause, number in clauses:
        for literal in clause:
            literals.setdefault(literal, set()).add(number)
    return literals
