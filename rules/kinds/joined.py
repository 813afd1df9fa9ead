"""`joined`: what one author typed across several short messages, read as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import msgspec

from rules.kinds.several import Completed, SeveralTable, Silent, refuse_surroundings
from rules.kinds.test import Build
from rules.packfiles.shapes import Refs
from rules.talk import Talk, Turn

_LONGEST = 40  # characters of a message that is a piece of another
_MOST = 12  # pieces
_BETWEEN = 2  # messages of others that may stand between two pieces


class JoinedTable(SeveralTable, kw_only=True):
    """The table of a `joined` rule."""

    of: Refs
    cues: Refs
    seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 60


@dataclass(frozen=True, slots=True)
class Joined(Silent):
    """Finds what another rule finds in the pieces together, and in none of them alone."""

    of: frozenset[str]
    cues: frozenset[str]
    apart: timedelta
    cleared: frozenset[str]

    @property
    def refs(self) -> frozenset[str]:
        """See `OverTalk`."""
        return self.of | self.cues | self.cleared

    @property
    def starters(self) -> frozenset[str]:
        """See `OverTalk`."""
        return self.cues

    def may_complete(self, shortly: Sequence[Turn]) -> bool:
        """See `OverTalk`."""
        last = shortly[-1]
        pieces = [t for t in shortly if t.author == last.author and _is_piece(t)]
        return len(pieces) > 1 and _is_piece(last) and any(t.having(self.cues) for t in pieces)

    def complete(self, talk: Talk) -> Completed | None:
        """See `OverTalk`. It has no place: it begins in an earlier message."""
        pieces = self._pieces(talk.turns)
        if len(pieces) < 2 or not any(piece.having(self.cues) for piece in pieces):
            return None
        if any(piece.having(self.cleared) for piece in pieces):
            return None
        known = {name for piece in pieces for sign in piece.signs for name in sign.names}
        texts = [piece.message.text.strip() for piece in pieces]
        border = len(" ".join(texts[:-1]))
        for sign in talk.read(" ".join(texts)):
            fresh = sign.rule not in known and not sign.names.isdisjoint(self.of)
            if fresh and sign.start < border < sign.end:
                return Completed((), pieces[:-1])
        return None

    def _pieces(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """The last turn and the short ones of the same author right before it, oldest first."""
        pieces = [turns[-1]]
        others = 0
        if not _is_piece(turns[-1]):
            return ()
        for turn in reversed(turns[:-1]):
            if turn.author != pieces[-1].author:
                others += 1
            elif (
                not _is_piece(turn)
                or pieces[-1].message.posted_at - turn.message.posted_at > self.apart
            ):
                break
            else:
                pieces.append(turn)
                others = 0
            if others > _BETWEEN or len(pieces) == _MOST:
                break
        return tuple(reversed(pieces))


def _is_piece(turn: Turn) -> bool:
    return len(turn.message.text) <= _LONGEST


def build_joined(table: JoinedTable, build: Build) -> Joined:
    """The test of a `joined` rule."""
    refuse_surroundings(table, build)
    return Joined(
        of=frozenset(table.of),
        cues=frozenset(table.cues),
        apart=timedelta(seconds=table.seconds),
        cleared=frozenset(table.cleared),
    )
