"""Appeals on record: one per flag, decided once, and never by whoever decided the flag."""

# ruff: noqa: S608 - the SQL is put together from question marks of ours only

from __future__ import annotations

from datetime import datetime

from bot.ports import Person
from bot.store.columns import Row, moment, plain, stamp
from bot.store.links import LinkVerbs
from bot.store.port import Appeal, AppealOutcome, StoreError


class AppealVerbs(LinkVerbs):
    """The verbs of `Tx` on appeals."""

    def open_appeal(self, flag_id: str, at: datetime) -> bool:
        """See `Tx`."""
        platform, workspace = self._home(flag_id)
        key = {"platform": platform, "workspace": workspace, "flag_id": plain(flag_id)}
        if self.appeal(flag_id):
            return False
        self._insert("appeals", {**key, "opened_at": stamp(at)})
        return True

    def appeal(self, flag_id: str) -> Appeal | None:
        """See `Tx`."""
        row = self._row("SELECT * FROM appeals WHERE flag_id = ?", plain(flag_id))
        return _appeal(row) if row else None

    def open_appeals(self, limit: int = 100) -> list[Appeal]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM appeals WHERE outcome IS NULL ORDER BY opened_at, rowid LIMIT ?", limit
        )
        return [_appeal(row) for row in rows]

    def decide_appeal(self, flag_id: str, actor: str, outcome: AppealOutcome, at: datetime) -> bool:
        """See `Tx`."""
        if actor.count("/") == 2:
            self._refuse_a_party(flag_id, Person(*actor.split("/")))
        return self._changed(
            "UPDATE appeals SET decided_at = ?, decided_by = ?, outcome = ?"
            " WHERE flag_id = ? AND outcome IS NULL",
            stamp(at),
            plain(actor),
            outcome,
            plain(flag_id),
        )

    def _refuse_a_party(self, flag_id: str, actor: Person) -> None:
        """Another account of whoever decided is no other person; the trigger knows only one."""
        accounts = [str(account) for account in self.accounts(actor)]
        marks = ", ".join("?" for _ in accounts)
        if self._row(
            f"SELECT 1 FROM decisions WHERE flag_id = ? AND actor IN ({marks})"
            " AND action IN ('confirm', 'escalate', 'appeal')",
            plain(flag_id),
            *accounts,
        ):
            raise StoreError("whoever decided a flag, or wrote it, cannot decide its appeal")


def _appeal(row: Row) -> Appeal:
    decided = row["outcome"] is not None
    return Appeal(
        flag_id=row["flag_id"],
        opened_at=moment(row["opened_at"]),
        decided_at=moment(row["decided_at"]) if decided else None,
        decided_by=row["decided_by"] or "",
        outcome=AppealOutcome(row["outcome"]) if decided else None,
    )
