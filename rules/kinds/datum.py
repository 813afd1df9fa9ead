"""`datum`: something with a known form, found by patterns and confirmed by a validator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rules.detectors.validators import VALIDATORS
from rules.kinds.pattern import Patterns, PatternTable, build_pattern
from rules.kinds.test import Build
from rules.packfiles.toml_places import Path


class DatumTable(PatternTable, kw_only=True):
    """The table of a `datum` rule."""

    validator: str = ""


def build_datum(table: DatumTable, build: Build) -> Patterns:
    """The test of a `datum` rule: patterns whose datum the validator takes."""
    valid = validator(table.validator, ("validator",), build) if table.validator else None
    return replace(build_pattern(table, build), valid=valid)


def validator(name: str, path: Path, build: Build) -> Callable[[str], bool] | None:
    """The validator of this name; None after a fault."""
    if name not in VALIDATORS:
        known = ", ".join(sorted(VALIDATORS))
        build.fault(path, f"there is no validator `{name}`", f"there are: {known}")
    return VALIDATORS.get(name)
