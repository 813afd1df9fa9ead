"""The loaded rules, ready to be asked: what `load` gives and `evaluate` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from rules.classifier.opinion import Opinion
from rules.contexts import ContextRule
from rules.folding.lexicon import Lexicon
from rules.kinds.found import FollowOn
from rules.kinds.several import OverTalk, Silent
from rules.kinds.test import Test
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.policies import Policy
from rules.prefilter import Candidate, Possible, Prefilter
from rules.signs import SignMemory
from rules.types import Audience, Category, Finding, Part, Purpose, RuleState, Severity, Tier


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack, compiled, its pack's defaults filled in."""

    id: str
    category: Category
    kind: str
    severity: Severity
    confidence: float
    tier: Tier  # no higher than its pack allows
    reason: str
    audience: Audience
    unless: tuple[str, ...]
    quiet_in: frozenset[Purpose]
    state: RuleState
    counts: bool
    tells: str
    mask: bool
    absorbs: frozenset[str]
    absorbs_anywhere: bool
    weighed: bool  # whether the model may lower or clear what it finds
    clauses: tuple[str, ...]
    match: tuple[str, ...]
    ignore: tuple[str, ...]
    file: str
    line: int
    test: Test

    @property
    def alone(self) -> bool:
        """Whether what it finds is a finding; a cue's is only a sign for other rules."""
        return self.kind != "cue"

    @property
    def sought(self) -> bool:
        """Whether messages are held against it; a draft is held against its examples alone."""
        return self.state is not RuleState.DRAFT

    def finding(
        self, start: int | None, end: int | None, parts: tuple[Part, ...], masked: tuple[Part, ...]
    ) -> Finding:
        """What the rule found there; `masked` counts only where the rule masks what it finds."""
        return Finding(
            rule=self.id,
            category=self.category,
            clauses=self.clauses,
            severity=self.severity,
            confidence=self.confidence,
            tier=self.tier,
            explanation=self.reason,
            start=start,
            end=end,
            parts=parts,
            masked=masked if self.mask else (),
            counts=self.counts,
            tells=self.tells,
        )

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that must stand somewhere for the rule to find something."""
        return tuple(pattern for gate in self.test.gates for pattern in gate)


def _if(wanted: bool, test: Test) -> Test:
    return test if wanted else Silent()


class Prefilters(Protocol):
    """What tells the rules that may find something in a text.

    `quick`: single patterns may be asked of re2 before `regex`, too.
    """

    @property
    def quick(self) -> bool:
        """Whether it is quick; a plain loop over all rules is not."""

    def candidates(self, scan: Scan) -> Iterable[Candidate]:
        """Rules by number, each with the indexes of its terms that are there (None: no terms)."""


class RuleSet:
    """All rules, their contexts and the policies that they are held against.

    Drafts are among `rules`, and nothing looks for them.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        contexts: Mapping[str, ContextRule],
        lexicon: Lexicon,
        policies: Sequence[Policy] = (),
        prefilter: Prefilters | None = None,
        opinion: Opinion | None = None,
    ) -> None:
        self.rules = tuple(rules)
        self.contexts = dict(contexts)
        self.lexicon = lexicon
        self.policies = tuple(policies)
        self.by_id = {rule.id: rule for rule in rules}
        self.opinion = opinion
        self.by_model = {rule.category: rule for rule in rules if rule.kind == "model"}
        sought = [rule for rule in rules if rule.sought]
        self.follow_ons = tuple(
            (rule, rule.test) for rule in sought if isinstance(rule.test, FollowOn)
        )
        self.over_talk = tuple(
            (rule, rule.test) for rule in sought if isinstance(rule.test, OverTalk)
        )
        # Cues that no rule begins with are sought only once some rule has begun to look.
        begun = {name for _, test in self.over_talk for name in test.starters}
        late = {rule.id for rule in sought if not rule.alone and rule.id not in begun}
        self._search = _Search(self.rules, late, contexts, prefilter)
        self.signs = SignMemory()
        self.later_signs = SignMemory()

    @property
    def prefilter(self) -> Prefilters:
        """What is looked for in every message."""
        return self._search.prefilter

    @property
    def later(self) -> Prefilters:
        """Cues that are sought only once a rule over several messages has begun to look."""
        return self._search.later

    def prepare(self) -> None:
        """Make what messages are searched with, once; some seconds with many rules."""
        search = self._search
        _ = search.prefilter, search.later, search.contexts

    def all_live(self) -> RuleSet:
        """The same rules, every one of them live: what their examples are held against."""
        if all(rule.state is RuleState.LIVE for rule in self.rules):
            return self
        rules = [replace(rule, state=RuleState.LIVE) for rule in self.rules]
        return RuleSet(rules, self.contexts, self.lexicon, self.policies)

    def advised(self, opinion: Opinion | None) -> RuleSet:
        """The same rules with this model beside them, or with none."""
        both = copy(self)
        both.opinion = opinion
        return both

    def narrow_contexts(self, scan: Scan) -> None:
        """Tell a scan which patterns of the contexts its text rules out, in one pass."""
        if self.prefilter.quick:
            among = self._search.contexts.among(scan.plain.text, scan.raw.text)
            scan.narrow(self._search.of_contexts, among)


class _Search:
    """What is looked for in one pass; made when first asked for, and shared by copies.

    It takes most of the time of loading, and what only lists or shows rules needs none of it.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        late: Set[str],
        contexts: Mapping[str, ContextRule],
        prefilter: Prefilters | None,
    ) -> None:
        self._rules = rules
        self._late = late
        self._given = prefilter
        self.of_contexts = frozenset(
            pattern
            for context in contexts.values()
            for pattern in (*context.patterns, *context.stops, *context.despite)
        )

    @cached_property
    def prefilter(self) -> Prefilters:
        return self._given or self._of(lambda rule: rule.sought and rule.id not in self._late)

    @cached_property
    def later(self) -> Prefilters:
        return self._of(lambda rule: rule.id in self._late)

    @cached_property
    def contexts(self) -> Possible:
        return Possible({pattern: pattern.ways for pattern in self.of_contexts})

    def _of(self, wanted: Callable[[Rule], bool]) -> Prefilter:
        return Prefilter([_if(wanted(rule), rule.test) for rule in self._rules])
