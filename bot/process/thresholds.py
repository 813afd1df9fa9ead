"""How sure a finding must be in this district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rules.types import Category, Finding, Tier

Thresholds = Mapping[Category, tuple[float, float]]  # review and act, each from 0 to 1


def sure_enough(findings: Sequence[Finding], thresholds: Thresholds) -> tuple[Finding, ...]:
    """The findings above the district's thresholds, tiers lowered where it says so.

    Where somebody may need help, nothing else in the message is told to its author unread.
    """
    care = any(finding.category is Category.WELFARE for finding in findings)
    kept = []
    for finding in findings:
        review, act = thresholds.get(finding.category, (0.0, 0.0))
        if finding.confidence >= review:
            lowered = care or finding.confidence < act
            kept.append(replace(finding, tier=Tier.REVIEW) if lowered else finding)
    return tuple(kept)
