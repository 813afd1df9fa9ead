"""What the kinds of rules over several messages share: the keys of their tables, their answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import msgspec

from rules.kinds.test import Build, Hit
from rules.matching.expression import Pattern
from rules.matching.scan import Scan
from rules.packfiles.shapes import Ref, RuleTable
from rules.talk import Talk, Turn
from rules.types import Part

_FOR_ONE_TEXT = ("near", "not_near")


@dataclass(frozen=True, slots=True)
class Completed:
    """What the last turn of a talk completes: its own parts, and the earlier turns behind it."""

    parts: tuple[Part, ...]  # empty where it begins in an earlier message
    earlier: tuple[Turn, ...]
    target: str = ""  # at whom it is aimed, where that is somebody by id
    known: int = 0  # flags of the author against them before, where those complete it


@runtime_checkable
class OverTalk(Protocol):
    """The test of a rule over several messages, where `Test.find` finds nothing."""

    @property
    def refs(self) -> frozenset[str]:
        """Every rule and category whose signs it looks at."""

    @property
    def starters(self) -> frozenset[str]:
        """The signs without which it does not look; cues among them are sought in every message."""

    def may_complete(self, shortly: Sequence[Turn]) -> bool:
        """Whether the last of these few turns may complete something, by their starters alone."""

    def complete(self, talk: Talk) -> Completed | None:
        """What the last turn completes, if anything."""


class SeveralTable(RuleTable, kw_only=True):
    """The keys of every kind over several messages."""

    cleared: list[Ref] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Silent:
    """What such a rule does with one text: no gate opens it, and it finds nothing."""

    @property
    def gates(self) -> tuple[tuple[Pattern, ...], ...]:
        """One, without a pattern."""
        return ((),)

    @property
    def terms(self) -> tuple[str, ...]:
        """None."""
        return ()

    def find(self, scan: Scan, fired: Iterable[int] | None = None) -> Iterator[Hit]:
        """Nothing."""
        return iter(())


def unmet(refs: Iterable[str], known: Iterable[str]) -> list[str]:
    """The references that stand for none of these rules, by id."""
    rules = set(known)
    there = rules | {f"{rule.partition('.')[0]}.*" for rule in rules}
    return sorted(set(refs) - there)


def refuse_surroundings(table: SeveralTable, build: Build) -> None:
    """Report keys that only a rule on one text can have."""
    for key in _FOR_ONE_TEXT:
        if getattr(table, key):
            build.fault((key,), f"`{key}` means nothing over several messages")
