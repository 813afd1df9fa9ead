"""Two rule sets over the same messages: what one flags and the other does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.reports.judging import Hit, Judged, Skipped
from rules.types import Finding, Tier

NO_CLAUSE = "no clause"
Step = tuple[Tier | None, Tier | None]  # the strongest tier under the old rules and the new


@dataclass(frozen=True, slots=True)
class Change:
    """A message that gets other rules, clauses or tiers under the new rules than under the old."""

    old: tuple[Hit, ...]
    new: tuple[Hit, ...]

    @property
    def step(self) -> Step:
        """Of the message as a whole; its tiers may be the same while a rule or clause changes."""
        return _strongest(self.old), _strongest(self.new)

    @property
    def by_rule(self) -> Mapping[str, Step]:
        """The rules that find it under one side alone, or in another tier."""
        return _steps(self.old, self.new, lambda finding: (finding.rule,))

    @property
    def by_clause(self) -> Mapping[str, Step]:
        """The clauses that it breaks under one side alone, or in another tier."""
        return _steps(self.old, self.new, _clauses)

    @property
    def hit(self) -> Hit:
        """The first that changed, a new one before an old one: it shows the place and the words."""
        rules, clauses = self.by_rule, self.by_clause
        every = (*self.new, *self.old)
        changed = (
            hit
            for hit in every
            if hit.finding.rule in rules or not clauses.keys().isdisjoint(_clauses(hit.finding))
        )
        return next(changed)


@dataclass(slots=True)
class Shifts:
    """Counts of messages by what changes for them, growing batch by batch."""

    messages: int = 0
    skipped: Skipped = field(default_factory=Counter)  # under either side
    whole: Counter[Step] = field(default_factory=Counter)
    by_clause: dict[str, Counter[Step]] = field(default_factory=lambda: defaultdict(Counter))
    by_rule: dict[str, Counter[Step]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, old: Judged, new: Judged, changes: Sequence[Change]) -> None:
        """Count one batch."""
        self.messages += old.messages
        self.skipped += old.skipped + new.skipped
        for change in changes:
            self.whole[change.step] += 1
            for clause, step in change.by_clause.items():
                self.by_clause[clause][step] += 1
            for rule, step in change.by_rule.items():
                self.by_rule[rule][step] += 1

    @property
    def flagged(self) -> int:
        """Messages that only the new rules flag."""
        return sum(n for (before, _), n in self.whole.items() if before is None)

    @property
    def cleared(self) -> int:
        """Messages that only the old rules flag."""
        return sum(n for (_, after), n in self.whole.items() if after is None)

    @property
    def moved(self) -> int:
        """Messages that stay in their tier while a rule or a clause of theirs changes."""
        return sum(n for (before, after), n in self.whole.items() if before is after)


def compare(old: Judged, new: Judged) -> Iterator[Change]:
    """The messages of one batch that change, in their order."""
    before, after = _by_message(old), _by_message(new)
    for place in sorted(before.keys() | after.keys()):
        change = Change(tuple(before.get(place, ())), tuple(after.get(place, ())))
        if change.by_rule or change.by_clause:
            yield change


def _by_message(judged: Judged) -> Mapping[int, list[Hit]]:
    hits: dict[int, list[Hit]] = defaultdict(list)
    for hit in judged.hits:
        hits[hit.place].append(hit)
    return hits


def _clauses(finding: Finding) -> tuple[str, ...]:
    return finding.clauses or (NO_CLAUSE,)


def _steps(
    old: Sequence[Hit], new: Sequence[Hit], names: Callable[[Finding], Sequence[str]]
) -> Mapping[str, Step]:
    before, after = _tiers(old, names), _tiers(new, names)
    both = {name: (before.get(name), after.get(name)) for name in sorted(before | after)}
    return {name: step for name, step in both.items() if step[0] is not step[1]}


def _tiers(hits: Sequence[Hit], names: Callable[[Finding], Sequence[str]]) -> dict[str, Tier]:
    tiers: dict[str, Tier] = {}
    for hit in hits:
        for name in names(hit.finding):
            if tiers.get(name) is not Tier.ACT:
                tiers[name] = hit.finding.tier
    return tiers


def _strongest(hits: Sequence[Hit]) -> Tier | None:
    return _tiers(hits, lambda _: ("message",)).get("message")
