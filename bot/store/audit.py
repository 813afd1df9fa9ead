"""The audit table: append-only, each row chained to the one before it by a hash.

The newest hash is also kept sealed: whoever rewrites the whole chain, or cuts off its end, without
the secret key is found out too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from bot.store.columns import Row, packed, plain, stamp
from bot.store.vault import SealError
from bot.store.verbs import Verbs

HEAD = "audit_head"
_COLUMNS = ("seq", "at", "actor", "event", "subject", "detail")
_BEFORE_THE_FIRST = "0" * 64


class AuditVerbs(Verbs):
    """The verbs of `Tx` on the audit table."""

    def audit(
        self, actor: str, event: str, subject: str, at: datetime, detail: Mapping[str, str]
    ) -> None:
        """See `Tx`."""
        last = self._row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        row: Row = {
            "seq": last["seq"] + 1 if last else 1,
            "at": stamp(at),
            "actor": plain(actor),
            "event": plain(event),
            "subject": plain(subject),
            "detail": packed(detail),
        }
        row["hash"] = _hash(last["hash"] if last else _BEFORE_THE_FIRST, row)
        self._insert("audit", row)
        head = self._vault.seal(HEAD, f"{row['seq']}:{row['hash']}")
        self._db.table("meta").upsert({"name": HEAD, "value": head}, pk="name")

    def audit_rows(self, subject: str = "", limit: int = 1000) -> list[Mapping[str, str]]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM (SELECT * FROM audit WHERE ? IN ('', subject)"
            " ORDER BY seq DESC LIMIT ?) ORDER BY seq",
            plain(subject),
            limit,
        )
        return [{name: str(value) for name, value in row.items()} for row in rows]

    def broken_audit(self) -> int | None:
        """See `Tx`."""
        seq, before = 0, _BEFORE_THE_FIRST
        for row in self._db.query("SELECT * FROM audit ORDER BY seq"):
            seq += 1
            if row["seq"] != seq or row["hash"] != _hash(before, row):
                return seq
            before = row["hash"]
        return self._broken_end(seq, before)

    def _broken_end(self, seq: int, last: str) -> int | None:
        head = self._row("SELECT value FROM meta WHERE name = ?", HEAD)
        if head is None:
            return seq or None
        try:
            sealed_seq, sealed_hash = self._vault.open(HEAD, head["value"]).split(":")
        except SealError:
            return seq
        if int(sealed_seq) > seq:
            return seq + 1
        return None if (int(sealed_seq), sealed_hash) == (seq, last) else seq


def _hash(before: str, row: Row) -> str:
    words = json.dumps({name: row[name] for name in _COLUMNS}, sort_keys=True)
    return hashlib.sha256(f"{before}\n{words}".encode()).hexdigest()
