"""What every store must do with what people wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Person
from bot.store.port import (
    Evidence,
    EvidenceKind,
    RecordedDecision,
    Store,
    Tx,
)
from tests.contract.builders import (
    DANA,
    NOON,
    after,
    flag,
    flagged,
    key,
    message,
)

ANY_TEXT = "tú eres un payaso \U0001f921\nline two\ttab"


class WordContract:
    """Words kept with a flag, decisions, the context window."""

    async def test_evidence_comes_back_in_clear(self, store: Store) -> None:
        """Words return as written, numbered from 1 within their flag."""

        def work(tx: Tx) -> list[int]:
            tx.add_flag(flag("F-1"))
            tx.add_flag(flag("F-2"))
            return [
                tx.keep("F-1", EvidenceKind.CONTEXT, "U-eli", "hi", after(-5)),
                tx.keep("F-1", EvidenceKind.MESSAGE, DANA.id, ANY_TEXT, NOON),
                tx.keep("F-2", EvidenceKind.REPORT, "U-fay", "", NOON),
            ]

        assert await store.write(work) == [1, 2, 1]
        assert await store.read(lambda tx: tx.evidence("F-1")) == [
            Evidence(1, EvidenceKind.CONTEXT, "U-eli", after(-5), "hi"),
            Evidence(2, EvidenceKind.MESSAGE, DANA.id, NOON, ANY_TEXT),
        ]
        assert [one.text for one in await store.read(lambda tx: tx.evidence("F-2"))] == [""]

    @pytest.mark.parametrize("text", ["a\0b", "\0", "half \ud83d pair", "x" * 40_000, "é" * 10_000])
    async def test_odd_text_is_kept(self, store: Store, text: str) -> None:
        """NULs, lone surrogates and long texts are kept, at the same length."""

        def work(tx: Tx) -> str:
            flagged(tx, text=text)
            return tx.evidence("F-1")[0].text

        kept = await store.write(work)

        assert len(kept) == len(text)
        assert kept == text.replace("\ud83d", "\ufffd")

    async def test_odd_ids_are_kept(self, store: Store) -> None:
        """An id with a NUL or half a pair is stored so that it can be asked for again."""
        odd = Person("slack", "T1", "U\0\ud800")

        def work(tx: Tx) -> tuple[bool, int]:
            tx.add_flag(flag(author_id=odd.id))
            again = tx.add_flag(flag("F-2", replace(key(), message="F-1")))
            return again, len(tx.strikes(odd, NOON))

        assert await store.write(work) == (False, 1)

    async def test_decisions_in_order(self, store: Store) -> None:
        """Decisions return as made, oldest first, with their reasons."""
        made = [
            RecordedDecision("F-1", str(DANA), "confirm", after(9), "clear case"),
            RecordedDecision("F-1", "cli:lee", "dismiss", after(5), ANY_TEXT),
        ]

        def work(tx: Tx) -> list[RecordedDecision]:
            flagged(tx)
            for one in made:
                tx.add_decision(one)
            return tx.decisions("F-1")

        kept = await store.write(work)

        assert kept == made
        assert [one.reason for one in kept] == ["clear case", ANY_TEXT]

    async def test_the_window_gives_messages_whole(self, store: Store) -> None:
        """A remembered message returns with every field, to other messages of its channel only."""
        kept = message(ANY_TEXT, key("1"), thread="0", direct=True, lang="es")

        def work(tx: Tx) -> tuple[object, ...]:
            tx.remember(kept, after(60))
            return (
                tx.recent(key("2"), NOON),
                tx.recent(key("1"), NOON),
                tx.recent(key("2", channel="C2"), NOON),
                tx.recent(key("2", workspace="T2"), NOON),
            )

        assert await store.write(work) == ([kept], [], [], [])

    async def test_the_window_is_in_order_and_expires(self, store: Store) -> None:
        """Oldest first by the time of posting; what has expired is not given."""

        def work(tx: Tx) -> tuple[list[str], ...]:
            for number, posted, expires in [("3", 3, 60), ("1", 1, 50), ("2", 2, 70)]:
                tx.remember(message(number, key(number), posted_at=after(posted)), after(expires))
            seen = [tx.recent(key("9"), after(at)) for at in (0, 50, 70)]
            return tuple([one.text for one in messages] for messages in seen)

        assert await store.write(work) == (["1", "2", "3"], ["2", "3"], [])

    async def test_an_edit_replaces_its_text(self, store: Store) -> None:
        """The window holds one text of a message: the newest, in its old place."""

        def work(tx: Tx) -> list[str]:
            tx.remember(message("first", key("1"), posted_at=after(1)), after(60))
            tx.remember(message("second", key("2"), posted_at=after(2)), after(60))
            tx.remember(message("first, edited", key("1"), posted_at=after(1)), after(90))
            return [one.text for one in tx.recent(key("9"), after(3))]

        assert await store.write(work) == ["first, edited", "second"]

    async def test_the_window_keeps_fifty(self, store: Store) -> None:
        """Of a channel the 50 newest messages are kept; other channels are not touched."""

        def work(tx: Tx) -> tuple[list[str], int]:
            tx.remember(message("quiet", key("1", channel="C2")), after(999))
            for number in range(60):
                posted = message(str(number), key(str(number)), posted_at=after(number))
                tx.remember(posted, after(999))
            seen = tx.recent(key("none"), NOON)
            return [one.text for one in seen], len(tx.recent(key("none", channel="C2"), NOON))

        assert await store.write(work) == ([str(number) for number in range(10, 60)], 1)

    async def test_forgetting(self, store: Store) -> None:
        """One message can be forgotten at once, the expired ones together."""

        def work(tx: Tx) -> tuple[object, ...]:
            for number in ("1", "2", "3"):
                tx.remember(message(number, key(number)), after(int(number) * 10))
            tx.forget(key("3"))
            tx.forget(key("none"))
            gone = tx.forget_expired(after(10))
            return gone, [one.text for one in tx.recent(key("9"), NOON)], tx.forget_expired(NOON)

        assert await store.write(work) == (1, ["2"], 0)
