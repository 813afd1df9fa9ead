"""Which rules may find something in a text, decided in one pass over it for all of them.

Most patterns cannot do without certain words: Aho-Corasick looks for those of all rules at once.
Patterns of mere form (digits and dashes) go together into one re2 automaton instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

import re2

from rules.expression import Pattern, Sight
from rules.kinds.test import Test
from rules.literals import Strings, commonness
from rules.words import Automaton, Needed

MEMORY = 128 << 20  # what an automaton may grow to; below 64 MB it starts anew too often
Ways = Sequence[frozenset[Strings]]
_FOUND_BY_FORM: Ways = (frozenset((frozenset((" a ",)),)),)  # not rare
_TURKISH = re.compile("[İı]")  # where `regex` ignores case, these are an i; to others they are not

Candidate = tuple[int, tuple[int, ...] | None]


class Prefilter:
    """Never leaves out a rule that would find something; lets some through that do not."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._gates = [tuple(map(frozenset, test.gates)) for test in tests]
        patterns = dict.fromkeys(p for test in tests for gate in test.gates for p in gate)
        ways = {pattern: pattern.ways for pattern in patterns}
        self._plain = _Patterns({p: ways[p] for p in ways if p.sight is Sight.PLAIN})
        self._raw = _Patterns({p: ways[p] for p in ways if p.sight is Sight.RAW})
        self._phrases = _Phrases(tests)
        self._by_pattern: dict[Pattern, list[int]] = {}
        for number, gates in enumerate(self._gates):
            if not tests[number].terms:
                for pattern in min(gates, key=lambda gate: _commonness(gate, ways)):
                    self._by_pattern.setdefault(pattern, []).append(number)

    @property
    def unfiltered(self) -> frozenset[Pattern]:
        """The patterns that are tried on every text: nothing of them can be looked for quickly."""
        return self._plain.always | self._raw.always

    def candidates(self, plain: str, raw: str) -> Iterator[Candidate]:
        """Rules by number, each with the indexes of its terms that are there (None: no terms)."""
        folded = raw.casefold()
        fired = self._plain.match(plain, plain) | self._raw.match(raw, folded)
        seen: set[int] = set()
        for pattern in fired:
            for number in self._by_pattern.get(pattern, ()):
                if number not in seen and self._open(number, fired):
                    seen.add(number)
                    yield number, None
        for number, terms in self._phrases.found(plain, folded).items():
            if self._open(number, fired):
                yield number, tuple(terms)

    def _open(self, number: int, fired: Set[Pattern]) -> bool:
        for gate in self._gates[number]:  # noqa: SIM110 - twice as quick, and it is hot
            if gate.isdisjoint(fired):
                return False
        return True


class _Patterns:
    """The patterns of one view, each looked for in the cheapest way that cannot miss it."""

    def __init__(self, ways: Mapping[Pattern, Ways]) -> None:
        self._all = frozenset(ways)
        self._ignores_case = any(pattern.sight is Sight.RAW for pattern in ways)
        self._needed = Needed({pattern: needed for pattern, needed in ways.items() if needed})
        self._forms: list[Pattern] = []
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self.always = frozenset(
            pattern for pattern, needed in ways.items() if not needed and not self._add(pattern)
        )
        if self._forms:
            self._set.Compile()

    def _add(self, pattern: Pattern) -> bool:
        loose = pattern.loose()
        try:
            if loose is None:
                return False
            self._set.Add(loose)
        except re2.error:
            return False
        self._forms.append(pattern)
        return True

    def match(self, text: str, folded: str) -> Set[Pattern]:
        """The patterns that may match the text."""
        if self._ignores_case and _TURKISH.search(text):
            return self._all
        encoded = text.encode()
        fired = {pattern for pattern in self._needed.match(folded) if pattern.may_match(encoded)}
        fired |= self.always
        if self._forms:
            fired.update(map(self._forms.__getitem__, self._set.Match(encoded) or ()))
        return fired


class _Phrases:
    """The terms of `phrase` rules, each by its longest word."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._terms: list[tuple[int, int]] = []
        words: dict[str, set[int]] = {}
        for number, test in enumerate(tests):
            for index, term in enumerate(test.terms):
                longest = max(term.split(), key=len).casefold()
                words.setdefault(f"\x01{longest}\x01", set()).add(len(self._terms))
                self._terms.append((number, index))
        self._automaton = Automaton(words)

    def found(self, plain: str, folded: str) -> dict[int, list[int]]:
        """Rule number -> the indexes of its terms that may stand in one of the views."""
        hits: dict[int, list[int]] = {}
        owners = self._automaton.found(plain)
        if folded != plain:
            owners |= self._automaton.found(folded)
        for owner in sorted(owners):
            number, index = self._terms[owner]
            hits.setdefault(number, []).append(index)
        return hits


def _commonness(gate: frozenset[Pattern], ways: Mapping[Pattern, Ways]) -> float:
    """How often some pattern of the group may be expected to match."""
    return sum(
        min(map(commonness, way)) for pattern in gate for way in ways[pattern] or _FOUND_BY_FORM
    )
