"""One person's accounts: links between two of them, proposed, confirmed by another, and ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.ports import Person
from bot.store.columns import Row, moment, packed, plain, stamp, unpacked
from bot.store.records import Link
from bot.store.verbs import Verbs


class LinkVerbs(Verbs):
    """The verbs of `Tx` on links."""

    def add_link(self, link: Link) -> bool:
        """See `Tx`."""
        one, other = sorted((_name(link.one), _name(link.other)))
        if self._row(
            "SELECT 1 FROM links WHERE one = ? AND other = ? AND ended_at IS NULL", one, other
        ):
            return False
        row = {
            "id": plain(link.id),
            "one": one,
            "other": other,
            "proposed_by": plain(link.proposed_by),
            "proposed_at": stamp(link.proposed_at),
            "sealed": self._vault.seal(link_place(link.id), packed({"why": link.reason})),
        }
        self._insert("links", row)
        return True

    def link(self, link_id: str) -> Link | None:
        """See `Tx`."""
        row = self._row("SELECT * FROM links WHERE id = ?", plain(link_id))
        return self._link(row) if row else None

    def links(self, *, ended: bool = False) -> list[Link]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM links WHERE ended_at IS NULL OR ? ORDER BY proposed_at DESC, rowid DESC",
            ended,
        )
        return [self._link(row) for row in rows]

    def confirm_link(self, link_id: str, actor: str, at: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            "UPDATE links SET confirmed_by = ?, confirmed_at = ?"
            " WHERE id = ? AND confirmed_at IS NULL AND ended_at IS NULL",
            *(plain(actor), stamp(at), plain(link_id)),
        )

    def end_link(self, link_id: str, actor: str, at: datetime, reason: str) -> bool:
        """See `Tx`."""
        row = self._row("SELECT * FROM links WHERE id = ? AND ended_at IS NULL", plain(link_id))
        if row is None:
            return False
        place = link_place(row["id"])
        words = {**unpacked(self._vault.open(place, row["sealed"])), "ended": reason}
        return self._changed(
            "UPDATE links SET ended_by = ?, ended_at = ?, sealed = ? WHERE id = ?",
            *(plain(actor), stamp(at), self._vault.seal(place, packed(words)), row["id"]),
        )

    def accounts(self, person: Person) -> list[Person]:
        """See `Tx`."""
        known = [_name(person)]
        for name in known:  # grows as it is gone through
            rows = self._rows(
                "SELECT one, other FROM links WHERE (one = ? OR other = ?)"
                " AND confirmed_at IS NOT NULL AND ended_at IS NULL",
                *(name, name),
            )
            known += [n for row in rows for n in row.values() if n not in known]
        return sorted(map(_person, known))

    def _any_of(self, columns: str, person: Person) -> tuple[str, list[Any]]:
        """A condition that these three columns name one of the person's accounts."""
        accounts = self.accounts(person)
        values = [v for a in accounts for v in (plain(a.platform), plain(a.workspace), plain(a.id))]
        return f"({columns}) IN (VALUES {', '.join(['(?, ?, ?)'] * len(accounts))})", values

    def _link(self, row: Row) -> Link:
        words = unpacked(self._vault.open(link_place(row["id"]), row["sealed"]))
        return Link(
            id=row["id"],
            one=_person(row["one"]),
            other=_person(row["other"]),
            proposed_by=row["proposed_by"],
            proposed_at=moment(row["proposed_at"]),
            reason=words["why"],
            confirmed_by=row["confirmed_by"] or "",
            confirmed_at=moment(row["confirmed_at"]) if row["confirmed_at"] else None,
            ended_by=row["ended_by"] or "",
            ended_at=moment(row["ended_at"]) if row["ended_at"] else None,
            end_reason=words.get("ended", ""),
        )


def link_place(link_id: str) -> str:
    """What binds the reasons of a link to its row."""
    return f"link/{link_id}"


def _name(person: Person) -> str:
    return plain(str(person))


def _person(name: str) -> Person:
    platform, workspace, person = name.split("/", 2)
    return Person(platform, workspace, person)
