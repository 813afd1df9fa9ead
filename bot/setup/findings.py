"""Findings of `doctor`: what was looked at, how it is, and what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is. A warning works, but not as well as it could; a fault does not work."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"  # not looked at; `what` says why


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in a plain sentence, with what to do where it is not well."""

    name: str
    state: State
    what: str
    remedy: str = ""


def ok(name: str, what: str) -> Finding:
    """It is well."""
    return Finding(name, State.OK, what)


def warning(name: str, what: str, remedy: str) -> Finding:
    """It works, but not as well as it could."""
    return Finding(name, State.WARNING, what, remedy)


def fault(name: str, what: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(name, State.FAULT, what, remedy)


def skipped(name: str, why: str) -> Finding:
    """It was not looked at."""
    return Finding(name, State.SKIPPED, why)


def count(findings: Sequence[Finding], state: State) -> int:
    """How many are in this state."""
    return sum(finding.state is state for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """For scripts: every finding, and how many faults and warnings there are."""
    data = {
        "faults": count(findings, State.FAULT),
        "warnings": count(findings, State.WARNING),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def summary(findings: Sequence[Finding]) -> str:
    """The last line: how many faults and warnings."""
    faults, warnings = count(findings, State.FAULT), count(findings, State.WARNING)
    if not faults and not warnings:
        return "All is well."
    return f"{_number(faults, 'fault')}, {_number(warnings, 'warning')}."


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
