"""A finding as JSON says it, in every command that writes findings for programs."""

from __future__ import annotations

from typing import Any

from rules.types import Finding


def finding_record(finding: Finding) -> dict[str, Any]:
    """What was found, by which rule, how sure and where; never words of the message."""
    return {
        "category": finding.category.value,
        "rule": finding.rule,
        "clauses": list(finding.clauses),
        "severity": finding.severity.value,
        "confidence": finding.confidence,
        "tier": finding.tier.value,
        "start": finding.start,
        "end": finding.end,
    }
