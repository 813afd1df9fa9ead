"""`evaluate`: one message in, a verdict out. No clock, network or database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rules.absorbing import Judged, unabsorbed
from rules.classifier.opinion import Opinion
from rules.conversation import over_several
from rules.folding.normalize import View, fold
from rules.folding.reveal import reveal
from rules.kinds.test import Hit
from rules.matching.scan import MESSAGE_S, Budget, OutOfBudgetError, Scan
from rules.ruleset import Prefilters, Rule, RuleSet
from rules.suppress import Judge
from rules.types import (
    Context,
    Finding,
    Message,
    Part,
    RuleState,
    Skip,
    Suppression,
    Verdict,
)
from rules.weighing import weighed

WINDOW = 4000  # characters judged at once
OVERLAP = 600  # what neighbouring windows share: longer than any pattern reaches
_LONGEST_WORD = 100
MOST_HITS = 20  # findings of one rule on one message
_SHADOW = Suppression.SHADOW


def evaluate(
    message: Message, context: Context, ruleset: RuleSet, budget: Budget | None = None
) -> Verdict:
    """Judge one message: every finding, the suppressed ones too, and what could not be applied.

    A rule that ran out of time is in `skipped`; its message is not to be taken for clean.
    """
    found, skipped = alone(message, context, ruleset, budget)
    if ruleset.over_talk:
        found += _over_several(message, context, ruleset, found, budget, skipped)
    found = [one for one in _distinct(found) if one[0].alone]
    skips = [skipped[rule] for rule in sorted(skipped)]
    if ruleset.opinion is None:
        findings = unabsorbed(found)
    else:
        findings, unasked = _weighed(message, context, found, ruleset, ruleset.opinion)
        skips += unasked
    return Verdict(tuple(sorted(findings, key=_order)), tuple(skips))


def _weighed(
    message: Message,
    context: Context,
    found: Sequence[Judged],
    ruleset: RuleSet,
    opinion: Opinion,
) -> tuple[list[Finding], list[Skip]]:
    def judge(finding: Finding, rule: Rule) -> Finding:
        # What the model finds has no place in the text, so that no pattern is looked for there.
        scan = _scan("", ruleset, Budget())
        return Judge(message, context, ruleset, scan).judge(finding, rule)

    _, beginning = next(windows(message.text))
    return weighed(message, beginning, found, ruleset, opinion, judge)


def alone(
    message: Message,
    context: Context,
    ruleset: RuleSet,
    budget: Budget | None = None,
    *,
    later: bool = False,
) -> tuple[list[Judged], dict[str, Skip]]:
    """What the message holds by itself, cues too; and by id the rules that were skipped.

    `later`: instead, the cues that are sought only once a rule over several messages looks.
    """
    ruleset.prepare()  # before the message's time begins to run
    prefilter = ruleset.later if later else ruleset.prefilter
    stretches = list(windows(message.text))
    budget = budget or Budget(MESSAGE_S * len(stretches))
    found: list[Judged] = []
    skipped: dict[str, Skip] = {}
    for start, text in stretches:
        scan = _scan(text, ruleset, budget)
        for judged in _window(message, context, ruleset, scan, skipped, prefilter):
            found.append(_moved(judged, start) if start else judged)
    return found, skipped


def _scan(text: str, ruleset: RuleSet, budget: Budget) -> Scan:
    plain = reveal(fold(text), ruleset.lexicon)
    return Scan(plain, View(text), budget, quick=ruleset.prefilter.quick)


def _over_several(
    message: Message,
    context: Context,
    ruleset: RuleSet,
    found: Sequence[Judged],
    budget: Budget | None,
    skipped: dict[str, Skip],
) -> list[Judged]:
    """What the message completes; the contexts of such a rule are looked for in it alone."""

    def look(message: Message, *, later: bool) -> tuple[list[Judged], list[Skip]]:
        judged, skipped = alone(message, Context(), ruleset, later=later)
        return judged, list(skipped.values())

    completed = list(over_several(message, context, ruleset, found, look))
    if not completed:
        return []
    scan = _scan(message.text, ruleset, budget or Budget())
    judge = Judge(message, context, ruleset, scan)
    return [one for rule, f in completed for one in _judged(rule, iter((f,)), judge, skipped)]


def windows(text: str) -> Iterator[tuple[int, str]]:
    """The text in overlapping stretches, each with where it begins; no word is cut by an edge."""
    start = 0
    while len(text) - start > WINDOW:
        end = _blank_before(text, start + WINDOW)
        yield start, text[start:end]
        start = _blank_before(text, end - OVERLAP)
    yield start, text[start:]


def _blank_before(text: str, at: int) -> int:
    """The nearest white space at or shortly before a place, or else the place itself."""
    for near in range(at, at - _LONGEST_WORD, -1):
        if text[near].isspace():
            return near
    return at


def _window(
    message: Message,
    context: Context,
    ruleset: RuleSet,
    scan: Scan,
    skipped: dict[str, Skip],
    prefilter: Prefilters,
) -> Iterator[Judged]:
    judge = Judge(message, context, ruleset, scan)
    found: list[Finding] = []

    for number, terms in prefilter.candidates(scan):
        rule = ruleset.rules[number]
        hits = rule.test.find(scan, terms)
        for _, finding in _judged(rule, _findings(rule, hits), judge, skipped):
            if rule.alone:
                found.append(finding)
            yield rule, finding
    if found:
        for rule, test in ruleset.follow_ons:
            hits = test.follow(_seen_by(rule, found), scan, rule.category)
            yield from _judged(rule, _findings(rule, hits), judge, skipped)


def _judged(
    rule: Rule, findings: Iterator[Finding], judge: Judge, skipped: dict[str, Skip]
) -> Iterator[Judged]:
    """The findings of a rule, judged, until there is no time left for it."""
    try:
        for finding in findings:
            yield rule, judge.judge(finding, rule)
    except TimeoutError:
        skipped[rule.id] = Skip(rule.id, "timeout")
    except OutOfBudgetError:
        skipped.setdefault(rule.id, Skip(rule.id, "budget"))


def _findings(rule: Rule, hits: Iterator[Hit]) -> Iterator[Finding]:
    for hit in _apart(hits):
        masked = hit.parts or (Part("datum", hit.start, hit.end),)
        yield rule.finding(hit.start, hit.end, hit.parts, masked)


def _seen_by(rule: Rule, found: list[Finding]) -> list[Finding]:
    """What a rule may build on: no report, and what is in shadow only for shadow."""
    found = [finding for finding in found if not finding.tells]
    if rule.state is RuleState.SHADOW:
        return found
    return [finding for finding in found if finding.suppressed is not _SHADOW]


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that do not overlap: the longer stands for the shorter."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)[:MOST_HITS]


def _moved(judged: Judged, by: int) -> Judged:
    """The finding of a window, as one of the whole text."""
    rule, finding = judged
    assert finding.start is not None
    assert finding.end is not None

    def shift(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(Part(part.label, part.start + by, part.end + by) for part in parts)

    return rule, replace(
        finding,
        start=finding.start + by,
        end=finding.end + by,
        parts=shift(finding.parts),
        masked=shift(finding.masked),
    )


def _distinct(found: Iterable[Judged]) -> list[Judged]:
    """Each finding once: where windows overlap, a rule meets the same datum twice."""
    kept: list[Judged] = []
    for rule, finding in found:
        if not any(
            rule is other and finding.touches(known) and finding.suppressed is known.suppressed
            for other, known in kept
        ):
            kept.append((rule, finding))
    return kept


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.start or 0, finding.end or 0, finding.rule
