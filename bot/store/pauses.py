"""Pauses on record: added once, ended early at most once, never changed otherwise."""

from __future__ import annotations

from datetime import datetime

from bot.store.columns import Row, moment, plain, stamp
from bot.store.port import RecordedPause
from bot.store.verbs import Verbs
from rules.types import Pause


class PauseVerbs(Verbs):
    """The verbs of `Tx` on pauses."""

    def add_pause(self, pause: RecordedPause) -> bool:
        """See `Tx`."""
        if self.pause(pause.covers.id):
            return False
        self._insert("pauses", _row(pause))
        return True

    def pause(self, pause_id: str) -> RecordedPause | None:
        """See `Tx`."""
        row = self._row("SELECT * FROM pauses WHERE id = ?", plain(pause_id))
        return _pause(row) if row else None

    def pauses(self, since: datetime) -> list[RecordedPause]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM pauses WHERE min(ends_at, coalesce(ended_at, ends_at)) > ?"
            " ORDER BY ends_at, id",
            stamp(since),
        )
        return [_pause(row) for row in rows]

    def end_pause(self, pause_id: str, actor: str, at: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            "UPDATE pauses SET ended_at = ?, ended_by = ?"
            " WHERE id = ? AND ended_at IS NULL AND ends_at > ?",
            *(stamp(at), plain(actor), plain(pause_id), stamp(at)),
        )


def _row(pause: RecordedPause) -> Row:
    return {
        "id": plain(pause.covers.id),
        "rule": plain(pause.covers.rule),
        "place": plain(pause.covers.place),
        "reason": plain(pause.reason),
        "added_by": plain(pause.added_by),
        "added_at": stamp(pause.added_at),
        "ends_at": stamp(pause.ends_at),
        "ended_at": stamp(pause.ended_at) if pause.ended_at else None,
        "ended_by": plain(pause.ended_by),
    }


def _pause(row: Row) -> RecordedPause:
    return RecordedPause(
        Pause(row["id"], row["rule"], row["place"]),
        row["reason"],
        row["added_by"],
        moment(row["added_at"]),
        moment(row["ends_at"]),
        moment(row["ended_at"]) if row["ended_at"] else None,
        row["ended_by"],
    )
