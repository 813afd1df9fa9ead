"""A verdict in plain sentences: what was found, what it rests on, what cleared it, which clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.ruleset import RuleSet
from rules.types import Finding, Skip, Suppression, Tier

_WHY = {
    Suppression.AUDIENCE: "the rule is not for this author",
    Suppression.AUTHORISED: "an authorisation on record covers it",
    Suppression.CHANNEL: "the channel is meant for this subject",
}


def explain(
    text: str,
    judged: tuple[Sequence[tuple[Finding, int | None]], Sequence[Skip]],
    ruleset: RuleSet,
    *,
    full: bool,
) -> Iterator[str]:
    """Lines for a terminal: one per finding, and with `full` the reasons under it."""
    findings, skipped = judged
    live = [finding for finding, _ in findings if finding.suppressed is None]
    if not live:
        yield "clean" if not skipped else "not clean for sure: some rules could not be applied"
    for finding, _ in findings:
        if finding.suppressed is None or full:
            yield _headline(finding, text)
        if full:
            yield from _reasons(finding, ruleset)
    for skip in skipped:
        yield f"skipped {skip.rule}: {skip.reason}"


def _headline(finding: Finding, text: str) -> str:
    words = "" if finding.masked else f": {text[finding.start : finding.end]!r}"
    place = f"{finding.start}-{finding.end}"
    tier = "act" if finding.tier is Tier.ACT else "review"
    state = f" (suppressed: {finding.suppressed})" if finding.suppressed else ""
    return f"{finding.rule} [{finding.severity}, {tier}] at {place}{state}{words}"


def _reasons(finding: Finding, ruleset: RuleSet) -> Iterator[str]:
    yield f"  {finding.explanation}"
    if finding.parts:
        yield f"  It rests on: {', '.join(dict.fromkeys(part.label for part in finding.parts))}."
    if finding.suppressed is Suppression.CONTEXT:
        yield f"  Cleared: {ruleset.contexts[finding.cleared_by].reason}"
    elif finding.suppressed:
        yield f"  Cleared: {_WHY[finding.suppressed]}."
    if finding.clauses:
        yield f"  Clauses: {', '.join(finding.clauses)}."
