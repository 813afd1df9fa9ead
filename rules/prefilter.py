"""Which rules may find something in a text, decided in one pass over it for all of them.

Most patterns cannot do without certain words: Aho-Corasick looks for those of all rules at once.
Patterns of mere form (letters, digits and dashes) are asked of re2, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from rules.kinds.test import Test
from rules.matching.expression import Pattern, has_turkish_i
from rules.matching.literals import BORDER, Strings, commonness
from rules.matching.scan import Scan
from rules.matching.words import Needed

Ways = Sequence[frozenset[Strings]]

Term = tuple[int, int]  # the number of a `phrase` rule, and the index of one of its terms
Candidate = tuple[int, tuple[int, ...] | None]


class Prefilter:
    """Never leaves out a rule that would find something; lets some through that do not."""

    quick = True

    def __init__(self, tests: Sequence[Test]) -> None:
        patterns = dict.fromkeys(p for test in tests for gate in test.gates for p in gate)
        ways = {pattern: pattern.ways for pattern in patterns}
        self._known = frozenset(patterns)
        self._possible = Possible(ways, dict(_terms(tests)))
        # The gate that is passed most seldom comes first: it is the one that a rule waits at.
        self._gates = [
            sorted(map(frozenset[Pattern], test.gates), key=lambda gate: _commonness(gate, ways))
            for test in tests
        ]
        self._by_pattern: dict[Pattern, list[int]] = {}
        for number, gates in enumerate(self._gates):
            if gates and not tests[number].terms:
                for pattern in gates[0]:
                    self._by_pattern.setdefault(pattern, []).append(number)

    @property
    def unfiltered(self) -> frozenset[Pattern]:
        """The patterns that are tried on every text: nothing of them can be looked for quickly."""
        return frozenset(p for p in self._possible.formed if not p.quick)

    def candidates(self, scan: Scan) -> Iterator[Candidate]:
        """Rules by number, each with the indexes of its terms that are there (None: no terms).

        The scan is told which patterns of the rules cannot match.
        """
        maybe = self._possible.among(scan.plain.text, scan.raw.text)
        scan.narrow(self._known, maybe)
        numbers: dict[int, list[int]] = {}
        for thing in maybe:
            if isinstance(thing, tuple):
                numbers.setdefault(thing[0], []).append(thing[1])
            else:
                for number in self._by_pattern.get(thing, ()):
                    numbers.setdefault(number, [])
        for number in sorted(numbers):
            gates = self._gates[number]
            if any(map(maybe.isdisjoint, gates)):  # the words are asked first: it costs least
                continue
            if all(any(map(scan.may_match, gate & maybe)) for gate in gates):
                terms = numbers[number]
                yield number, tuple(sorted(terms)) if terms else None


class Possible:
    """Which patterns (and terms of `phrase` rules) a text does not rule out, in one pass.

    Patterns of mere form are ruled out by none. One automaton for all of them would be quick on
    what it has met before, but it grows with almost every new text.
    """

    def __init__(
        self, ways: Mapping[Pattern, Ways], terms: Mapping[Term, Ways] | None = None
    ) -> None:
        self.formed = [pattern for pattern, needed in ways.items() if not needed]
        self._raw = [pattern for pattern in ways if pattern.raw]
        needed: dict[Pattern | Term, Ways] = {p: way for p, way in ways.items() if way}
        in_raw: dict[Pattern | Term, Ways] = {p: way for p, way in ways.items() if way and p.raw}
        for number, way in (terms or {}).items():
            needed[number] = in_raw[number] = way
        self._needed, self._needed_raw = Needed(needed), Needed(in_raw)

    def among(self, plain: str, raw: str) -> Set[Pattern | Term]:
        """Those that may match; no other does."""
        folded = raw.casefold()
        found = self._needed.match(plain)
        if folded != plain:
            found |= self._needed_raw.match(folded)
        found.update(self.formed)
        if has_turkish_i(raw):
            found.update(self._raw)
        return found


def _terms(tests: Sequence[Test]) -> Iterator[tuple[Term, Ways]]:
    """The terms of `phrase` rules, each with its longest word as what it needs."""
    for number, test in enumerate(tests):
        for index, term in enumerate(test.terms):
            longest = max(term.split(), key=len).casefold()
            yield (number, index), (frozenset((frozenset((f"{BORDER}{longest}{BORDER}",)),)),)


def _commonness(gate: frozenset[Pattern], ways: Mapping[Pattern, Ways]) -> float:
    """How often some pattern of the group may be expected to match."""
    return sum(
        sum(min(map(commonness, way)) for way in ways[pattern]) if ways[pattern] else 1.0
        for pattern in gate
    )
