"""Findings that a finding of another rule stands for."""

from __future__ import annotations

from collections.abc import Sequence

from rules.ruleset import Rule
from rules.types import Finding, Suppression

Judged = tuple[Rule, Finding]
_SHADOW = Suppression.SHADOW


def unabsorbed(found: Sequence[Judged]) -> list[Finding]:
    """What no other finding stands for; one that was cleared stands for nothing.

    The phone number of a student's whereabouts is no finding of its own.
    """
    absorbers = [
        (rule, finding) for rule, finding in found if rule.absorbs and not finding.cleared_by
    ]
    return [
        finding
        for _, finding in found
        if not any(
            finding.rule in rule.absorbs
            and (other.suppressed is not _SHADOW or finding.suppressed is _SHADOW)
            and (rule.absorbs_anywhere or finding.touches(other))
            for rule, other in absorbers
        )
    ]
