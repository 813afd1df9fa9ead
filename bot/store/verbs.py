"""What the verbs of every noun share: a connection inside a transaction, and the vault."""

# ruff: noqa: S608 - the SQL is put together from names and question marks of ours only

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.store.columns import Row
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """What a transaction works with; `print_key` makes fingerprints."""

    db: Database
    vault: Vault
    print_key: str


class Verbs:
    """The base of each noun's verbs; whoever makes one has begun the transaction."""

    def __init__(self, desk: Desk) -> None:
        self._db = desk.db
        self._vault = desk.vault
        self._print_key = desk.print_key

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        cursor = self._db.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _row(self, sql: str, *values: Any) -> Row | None:
        rows = self._rows(sql, *values)
        return rows[0] if rows else None

    def _change(self, sql: str, *values: Any) -> int:
        """Run a statement that returns nothing; say how many rows it touched."""
        return self._db.execute(sql, values).rowcount

    def _changed(self, sql: str, *values: Any) -> bool:
        """Run a statement that returns nothing; True if it touched a row."""
        return self._change(sql, *values) > 0

    def _insert(self, table: str, row: Row) -> None:
        self._db.table(table).insert(row)

    def _home(self, flag_id: str) -> tuple[str, str]:
        """The platform and workspace of a flag; `LookupError` if it is not on record."""
        found = self._row("SELECT platform, workspace FROM flags WHERE id = ?", flag_id)
        if found is None:
            raise LookupError(f"there is no flag {flag_id}")
        return found["platform"], found["workspace"]

    def _next_number(self, table: str, flag_id: str) -> Row:
        """The key of the next row of `table` within a flag: home, flag id and number."""
        platform, workspace = self._home(flag_id)
        last = self._row(
            f"SELECT coalesce(max(number), 0) AS n FROM {table}"
            " WHERE platform = ? AND workspace = ? AND flag_id = ?",
            platform,
            workspace,
            flag_id,
        )
        number = last["n"] + 1 if last else 1
        return {
            "platform": platform,
            "workspace": workspace,
            "flag_id": flag_id,
            "number": number,
        }
