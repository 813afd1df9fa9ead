"""The deliveries: outgoing acts on record, which are the durable jobs as well."""

# ruff: noqa: S608 - the SQL is put together from names and question marks of ours only

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.jobs import Job, NewJob
from bot.ports import Person
from bot.store.columns import Row, moment, packed, plain, stamp, unpacked
from bot.store.port import Delivery, DeliveryState
from bot.store.verbs import Verbs

NOTICE_KINDS = (
    "notice",
    "shown",
    "care",
    "entered",
)  # what puts a letter before an author, to answer

# Of each lane the delivery that is next, and from when it may be claimed. What is leased stays next
# even when its lease has run out: its worker may only be late, and must not meet another's act.
_HEADS = """
SELECT head.*, max(
    coalesce(head.lease_until, head.due_at),
    coalesce((SELECT held_until FROM lanes WHERE lanes.lane = head.lane), '')
) AS free_at
FROM (SELECT DISTINCT lane FROM deliveries WHERE state IN ('pending', 'leased')) AS line
JOIN deliveries AS head ON head.id = coalesce(
    (SELECT id FROM deliveries WHERE lane = line.lane AND state = 'leased'),
    (SELECT id FROM deliveries WHERE lane = line.lane AND state IN ('pending', 'leased')
        ORDER BY turn, id LIMIT 1)
)
"""
_FENCE = "id = ? AND state = 'leased' AND lease = ? AND attempts = ?"


class DeliveryVerbs(Verbs):
    """The verbs of `Tx` on deliveries, lanes and the clock."""

    def add_delivery(self, job: NewJob) -> bool:
        """See `Tx`."""
        due_at = stamp(job.due_at)
        return self._changed(
            "INSERT INTO deliveries"
            " (key, kind, lane, flag_id, params, priority, turn, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            *(plain(job.key), plain(job.kind), plain(job.lane)),
            *(plain(job.flag_id) or None, packed(job.params), job.priority, due_at, due_at),
        )

    def claim(self, now: datetime, lease: str, lease_until: datetime, limit: int) -> list[Job]:
        """See `Tx`."""
        heads = self._rows(
            f"SELECT id FROM ({_HEADS}) WHERE free_at <= ?"
            " ORDER BY priority DESC, turn, id LIMIT ?",
            stamp(now),
            limit,
        )
        return [self._lease(head["id"], now, lease, lease_until) for head in heads]

    def _lease(self, id_: int, now: datetime, lease: str, lease_until: datetime) -> Job:
        [row] = self._rows(
            "UPDATE deliveries SET state = 'leased', lease = ?, lease_until = ?, claimed_at = ?,"
            " attempts = attempts + 1 WHERE id = ? RETURNING *",
            *(lease, stamp(lease_until), stamp(now), id_),
        )
        return _job(row)

    def renew(self, job: Job, lease_until: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            f"UPDATE deliveries SET lease_until = ? WHERE {_FENCE}",
            *(stamp(lease_until), job.id, job.lease, job.attempts),
        )

    def finish(
        self,
        job: Job,
        state: DeliveryState,
        *,
        reason: str = "",
        receipt: Mapping[str, str] | None = None,
        due_at: datetime | None = None,
    ) -> bool:
        """See `Tx`."""
        if state is DeliveryState.LEASED or (state is DeliveryState.PENDING) != bool(due_at):
            raise ValueError(f"a job cannot finish as {state} with due_at {due_at}")
        return self._changed(
            "UPDATE deliveries SET state = ?, reason = ?, receipt = ?,"
            f" due_at = coalesce(?, due_at), lease = NULL, lease_until = NULL WHERE {_FENCE}",
            *(state, plain(reason), packed(receipt or {}), stamp(due_at) if due_at else None),
            *(job.id, job.lease, job.attempts),
        )

    def hold_lane(self, lane: str, until: datetime) -> None:
        """See `Tx`."""
        self._change(
            "INSERT INTO lanes (lane, held_until) VALUES (?, ?) ON CONFLICT (lane) DO UPDATE"
            " SET held_until = max(held_until, excluded.held_until)",
            *(plain(lane), stamp(until)),
        )

    def next_due(self) -> datetime | None:
        """See `Tx`."""
        row = self._row(f"SELECT min(free_at) AS at FROM ({_HEADS})")
        return moment(row["at"]) if row and row["at"] else None

    def deliveries(self, flag_id: str) -> list[Delivery]:
        """See `Tx`."""
        rows = self._rows("SELECT * FROM deliveries WHERE flag_id = ? ORDER BY id", plain(flag_id))
        return [_delivery(row) for row in rows]

    def dead(self, limit: int = 100) -> list[Delivery]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM deliveries WHERE state = 'dead'"
            " ORDER BY claimed_at DESC, id DESC LIMIT ?",
            limit,
        )
        return [_delivery(row) for row in rows]

    def cancel(self, flag_id: str, kinds: frozenset[str]) -> int:
        """See `Tx`."""
        marks = ", ".join("?" for _ in kinds)
        return self._change(
            "UPDATE deliveries SET state = 'cancelled'"
            f" WHERE flag_id = ? AND state = 'pending' AND kind IN ({marks})",
            plain(flag_id),
            *kinds,
        )

    def cancel_one(self, delivery_id: int) -> bool:
        """See `Tx`."""
        return self._changed(
            "UPDATE deliveries SET state = 'cancelled' WHERE id = ? AND state = 'pending'",
            delivery_id,
        )

    def retry(self, delivery_id: int, now: datetime) -> bool:
        """See `Tx`."""
        at = stamp(now)
        return self._changed(
            "UPDATE deliveries SET state = 'pending', attempts = 0, turn = ?, due_at = ?"
            " WHERE id = ? AND state = 'dead'",
            *(at, at, delivery_id),
        )

    def newest_notice(self, author: Person) -> str | None:
        """See `Tx`."""
        marks = ", ".join("?" for _ in NOTICE_KINDS)
        row = self._row(
            "SELECT flag_id FROM deliveries JOIN flags ON flags.id = flag_id"
            " WHERE platform = ? AND workspace = ? AND author_id = ?"
            f" AND state = 'done' AND kind IN ({marks})"
            " AND json_extract(receipt, '$.skipped') IS NULL"  # nothing was left to be said
            " ORDER BY claimed_at DESC, deliveries.id DESC LIMIT 1",
            *(plain(author.platform), plain(author.workspace), plain(author.id)),
            *NOTICE_KINDS,
        )
        return row["flag_id"] if row else None

    def clock_slot(self, name: str, slot: str, at: datetime) -> bool:
        """See `Tx`."""
        return self._changed(
            "INSERT INTO clock (name, slot, at) VALUES (?, ?, ?)"
            " ON CONFLICT (name, slot) DO NOTHING",
            *(plain(name), plain(slot), stamp(at)),
        )


def _job(row: Row) -> Job:
    return Job(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        lane=row["lane"],
        params=unpacked(row["params"]),
        attempts=row["attempts"],
        lease=row["lease"],
        flag_id=row["flag_id"] or "",
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        lane=row["lane"],
        flag_id=row["flag_id"] or "",
        params=unpacked(row["params"]),
        state=DeliveryState(row["state"]),
        due_at=moment(row["due_at"]),
        attempts=row["attempts"],
        reason=row["reason"],
        receipt=unpacked(row["receipt"]),
        claimed_at=moment(row["claimed_at"]) if row["claimed_at"] else None,
    )
