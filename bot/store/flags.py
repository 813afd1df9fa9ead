"""Flags, their findings and the strikes computed from them."""

# ruff: noqa: S608 - the SQL is put together from names and question marks of ours only

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from bot.ports import Person
from bot.store.columns import Row, moment, plain, stamp
from bot.store.links import LinkVerbs
from bot.store.port import Flag, FlagQuery, NewFlag, RecordedFinding, Status
from bot.store.vault import fingerprint
from rules.types import Category, Finding, MessageKey, Role, Severity, Tier

_KEY = "platform = ? AND workspace = ? AND channel = ? AND message = ?"


def key_values(key: MessageKey) -> tuple[str, str, str, str]:
    """A message's key as its four columns hold it."""
    return plain(key.platform), plain(key.workspace), plain(key.channel), plain(key.message)


class FlagVerbs(LinkVerbs):
    """The verbs of `Tx` on flags and findings."""

    def add_flag(self, flag: NewFlag) -> bool:
        """See `Tx`."""
        row = _row_of(flag)
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        return self._changed(
            f"INSERT INTO flags ({names}) VALUES ({marks})"
            " ON CONFLICT (platform, workspace, channel, message) DO NOTHING",
            *row.values(),
        )

    def flag(self, flag_id: str) -> Flag | None:
        """See `Tx`."""
        row = self._row("SELECT * FROM flags WHERE id = ?", plain(flag_id))
        return _flag(row) if row else None

    def flag_of(self, key: MessageKey) -> Flag | None:
        """See `Tx`."""
        row = self._row(f"SELECT * FROM flags WHERE {_KEY}", *key_values(key))
        return _flag(row) if row else None

    def flags(self, query: FlagQuery) -> list[Flag]:
        """See `Tx`."""
        terms, values = ["1"], list[str]()
        if query.statuses:
            terms.append(f"status IN ({', '.join('?' for _ in query.statuses)})")
            values += query.statuses
        if query.author:
            of_author = self._any_of("platform, workspace, author_id", query.author)
            terms.append(of_author[0])
            values += of_author[1]
        if query.against:
            at_target = self._any_of("platform, workspace, target_id", query.against)
            terms.append(f"id IN (SELECT flag_id FROM targets WHERE {at_target[0]})")
            values += at_target[1]
        if query.category:
            terms.append("category = ?")
            values.append(query.category)
        if query.since:
            terms.append("created_at >= ?")
            values.append(stamp(query.since))
        rows = self._rows(
            f"SELECT * FROM flags WHERE {' AND '.join(terms)}"
            " ORDER BY created_at DESC, rowid DESC LIMIT ?",
            *values,
            query.limit,
        )
        return [_flag(row) for row in rows]

    def aim(self, flag_id: str, targets: Iterable[str]) -> None:
        """See `Tx`."""
        platform, workspace = self._home(flag_id)
        for target in targets:
            self._change(
                "INSERT INTO targets (platform, workspace, flag_id, target_id)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                *(platform, workspace, plain(flag_id), plain(target)),
            )

    def targets(self, flag_id: str) -> list[Person]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT targets.* FROM targets JOIN flags USING (platform, workspace)"
            " WHERE flags.id = ? AND flag_id = flags.id ORDER BY target_id",
            plain(flag_id),
        )
        return [Person(row["platform"], row["workspace"], row["target_id"]) for row in rows]

    def fingerprint(self, rule: str, text: str) -> str:
        """See `Tx`."""
        return fingerprint(self._print_key, rule, text)

    def add_findings(
        self, flag_id: str, findings: Sequence[tuple[str, Finding]], evidence: int
    ) -> list[Finding]:
        """See `Tx`."""
        known = {recorded.fingerprint for recorded in self.findings(flag_id)}
        fresh = []
        for print_, finding in findings:
            key = self._next_number("findings", flag_id)
            body = msgspec.json.encode(finding).decode()
            row = {"fingerprint": print_, "evidence": evidence, "rule": finding.rule}
            self._insert("findings", {**key, **row, "body": body})
            if print_ not in known:
                known.add(print_)
                fresh.append(finding)
        if findings:
            self.touch(flag_id)
        return fresh

    def findings(self, flag_id: str) -> list[RecordedFinding]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT findings.* FROM findings"
            " JOIN flags USING (platform, workspace) WHERE flags.id = ? AND flag_id = flags.id"
            " ORDER BY number",
            plain(flag_id),
        )
        return [
            RecordedFinding(
                msgspec.json.decode(row["body"], type=Finding), row["fingerprint"], row["evidence"]
            )
            for row in rows
        ]

    def set_status(self, flag_id: str, status: Status, *, expected: frozenset[Status]) -> bool:
        """See `Tx`."""
        marks = ", ".join("?" for _ in expected)
        return self._changed(
            "UPDATE flags SET status = ?, revision = revision + 1"
            f" WHERE id = ? AND status IN ({marks})",
            status,
            plain(flag_id),
            *expected,
        )

    def raise_lead(self, flag_id: str, lead: Finding, tier: Tier, *, counts: bool) -> None:
        """See `Tx`."""
        found = self._changed(
            "UPDATE flags SET rule = ?, category = ?, severity = ?, tier = ?, counts = ?,"
            " revision = revision + 1 WHERE id = ?",
            *(plain(lead.rule), lead.category, lead.severity, tier, int(counts), plain(flag_id)),
        )
        if not found:
            raise LookupError(f"there is no flag {flag_id}")

    def touch(self, flag_id: str) -> int:
        """See `Tx`."""
        grown = self._rows(
            "UPDATE flags SET revision = revision + 1 WHERE id = ? RETURNING revision",
            plain(flag_id),
        )
        if not grown:
            raise LookupError(f"there is no flag {flag_id}")
        return int(grown[0]["revision"])

    def strikes(self, author: Person, since: datetime) -> list[Flag]:
        """See `Tx`."""
        of_author = self._any_of("platform, workspace, author_id", author)
        rows = self._rows(
            f"SELECT * FROM flags WHERE {of_author[0]} AND posted_at >= ?"
            " AND counts = 1 AND (tier = 'act' OR status = 'confirmed')"
            " AND status NOT IN ('dismissed', 'overturned')"
            " ORDER BY posted_at, rowid",
            *of_author[1],
            stamp(since),
        )
        return [_flag(row) for row in rows]


