"""What rules in shadow would have flagged, on record until it expires."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.store.columns import Row, moment, plain, stamp
from bot.store.flags import key_values
from bot.store.port import ShadowCount, ShadowHit
from bot.store.verbs import Verbs
from rules.types import MessageKey, Tier


class ShadowVerbs(Verbs):
    """The verbs of `Tx` on what rules in shadow found."""

    def set_shadow_hits(self, key: MessageKey, hits: Sequence[ShadowHit]) -> None:
        """See `Tx`."""
        self._change(
            "DELETE FROM shadow_hits"
            " WHERE platform = ? AND workspace = ? AND channel = ? AND message = ?",
            *key_values(key),
        )
        for hit in hits:
            self._insert("shadow_hits", self._shadow_row(hit))

    def shadow_hits(self, rule: str, now: datetime, limit: int = 100) -> list[ShadowHit]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT * FROM shadow_hits WHERE rule = ? AND expires_at > ?"
            " ORDER BY at DESC, rowid DESC LIMIT ?",
            *(plain(rule), stamp(now), limit),
        )
        return [self._shadow_hit(row) for row in rows]

    def shadow_counts(self, now: datetime) -> list[ShadowCount]:
        """See `Tx`."""
        rows = self._rows(
            "SELECT rule, tier, count(*) AS messages, max(at) AS newest FROM shadow_hits"
            " WHERE expires_at > ? GROUP BY rule, tier ORDER BY rule, tier",
            stamp(now),
        )
        return [
            ShadowCount(row["rule"], Tier(row["tier"]), row["messages"], moment(row["newest"]))
            for row in rows
        ]

    def _shadow_row(self, hit: ShadowHit) -> Row:
        platform, workspace, channel, message = key_values(hit.key)
        return {
            "platform": platform,
            "workspace": workspace,
            "channel": channel,
            "message": message,
            "rule": plain(hit.rule),
            "tier": hit.tier,
            "at": stamp(hit.at),
            "expires_at": stamp(hit.expires_at),
            "permalink": plain(hit.permalink),
            "sealed": self._vault.seal(shadow_place(hit.key, hit.rule), hit.excerpt),
        }

    def _shadow_hit(self, row: Row) -> ShadowHit:
        key = MessageKey(row["platform"], row["workspace"], row["channel"], row["message"])
        return ShadowHit(
            key,
            row["rule"],
            Tier(row["tier"]),
            moment(row["at"]),
            moment(row["expires_at"]),
            row["permalink"],
            self._vault.open(shadow_place(key, row["rule"]), row["sealed"]),
        )


def shadow_place(key: MessageKey, rule: str) -> str:
    """What binds the words of a hit to its row."""
    return "shadow/" + json.dumps([*key_values(key), plain(rule)])
