"""People's roles, channel cursors and platform events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from bot.ports import Person
from bot.store.columns import plain, stamp
from bot.store.verbs import Verbs
from rules.types import Role

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


class PeopleVerbs(Verbs):
    """The verbs of `Tx` on people, cursors and events."""

    def meet(self, person: Person, role: Role, at: datetime) -> None:
        """See `Tx`."""
        self._change(
            "INSERT INTO people (platform, workspace, id, role, met_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (platform, workspace, id) DO UPDATE SET"
            " role = CASE excluded.role WHEN 'unknown' THEN role ELSE excluded.role END,"
            " met_at = excluded.met_at WHERE excluded.met_at >= met_at",
            *_key(person),
            role,
            stamp(at),
        )

    def role_of(self, person: Person) -> Role:
        """See `Tx`."""
        row = self._row(
            "SELECT role FROM people WHERE platform = ? AND workspace = ? AND id = ?",
            *_key(person),
        )
        return Role(row["role"]) if row else Role.UNKNOWN

    def move_cursors(
        self, moves: Mapping[tuple[str, str, str], str], *, begin: bool = True
    ) -> None:
        """See `Tx`."""
        for (platform, workspace, channel), message in moves.items():
            place = (plain(platform), plain(workspace), plain(channel))
            seen = self._row(
                "SELECT message FROM cursors WHERE platform = ? AND workspace = ? AND channel = ?",
                *place,
            )
            if begin if seen is None else _order(seen["message"]) < _order(message):
                names = ("platform", "workspace", "channel")
                row = dict(zip(names, place, strict=True))
                self._db.table("cursors").upsert({**row, "message": plain(message)}, pk=names)

    def cursors(self, platform: str, workspace: str) -> dict[str, str]:
        """See `Tx`."""
        rows = self._db.table("cursors").rows_where(
            "platform = ? AND workspace = ?", [plain(platform), plain(workspace)]
        )
        return {row["channel"]: row["message"] for row in rows}

    def first_time(self, platform: str, event_id: str, at: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            "INSERT INTO events (platform, event_id, at) VALUES (?, ?, ?)"
            " ON CONFLICT (platform, event_id) DO NOTHING",
            *(plain(platform), plain(event_id), stamp(at)),
        )


def _key(person: Person) -> tuple[str, str, str]:
    return plain(person.platform), plain(person.workspace), plain(person.id)


def _order(message: str) -> tuple[bool, Decimal, str]:
    """Where a message id stands: numbers by size, after anything that is no number.

    Neither SQLite's floats nor Python's hold a snowflake exactly, and one odd id must not stop
    the cursors of all other channels.
    """
    if _NUMBER.fullmatch(message):
        return True, Decimal(message), ""
    return False, Decimal(0), message
