"""What people wrote: evidence and reasons kept with a flag, and the short context window."""

# ruff: noqa: S608 - the SQL is put together from names and question marks of ours only

from __future__ import annotations

import json
from datetime import datetime, timedelta

import msgspec

from bot.store.columns import Row, moment, plain, stamp
from bot.store.flags import key_values
from bot.store.port import Evidence, EvidenceKind, RecordedDecision
from bot.store.verbs import Verbs
from rules.types import Message, MessageKey

KEPT_PER_CHANNEL = 50
EVENTS_KEPT = timedelta(days=2)


class WordVerbs(Verbs):
    """The verbs of `Tx` on evidence, decisions and the context window."""

    def keep(
        self, flag_id: str, kind: EvidenceKind, author_id: str, text: str, at: datetime
    ) -> int:
        """See `Tx`."""
        key = self._next_number("evidence", flag_id)
        number: int = key["number"]
        sealed = self._vault.seal(evidence_place(flag_id, number), text)
        row = {"kind": kind, "author_id": plain(author_id), "at": stamp(at), "sealed": sealed}
        self._insert("evidence", {**key, **row})
        self._grow(flag_id)
        return number

    def evidence(self, flag_id: str) -> list[Evidence]:
        """See `Tx`."""
        return [
            Evidence(
                number=row["number"],
                kind=EvidenceKind(row["kind"]),
                author_id=row["author_id"],
                at=moment(row["at"]),
                text=self._vault.open(evidence_place(flag_id, row["number"]), row["sealed"]),
            )
            for row in self._rows_of("evidence", flag_id)
        ]

    def add_decision(self, decision: RecordedDecision) -> None:
        """See `Tx`."""
        key = self._next_number("decisions", decision.flag_id)
        place = decision_place(decision.flag_id, key["number"])
        row = {
            "actor": plain(decision.actor),
            "action": plain(decision.action),
            "at": stamp(decision.at),
            "sealed": self._vault.seal(place, decision.reason),
        }
        self._insert("decisions", {**key, **row})
        self._grow(decision.flag_id)

    def decisions(self, flag_id: str) -> list[RecordedDecision]:
        """See `Tx`."""
        return [
            RecordedDecision(
                flag_id=flag_id,
                actor=row["actor"],
                action=row["action"],
                at=moment(row["at"]),
                reason=self._vault.open(decision_place(flag_id, row["number"]), row["sealed"]),
            )
            for row in self._rows_of("decisions", flag_id)
        ]

    def remember(self, message: Message, expires_at: datetime) -> None:
        """See `Tx`."""
        platform, workspace, channel, post = key_values(message.key)
        row = {
            "platform": platform,
            "workspace": workspace,
            "channel": channel,
            "message": post,
            "posted_at": stamp(message.posted_at),
            "expires_at": stamp(expires_at),
            "sealed": self._vault.seal(
                context_place(message.key), msgspec.json.encode(message).decode()
            ),
        }
        self._db.table("context").upsert(row, pk=("platform", "workspace", "channel", "message"))
        self._change(
            "DELETE FROM context WHERE rowid IN (SELECT rowid FROM context"
            " WHERE platform = ? AND workspace = ? AND channel = ?"
            " ORDER BY posted_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
            *(platform, workspace, channel, KEPT_PER_CHANNEL),
        )

    def recent(self, key: MessageKey, now: datetime) -> list[Message]:
        """See `Tx`."""
        platform, workspace, channel, post = key_values(key)
        rows = self._rows(
            "SELECT * FROM context WHERE platform = ? AND workspace = ? AND channel = ?"
            " AND message <> ? AND expires_at > ? ORDER BY posted_at, rowid",
            *(platform, workspace, channel, post, stamp(now)),
        )
        messages = []
        for row in rows:
            place = context_place(MessageKey(platform, workspace, channel, row["message"]))
            opened = self._vault.open(place, row["sealed"])
            messages.append(msgspec.json.decode(opened, type=Message))
        return messages

    def forget(self, key: MessageKey) -> None:
        """See `Tx`."""
        self._change(
            "DELETE FROM context"
            " WHERE platform = ? AND workspace = ? AND channel = ? AND message = ?",
            *key_values(key),
        )
        self._change(
            "DELETE FROM shadow_hits"
            " WHERE platform = ? AND workspace = ? AND channel = ? AND message = ?",
            *key_values(key),
        )

    def forget_expired(self, now: datetime) -> int:
        """See `Tx`."""
        moment_, old = stamp(now), stamp(now - EVENTS_KEPT)
        gone = self._change("DELETE FROM context WHERE expires_at <= ?", moment_)
        gone += self._change("DELETE FROM shadow_hits WHERE expires_at <= ?", moment_)
        gone += self._change("DELETE FROM events WHERE at < ?", old)
        self._change("DELETE FROM lanes WHERE held_until <= ?", moment_)
        # The newest slot of a clock job stays, however old: it is what stops a second run of it.
        self._change(
            "DELETE FROM clock WHERE at < ? AND at <"
            " (SELECT max(later.at) FROM clock AS later WHERE later.name = clock.name)",
            old,
        )
        return gone

    def _rows_of(self, table: str, flag_id: str) -> list[Row]:
        return self._rows(
            f"SELECT words.* FROM flags JOIN {table} AS words"
            " ON words.platform = flags.platform AND words.workspace = flags.workspace"
            " AND words.flag_id = flags.id WHERE flags.id = ? ORDER BY number",
            plain(flag_id),
        )

    def _grow(self, flag_id: str) -> None:
        self._change("UPDATE flags SET revision = revision + 1 WHERE id = ?", flag_id)


def evidence_place(flag_id: str, number: int) -> str:
    """What binds a piece of evidence to its row."""
    return f"evidence/{flag_id}/{number}"


def decision_place(flag_id: str, number: int) -> str:
    """What binds a decision's reason to its row."""
    return f"decision/{flag_id}/{number}"


def context_place(key: MessageKey) -> str:
    """What binds a message of the context window to its row."""
    return "context/" + json.dumps(key_values(key))
