"""`found`: what other rules found, where something stands by it; one label follows another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.kinds.surroundings import Surroundings, build_surroundings
from rules.kinds.test import Build, Hit
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.packfiles.shapes import Refs, RuleTable
from rules.types import Category, Finding, names


class FoundTable(RuleTable, kw_only=True):
    """The table of a `found` rule."""

    rules: Refs


@dataclass(frozen=True, slots=True)
class FollowOn:
    """Asked after all other rules, about what they found; by itself it finds nothing."""

    rules: tuple[str, ...]
    surroundings: Surroundings
    gates: tuple[tuple[Pattern, ...], ...] = ()
    terms: tuple[str, ...] = ()

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """Nothing: see `follow`."""
        return iter(())

    def follow(self, findings: Iterable[Finding], scan: Scan, category: Category) -> Iterator[Hit]:
        """The spans of findings that the rule names, in the right surroundings.

        What a context cleared is not followed, nor what a rule of `category` found there too.
        """
        standing = [finding for finding in findings if not finding.cleared_by]
        own = [finding for finding in standing if finding.category is category]
        for finding in standing:
            if not any(names(named, finding.rule) for named in self.rules):
                continue
            if any(finding.touches(other) for other in own):
                continue
            hit = _hit(finding)
            if self.surroundings.hold(hit, scan):
                yield hit

    def followed(self, rules: Iterable[str]) -> bool:
        """Whether any of these rules (by id) is one that it follows."""
        return any(names(named, rule) for rule in rules for named in self.rules)


def _hit(finding: Finding) -> Hit:
    assert finding.start is not None
    assert finding.end is not None
    return Hit(finding.start, finding.end, finding.parts)


def build_found(table: FoundTable, build: Build) -> FollowOn:
    """The test of a `found` rule."""
    if not table.near:
        build.fault(("near",), "a `found` rule needs `near`", "say what makes it this rule's")
    return FollowOn(tuple(table.rules), build_surroundings(table, build))
