"""`cue`: a sign that means nothing by itself, for rules over several messages to count."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rules.kinds.datum import DatumTable
from rules.types import Severity, Tier


class CueTable(DatumTable, kw_only=True):
    """The table of a `cue`: what a finding would need has a default, since it never is one."""

    severity: Severity = Severity.LOW
    confidence: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    tier: Tier = Tier.REVIEW
