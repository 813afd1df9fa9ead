"""Authorisations on record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.store.columns import Row, moment, plain, stamp
from bot.store.port import Permission
from bot.store.verbs import Verbs
from rules.types import Authorisation, Category


class PermissionVerbs(Verbs):
    """The verbs of `Tx` on authorisations."""

    def add_permission(self, permission: Permission) -> bool:
        """See `Tx`."""
        if self.permission(permission.id):
            return False
        self._insert("authorisations", _row(permission))
        return True

    def permission(self, permission_id: str) -> Permission | None:
        """See `Tx`."""
        row = self._row("SELECT * FROM authorisations WHERE id = ?", plain(permission_id))
        return _permission(row) if row else None

    def permissions(self, since: datetime) -> list[Permission]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM authorisations WHERE ends_at > ? ORDER BY ends_at, id", stamp(since)
        )
        return [_permission(row) for row in rows]

    def revoke(self, permission_id: str, at: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            "UPDATE authorisations SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            stamp(at),
            plain(permission_id),
        )


def _row(permission: Permission) -> Row:
    covers = permission.covers
    return {
        "id": plain(permission.id),
        "name": plain(permission.name),
        "categories": _listed(sorted(covers.categories)),
        "words": _listed(covers.words),
        "channels": _listed(sorted(covers.channels)),
        "people": _listed(sorted(covers.people)),
        "approver": plain(permission.approver),
        "form": plain(permission.form),
        "owner": plain(permission.owner),
        "starts_at": stamp(permission.starts_at),
        "ends_at": stamp(permission.ends_at),
        "added_by": plain(permission.added_by),
        "added_at": stamp(permission.added_at),
        "revoked_at": stamp(permission.revoked_at) if permission.revoked_at else None,
    }


def _permission(row: Row) -> Permission:
    return Permission(
        id=row["id"],
        name=row["name"],
        covers=Authorisation(
            row["id"],
            frozenset(map(Category, json.loads(row["categories"]))),
            tuple(json.loads(row["words"])),
            frozenset(json.loads(row["channels"])),
            frozenset(json.loads(row["people"])),
        ),
        approver=row["approver"],
        form=row["form"],
        owner=row["owner"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        added_by=row["added_by"],
        added_at=moment(row["added_at"]),
        revoked_at=moment(row["revoked_at"]) if row["revoked_at"] else None,
    )


def _listed(words: Iterable[str]) -> str:
    return json.dumps([plain(word) for word in words], ensure_ascii=False)
