"""Which rules may find something in a text, decided in one pass over it for all of them.

Most patterns cannot do without certain words: Aho-Corasick looks for those of all rules at once.
Patterns of mere form (digits and dashes) go together into one re2 automaton instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import re2

from rules.expression import TURKISH, Pattern, Sight
from rules.kinds.test import Test
from rules.literals import BORDER, Strings, commonness
from rules.words import Literals, Needed

MEMORY = 128 << 20  # what an automaton may grow to; below 64 MB it starts anew too often
Ways = Sequence[frozenset[Strings]]
_FOUND_BY_FORM: Ways = (frozenset((frozenset((" a ",)),)),)  # not rare

Candidate = tuple[int, tuple[int, ...] | None]


class Prefilter:
    """Never leaves out a rule that would find something; lets some through that do not."""

    quick = True

    def __init__(self, tests: Sequence[Test]) -> None:
        patterns = dict.fromkeys(p for test in tests for gate in test.gates for p in gate)
        ways = {pattern: pattern.ways for pattern in patterns}
        self._plain = _Patterns({p: ways[p] for p in ways if p.sight is Sight.PLAIN})
        self._raw = _Patterns({p: ways[p] for p in ways if p.sight is Sight.RAW})
        self._phrases = _Phrases(tests)
        # The gate that is passed most seldom comes first: it is the one that a rule waits at.
        self._gates = [
            sorted(map(frozenset, test.gates), key=lambda gate: _commonness(gate, ways))
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
        return self._plain.always | self._raw.always

    def candidates(self, plain: str, raw: str) -> Iterator[Candidate]:
        """Rules by number, each with the indexes of its terms that are there (None: no terms)."""
        folded = raw.casefold()
        sure = self._plain.sure(plain) | self._raw.sure(raw)
        maybe = self._plain.maybe(plain) | self._raw.maybe(folded) | sure
        look = _Look(maybe, sure, plain, raw)
        seen: set[int] = set()
        for pattern in look.maybe:
            for number in self._by_pattern.get(pattern, ()):
                if number not in seen and look.opens(self._gates[number]):
                    seen.add(number)
                    yield number, None
        for number, terms in self._phrases.found(plain, folded).items():
            if look.opens(self._gates[number]):
                yield number, tuple(sorted(terms))


class _Look:
    """One text: patterns whose words are there, each looked at more closely when a rule asks."""

    def __init__(self, maybe: Set[Pattern], sure: Set[Pattern], plain: str, raw: str) -> None:
        self.maybe = maybe
        self._known = dict.fromkeys(sure, True)
        self._plain = plain.encode()
        self._raw = raw.encode()

    def opens(self, gates: Sequence[frozenset[Pattern]]) -> bool:
        """Whether every gate may be passed; the words are asked first, since that costs least."""
        for gate in gates:
            if gate.isdisjoint(self.maybe):
                return False
        return all(any(map(self._may_match, gate & self.maybe)) for gate in gates)

    def _may_match(self, pattern: Pattern) -> bool:
        known = self._known.get(pattern)
        if known is None:
            text = self._plain if pattern.sight is Sight.PLAIN else self._raw
            known = self._known[pattern] = pattern.may_match(text)
        return known


class Possible:
    """For patterns that are asked for one by one: which of them a text rules out, in one pass."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        ways = {pattern: pattern.ways for pattern in dict.fromkeys(patterns)}
        self._plain = _Patterns({p: ways[p] for p in ways if p.sight is Sight.PLAIN})
        self._raw = _Patterns({p: ways[p] for p in ways if p.sight is Sight.RAW})

    def among(self, plain: str, raw: str) -> Set[Pattern]:
        """The patterns that may match; no other does."""
        found = self._plain.maybe(plain) | self._plain.sure(plain)
        return found | self._raw.maybe(raw.casefold()) | self._raw.sure(raw)


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

    def sure(self, text: str) -> Set[Pattern]:
        """The patterns of mere form that may match, and those that must always be tried."""
        if self._ignores_case and TURKISH.search(text):
            return self._all
        found = self._set.Match(text) if self._forms else None
        if not found:
            return self.always
        return self.always.union(map(self._forms.__getitem__, found))

    def maybe(self, folded: str) -> set[Pattern]:
        """The patterns of which every word needed is in the text."""
        return self._needed.match(folded)


class _Phrases:
    """The terms of `phrase` rules, each by its longest word."""

    def __init__(self, tests: Sequence[Test]) -> None:
        words: dict[str, list[tuple[int, int]]] = {}
        for number, test in enumerate(tests):
            for index, term in enumerate(test.terms):
                longest = f"{BORDER}{max(term.split(), key=len).casefold()}{BORDER}"
                words.setdefault(longest, []).append((number, index))
        self._literals = Literals(words)

    def found(self, plain: str, folded: str) -> dict[int, set[int]]:
        """Rule number -> the indexes of its terms that may stand in one of the views."""
        hits: dict[int, set[int]] = {}
        for text in {plain, folded}:
            for terms in self._literals.found(text):
                for number, index in terms:
                    hits.setdefault(number, set()).add(index)
        return hits


def _commonness(gate: frozenset[Pattern], ways: Mapping[Pattern, Ways]) -> float:
    """How often some pattern of the group may be expected to match."""
    return sum(
        min(map(commonness, way)) for pattern in gate for way in ways[pattern] or _FOUND_BY_FORM
    )
