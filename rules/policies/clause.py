"""A district's acceptable-use policy as data: its clauses, and which of them a finding breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec

from rules.types import Audience, Category


class Coverage(StrEnum):
    """How far text can show that a clause is broken."""

    DETECT = "detect"  # text shows it
    PARTLY = "partly"  # text is a sign, a person decides
    PROCESS = "process"  # asks for a behaviour of the product, not for a detector
    NOT_APPLICABLE = "not_applicable"  # outside what a chat bot can see


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the languages that people are written to in."""

    en: str
    es: str = ""

    def say(self, lang: str) -> str:
        """The text in this language; English where there is none."""
        return (self.es if lang == "es" else "") or self.en


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and what answers to it: categories, a behaviour of the product, or a reason.

    `rules` narrows `categories` to rules whose id fits one of these globs.
    """

    policy: str
    id: str
    title: Wording
    plain: Wording  # one sentence for the author of a message
    verdict: Coverage
    categories: frozenset[Category] = frozenset()
    rules: tuple[str, ...] = ()
    feature: str = ""
    out_of_scope: str = ""

    @property
    def cite(self) -> str:
        """How findings, notices and reports name it, such as `cps-2018:21`."""
        return f"{self.policy}:{self.id}"

    def covers(self, category: Category, rule: str) -> bool:
        """Whether a finding of this rule breaks the clause."""
        fits = not self.rules or any(fnmatchcase(rule, glob) for glob in self.rules)
        return category in self.categories and fits


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy of one district, whole."""

    id: str
    name: str
    district: str
    audience: Audience  # whom the policy was written for
    source: str
    date: str
    note: str
    clauses: tuple[Clause, ...]


def clauses_for(category: Category, rule_id: str, policies: Sequence[Policy]) -> tuple[str, ...]:
    """Cite the clauses that a finding of this rule breaks, the most specific first.

    A clause that names rules comes before one that names categories only, one of few categories
    before one of many, one that text shows to be broken before one that a person must weigh; ties
    keep the order of the policies and of their files.
    """
    found = (clause for clause in _all(policies) if clause.covers(category, rule_id))
    return tuple(clause.cite for clause in sorted(found, key=_vagueness))


def find_clause(cite: str, policies: Sequence[Policy]) -> Clause | None:
    """The clause that is cited so, such as `cps-2018:21`."""
    return next((clause for clause in _all(policies) if clause.cite == cite), None)


def _all(policies: Sequence[Policy]) -> Iterator[Clause]:
    for policy in policies:
        yield from policy.clauses


def _vagueness(clause: Clause) -> tuple[bool, int, bool]:
    return not clause.rules, len(clause.categories), clause.verdict is not Coverage.DETECT
