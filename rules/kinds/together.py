"""`together`: parts that mean little one by one, put together over several messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from rules.kinds.several import Completed, SeveralTable, Silent, refuse_surroundings
from rules.kinds.test import Build
from rules.packfiles.shapes import Id, Refs
from rules.talk import Talk, Turn, parts_of


class TogetherTable(SeveralTable, kw_only=True):
    """The table of a `together` rule."""

    all: dict[Id, Refs]
    least: Annotated[int, msgspec.Meta(ge=2)] | None = None
    last: list[Id] = msgspec.field(default_factory=list)
    by: Literal["author", "anyone"] = "anyone"
    turns: Annotated[int, msgspec.Meta(ge=2, le=50)] = 12


@dataclass(frozen=True, slots=True)
class Together(Silent):
    """Finds the message that brings the last part; one part at least stands in an earlier one."""

    labels: Mapping[str, frozenset[str]]
    least: int
    last: frozenset[str]
    by: str
    turns: int
    cleared: frozenset[str]

    @property
    def refs(self) -> frozenset[str]:
        """See `OverTalk`."""
        return self.cleared.union(*self.labels.values())

    @property
    def starters(self) -> frozenset[str]:
        """See `OverTalk`."""
        return frozenset().union(*(self.labels[label] for label in self.last))

    def may_complete(self, shortly: Sequence[Turn]) -> bool:
        """See `OverTalk`."""
        return bool(shortly[-1].having(self.starters))

    def complete(self, talk: Talk) -> Completed | None:
        """See `OverTalk`. What an earlier message of the author completed is not found again."""
        turns = talk.turns[-self.turns :]
        last = turns[-1]
        if any(turn.having(self.cleared) for turn in turns):
            return None
        earlier = self._behind(turns)
        if not earlier:
            return None
        words = self._words(last)
        for number, turn in enumerate(turns[:-1]):
            same = turn.author == last.author and words <= self._words(turn)
            if same and self._behind(turns[: number + 1]):
                return None
        signs = last.having(self.refs - self.cleared)
        return Completed(parts_of(last, signs), earlier)

    def _behind(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """The earlier turns with the parts that the last one lacks; empty if it lacks none."""
        last = turns[-1]
        there = {label for label, refs in self.labels.items() if last.having(refs)}
        if there.isdisjoint(self.last):
            return ()
        behind: dict[str, Turn] = {}
        for turn in reversed(turns[:-1]):
            if self.by == "author" and turn.author != last.author:
                continue
            for label in self.labels.keys() - there - behind.keys():
                if turn.having(self.labels[label]):
                    behind[label] = turn
        if len(there) + len(behind) < self.least:
            return ()
        return tuple(sorted(set(behind.values()), key=lambda turn: turn.number))

    def _words(self, turn: Turn) -> frozenset[str]:
        """What it holds of the parts that the last message must bring: the facts of a finding."""
        return frozenset(
            turn.message.text[sign.start : sign.end].casefold()
            for sign in turn.having(self.starters)
        )


def build_together(table: TogetherTable, build: Build) -> Together:
    """The test of a `together` rule."""
    refuse_surroundings(table, build)
    if len(table.all) < 2:
        build.fault(("all",), "needs at least two named parts")
    if table.least is not None and table.least > len(table.all):
        build.fault(("least",), "is more than there are parts")
    for number, label in enumerate(table.last):
        if label not in table.all:
            build.fault(("last", number), f"`{label}` is no part of this rule")
    return Together(
        labels={label: frozenset(refs) for label, refs in table.all.items()},
        least=table.least or len(table.all),
        last=frozenset(table.last or table.all) & frozenset(table.all),
        by=table.by,
        turns=table.turns,
        cleared=frozenset(table.cleared),
    )
