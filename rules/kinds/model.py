"""`model`: stands for what the model finds in a category; its test finds nothing by itself."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rules.kinds.several import Silent
from rules.kinds.test import Build, Test
from rules.packfiles.shapes import RuleTable, Text
from rules.types import Tier


class ModelTable(RuleTable, kw_only=True):
    """The table of a `model` rule. Its examples are the folds that the model was measured on.

    `confidence` is never seen: each finding has the probability that the model gave it.
    """

    confidence: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    tier: Tier = Tier.REVIEW
    match: list[Text] = msgspec.field(default_factory=list)
    ignore: list[Text] = msgspec.field(default_factory=list)


def build_model(table: ModelTable, build: Build) -> Test:
    """A test that leaves finding to the model; it goes no higher than review."""
    if table.tier is not Tier.REVIEW:
        build.fault(("tier",), "the model alone never acts", 'write tier = "review"')
    return Silent()
