"""`phrase`: any of the listed words or phrases, on word borders, white space free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from rules.kinds.surroundings import Surroundings, build_surroundings
from rules.kinds.test import Build, Hit
from rules.matching.expression import Pattern, Sight
from rules.matching.scan import Scan
from rules.packfiles.shapes import RuleTable, Texts


class PhraseTable(RuleTable, kw_only=True):
    """The table of a `phrase` rule."""

    terms: Texts


@dataclass(frozen=True, slots=True)
class Phrase:
    """Finds whole words; a term is compiled when it is first seen, so that 20,000 cost little."""

    terms: tuple[str, ...]
    sight: Sight
    surroundings: Surroundings

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """What must be near, if anything."""
        return self.surroundings.gates

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """Hits of the terms that are there, the longest term first."""
        terms = self.terms if fired is None else [self.terms[index] for index in fired]
        for term in sorted(terms, key=len, reverse=True):
            for found in scan.find(whole(term, self.sight)):
                hit = Hit(found.start, found.end)
                if self.surroundings.hold(hit, scan):
                    yield hit


@lru_cache(maxsize=65536)
def whole(term: str, sight: Sight) -> Pattern:
    """The term as a pattern: on word borders, its white space free."""
    words = r"\s{1,20}".join(map(regex.escape, term.split()))
    return Pattern(rf"(?<!\w){words}(?!\w)", sight)


def build_phrase(table: PhraseTable, build: Build) -> Phrase:
    """The test of a `phrase` rule."""
    terms = build.terms(table.terms, ("terms",))
    return Phrase(terms, Sight(table.view), build_surroundings(table, build))