def _row_of(flag: NewFlag) -> Row:
    platform, workspace, channel, message = key_values(flag.key)
    return {
        "platform": platform,
        "workspace": workspace,
        "channel": channel,
        "message": message,
        "id": plain(flag.id),
        "author_id": plain(flag.author_id),
        "author_role": flag.author_role,
        "posted_at": stamp(flag.posted_at),
        "created_at": stamp(flag.created_at),
        "rule": plain(flag.lead.rule),
        "category": flag.lead.category,
        "severity": flag.lead.severity,
        "tier": flag.tier,
        "counts": int(flag.counts),
        "status": Status.OPEN,
        "source": plain(flag.source),
        "thread": plain(flag.thread),
        "permalink": plain(flag.permalink),
        "lang": plain(flag.lang),
    }


def _flag(row: Row) -> Flag:
    return Flag(
        id=row["id"],
        key=MessageKey(row["platform"], row["workspace"], row["channel"], row["message"]),
        author_id=row["author_id"],
        author_role=Role(row["author_role"]),
        posted_at=moment(row["posted_at"]),
        created_at=moment(row["created_at"]),
        rule=row["rule"],
        category=Category(row["category"]),
        severity=Severity(row["severity"]),
        tier=Tier(row["tier"]),
        counts=bool(row["counts"]),
        status=Status(row["status"]),
        source=row["source"],
        thread=row["thread"],
        permalink=row["permalink"],
        lang=row["lang"],
        revision=row["revision"],
    )
