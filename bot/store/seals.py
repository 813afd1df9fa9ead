"""Every sealed text of the database: where it stands, whether it opens, and a change of keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from bot.store.columns import Row
from bot.store.connection import write_tx
from bot.store.links import link_place
from bot.store.shadows import shadow_place
from bot.store.vault import SealError, Vault
from bot.store.words import context_place, decision_place, evidence_place
from rules.types import MessageKey

BATCH = 500
_COLUMNS = {
    "evidence": "sealed",
    "decisions": "sealed",
    "context": "sealed",
    "shadow_hits": "sealed",
    "links": "sealed",
    "meta": "value",
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed text, its row, and the place it is bound to."""

    table: str
    rowid: int
    place: str
    text: str


def sealed_texts(db: Database) -> Iterator[Sealed]:
    """All of them, table by table."""
    for table, column in _COLUMNS.items():
        for row in db.query(f"SELECT rowid, * FROM {table} ORDER BY rowid"):  # noqa: S608
            yield Sealed(table, row["rowid"], _place(table, row), row[column])


def unopened(db: Database, vault: Vault) -> Iterator[str]:
    """The places whose texts do not open."""
    for sealed in sealed_texts(db):
        try:
            vault.open(sealed.place, sealed.text)
        except SealError:
            yield sealed.place


def reencrypt(db: Database, vault: Vault) -> int:
    """Seal everything anew under the first key; return how many texts. Safe to run again.

    It works in small transactions: whatever interrupts it, each text opens with one of the keys.
    """
    places = [(sealed.table, sealed.rowid) for sealed in sealed_texts(db)]
    for start in range(0, len(places), BATCH):
        with write_tx(db):
            for table, rowid in places[start : start + BATCH]:
                _renew(db, vault, table, rowid)
    return len(places)


def _renew(db: Database, vault: Vault, table: str, rowid: int) -> None:
    column = _COLUMNS[table]
    kept = db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", [rowid]).fetchone()  # noqa: S608
    if kept:  # the context window forgets meanwhile
        renewed = vault.renew(kept[0])
        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [renewed, rowid])  # noqa: S608


def _place(table: str, row: Row) -> str:
    if table == "evidence":
        return evidence_place(row["flag_id"], row["number"])
    if table == "decisions":
        return decision_place(row["flag_id"], row["number"])
    if table in ("context", "shadow_hits"):
        key = MessageKey(row["platform"], row["workspace"], row["channel"], row["message"])
        return context_place(key) if table == "context" else shadow_place(key, row["rule"])
    return link_place(row["id"]) if table == "links" else str(row["name"])
