"""Which rules may find something in a text, decided in one pass over it for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import re2
import regex
from ahocorasick_rs import AhoCorasick, Implementation

from rules.kinds.test import Test
from rules.regexes import loosen
from rules.scan import Pattern, Sight

# What the automaton of one view may grow to; below 64 MB it starts anew too often.
MEMORY = 256 << 20

Candidate = tuple[int, tuple[int, ...] | None]


class Prefilter:
    """Never leaves out a rule that would find something; lets some through that do not."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._sets = {sight: _Set(sight) for sight in Sight}
        self._gates = [self._rule_gates(test) for test in tests]
        self._always: list[int] = []
        self._by_pattern: dict[Pattern, list[int]] = {}
        for number, test in enumerate(tests):
            if test.terms:
                continue
            if self._gates[number]:
                for pattern in min(self._gates[number], key=len):
                    self._by_pattern.setdefault(pattern, []).append(number)
            else:
                self._always.append(number)
        for patterns in self._sets.values():
            patterns.compile()
        self._terms = _Terms(tests)

    def _rule_gates(self, test: Test) -> tuple[frozenset[Pattern], ...]:
        gates: list[frozenset[Pattern]] = []
        for group in test.gates:
            taken = [self._sets[pattern.sight].add(pattern) for pattern in group]
            if all(taken):
                gates.append(frozenset(group))
        return tuple(gates)

    @property
    def unfiltered(self) -> tuple[int, ...]:
        """The rules that run on every text, since nothing of them can be looked for quickly."""
        return tuple(self._always)

    def candidates(self, plain: str, raw: str) -> Iterator[Candidate]:
        """Rules by number, each with the indexes of its terms that are there (None: no terms)."""
        fired = self._sets[Sight.PLAIN].match(plain) | self._sets[Sight.RAW].match(raw)
        for number in self._always:
            yield number, None
        seen: set[int] = set()
        for pattern in fired:
            for number in self._by_pattern.get(pattern, ()):
                if number not in seen and self._open(number, fired):
                    seen.add(number)
                    yield number, None
        for number, terms in self._terms.found(plain, raw).items():
            if self._open(number, fired):
                yield number, tuple(sorted(terms))

    def _open(self, number: int, fired: frozenset[Pattern]) -> bool:
        return all(not gate.isdisjoint(fired) for gate in self._gates[number])


class _Set:
    """All patterns of one view as one automaton."""

    def __init__(self, sight: Sight) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False
        options.never_capture = True
        self._set = re2.Set.SearchSet(options)
        self._patterns: list[Pattern] = []
        self._known: dict[Pattern, bool] = {}
        self._sight = sight

    def add(self, pattern: Pattern) -> bool:
        """Take a pattern in; False where re2 cannot: it must be taken for always there."""
        if pattern not in self._known:
            self._known[pattern] = self._add(pattern)
        return self._known[pattern]

    def _add(self, pattern: Pattern) -> bool:
        loose = loosen(pattern.regex.pattern, unicode=self._sight is Sight.RAW)
        if loose is None:
            return False
        if pattern.regex.flags & regex.IGNORECASE:
            loose = f"(?i){loose}"
        try:
            self._set.Add(loose)
        except re2.error:
            return False
        self._patterns.append(pattern)
        return True

    def compile(self) -> None:
        """Build the automaton; its states are made as texts are met."""
        if self._patterns:
            self._set.Compile()

    def match(self, text: str) -> frozenset[Pattern]:
        """The patterns that may match this text."""
        if not self._patterns:
            return frozenset()
        return frozenset(map(self._patterns.__getitem__, self._set.Match(text) or ()))


class _Terms:
    """Aho-Corasick over the terms of all rules; of a phrase, over its longest word."""

    def __init__(self, tests: Sequence[Test]) -> None:
        words: dict[str, list[tuple[int, int]]] = {}
        for number, test in enumerate(tests):
            for index, term in enumerate(test.terms):
                longest = max(term.split(), key=len).casefold()
                words.setdefault(longest, []).append((number, index))
        self._owners = list(words.values())
        self._find: Callable[..., list[tuple[int, int, int]]] | None = None
        if words:
            automaton = AhoCorasick(list(words), implementation=Implementation.ContiguousNFA)
            self._find = automaton.find_matches_as_indexes

    def found(self, plain: str, raw: str) -> dict[int, set[int]]:
        """Rule number -> the indexes of its terms that may stand in the text."""
        hits: dict[int, set[int]] = {}
        if self._find is None:
            return hits
        for text in {plain, raw.casefold()}:
            for word, start, end in self._find(text, overlapping=True):
                if _on_borders(text, start, end):
                    for number, index in self._owners[word]:
                        hits.setdefault(number, set()).add(index)
        return hits


def _on_borders(text: str, start: int, end: int) -> bool:
    """Whether the stretch may be a word; a letter beyond ASCII is no border to speak of."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (
        (before.isalnum() and before.isascii() and text[start].isalnum())
        or (after.isalnum() and after.isascii() and text[end - 1].isalnum())
    )
