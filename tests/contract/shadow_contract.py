"""What every store must do with what rules in shadow found."""

from __future__ import annotations

from dataclasses import replace

from bot.store.port import ShadowCount, ShadowHit, Store, Tx
from rules.types import Tier
from tests.contract.builders import NOON, after, key

WEEK = 7 * 24 * 3600
HIT = ShadowHit(
    key("1"), "profanity.darn", Tier.ACT, NOON, after(WEEK), "https://example.org/1", "oh darn ñ"
)


class ShadowContract:
    """Kept for a while, counted, replaced and forgotten; never with an author."""

    async def test_hits_come_back_newest_first(self, store: Store) -> None:
        """As they were, of one rule, until they expire."""
        later = replace(HIT, key=key("2"), at=after(5), expires_at=after(WEEK + 5))

        def work(tx: Tx) -> list[list[ShadowHit]]:
            tx.set_shadow_hits(HIT.key, [HIT, replace(HIT, rule="hate.x")])
            tx.set_shadow_hits(later.key, [later])
            moments = (NOON, after(WEEK), after(WEEK + 5))
            return [tx.shadow_hits(HIT.rule, moment) for moment in moments]

        assert await store.write(work) == [[later, HIT], [later], []]

    async def test_an_edit_replaces_what_was_found_before(self, store: Store) -> None:
        """So that nothing is counted twice, and what was mended is not counted."""

        def work(tx: Tx) -> list[int]:
            counts = []
            for hits in ([HIT], [HIT], [HIT, replace(HIT, rule="hate.x")], []):
                tx.set_shadow_hits(HIT.key, hits)
                counts.append(sum(count.messages for count in tx.shadow_counts(NOON)))
            return counts

        assert await store.write(work) == [1, 1, 2, 0]

    async def test_counts(self, store: Store) -> None:
        """By rule and tier, with the newest."""

        def work(tx: Tx) -> list[ShadowCount]:
            for number, tier in enumerate((Tier.ACT, Tier.REVIEW, Tier.ACT)):
                at = key(str(number))
                tx.set_shadow_hits(at, [replace(HIT, key=at, tier=tier, at=after(number))])
            return tx.shadow_counts(NOON)

        assert await store.write(work) == [
            ShadowCount(HIT.rule, Tier.ACT, 2, after(2)),
            ShadowCount(HIT.rule, Tier.REVIEW, 1, after(1)),
        ]

    async def test_forgotten(self, store: Store) -> None:
        """When the message is deleted, and when the time is over."""

        def work(tx: Tx) -> list[int]:
            for number in ("1", "2"):
                tx.set_shadow_hits(key(number), [replace(HIT, key=key(number))])
            tx.forget(key("1"))
            return [tx.forget_expired(after(WEEK - 1)), tx.forget_expired(after(WEEK))]

        assert await store.write(work) == [0, 1]
