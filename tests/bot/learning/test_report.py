"""What a fit would change, as it is told."""

from __future__ import annotations

from dataclasses import replace

from bot.learning.judged import Case
from bot.learning.report import change_lines
from rules.classifier.weights import Evidence
from rules.types import Tier
from tests.bot.learning.making import decided


def case(number: int, *, right: bool, both: Tier | None) -> Case:
    """A decided flag that rules and model see so today."""
    past = replace(decided("oh dang", right=right), flag_id=f"F-{number}")
    return Case(past, Tier.REVIEW, both, Evidence.REVIEW)


def test_flags_that_would_differ_are_named() -> None:
    """By their ids, whether they were right beside them; the others are counted alone."""
    after = [
        (case(1, right=True, both=Tier.REVIEW), None),
        (case(2, right=False, both=Tier.ACT), Tier.REVIEW),
        (case(3, right=True, both=Tier.ACT), Tier.ACT),
        (case(4, right=False, both=None), None),
    ]

    assert list(change_lines(after)) == [
        "Of 4 decided flags 2 would differ today: 1 that were right, 1 that were wrong.",
        "F-1  hate, right: review -> no flag",
        "F-2  hate, wrong: act -> review",
    ]
