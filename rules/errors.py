"""Errors of the rule core: every one names a place that a person can open and mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a file that people write (a pack, a policy, `hallmonitor.toml`)."""

    file: str
    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.file}:{self.line}: {self.what}{remedy}"


class ProblemsError(ValueError):
    """All faults of one load, reported together; `problems` is never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PackError(ProblemsError):
    """Rule packs or policies that cannot be loaded; what was in force stays in force."""
