"""What every store must do with links between accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Person
from bot.store.port import AppealOutcome, FlagQuery, Link, RecordedDecision, Store, StoreError, Tx
from rules.types import MessageKey
from tests.contract.builders import DANA, NOON, after, flag

ON_DISCORD = Person("discord", "9", "77")
ELSEWHERE = Person("slack", "T2", "U-dana2")
PROPOSED = Link("L-1", ON_DISCORD, DANA, "cli:office", NOON, "the school's register")


def linked(tx: Tx, one: Person = DANA, other: Person = ON_DISCORD, name: str = "L-1") -> None:
    """Put a link in force."""
    tx.add_link(replace(PROPOSED, id=name, one=one, other=other))
    tx.confirm_link(name, "cli:board", after(1))


class LinkContract:
    """One person's accounts."""

    async def test_a_link_comes_back_as_it_was(self, store: Store) -> None:
        """With its reasons; one at a time between two accounts, whichever is named first."""

        def work(tx: Tx) -> list[bool]:
            turned = replace(PROPOSED, id="L-2", one=DANA, other=ON_DISCORD)
            return [
                tx.add_link(PROPOSED),
                tx.add_link(turned),
                tx.confirm_link("L-1", "cli:board", after(1)),
                tx.confirm_link("L-1", "cli:head", after(2)),
                tx.end_link("L-1", "cli:head", after(3), "a mistake"),
                tx.end_link("L-1", "cli:head", after(4), "again"),
                tx.add_link(turned),
            ]

        assert await store.write(work) == [True, False, True, False, True, False, True]
        kept = await store.read(lambda tx: tx.link("L-1"))
        assert kept == replace(
            PROPOSED,
            confirmed_by="cli:board",
            confirmed_at=after(1),
            ended_by="cli:head",
            ended_at=after(3),
            end_reason="a mistake",
        )
        assert [one.id for one in await store.read(lambda tx: tx.links())] == ["L-2"]
        both = await store.read(lambda tx: tx.links(ended=True))
        assert {one.id for one in both} == {"L-1", "L-2"}

    @pytest.mark.parametrize("actor", ["cli:office", str(DANA), str(ON_DISCORD)])
    async def test_another_confirms(self, store: Store, actor: str) -> None:
        """Not whoever proposed it, and not the person."""
        await store.write(lambda tx: tx.add_link(PROPOSED))

        with pytest.raises(StoreError):
            await store.write(lambda tx: tx.confirm_link("L-1", actor, NOON))

        assert await store.read(lambda tx: tx.accounts(DANA)) == [DANA]

    async def test_accounts_are_found_through_others(self, store: Store) -> None:
        """While the links between them hold, and from whichever is asked."""

        def work(tx: Tx) -> None:
            linked(tx)
            linked(tx, ON_DISCORD, ELSEWHERE, "L-2")

        await store.write(work)
        everyone = sorted([DANA, ON_DISCORD, ELSEWHERE])
        for person in everyone:
            assert await store.read(lambda tx, p=person: tx.accounts(p)) == everyone

        await store.write(lambda tx: tx.end_link("L-2", "cli:head", after(9), ""))
        assert await store.read(lambda tx: tx.accounts(DANA)) == [ON_DISCORD, DANA]
        assert await store.read(lambda tx: tx.accounts(ELSEWHERE)) == [ELSEWHERE]

    async def test_strikes_and_lists_count_the_person(self, store: Store) -> None:
        """Of both accounts in the order of posting; and what is against either."""

        def work(tx: Tx) -> list[list[str]]:
            there = MessageKey("discord", "9", "c", "2")
            tx.add_flag(flag("F-1", posted_at=after(1)))
            tx.add_flag(flag("F-2", there, author_id="77", posted_at=after(2)))
            tx.add_flag(flag("F-3", posted_at=after(3)))
            tx.aim("F-2", ["77"])
            alone = [one.id for one in tx.strikes(DANA, NOON)]
            linked(tx)
            queries = FlagQuery(author=ON_DISCORD), FlagQuery(against=DANA)
            return [
                alone,
                [one.id for one in tx.strikes(DANA, NOON)],
                *(sorted(one.id for one in tx.flags(query)) for query in queries),
            ]

        all_of_them = ["F-1", "F-2", "F-3"]
        assert await store.write(work) == [["F-1", "F-3"], all_of_them, all_of_them, ["F-2"]]

    async def test_another_account_of_the_decider_hears_no_appeal(self, store: Store) -> None:
        """The person decided, whichever account they press with; nothing is changed."""
        mo, mo_there = Person("slack", "T1", "U-mo"), Person("discord", "9", "5")

        def work(tx: Tx) -> None:
            tx.add_flag(flag())
            tx.add_decision(RecordedDecision("F-1", str(mo), "confirm", NOON, ""))
            tx.open_appeal("F-1", after(1))
            linked(tx, mo, mo_there)

        await store.write(work)

        with pytest.raises(StoreError):
            await store.write(
                lambda tx: tx.decide_appeal("F-1", str(mo_there), AppealOutcome.UPHELD, after(2))
            )

        appeal = await store.read(lambda tx: tx.appeal("F-1"))
        assert appeal is not None
        assert appeal.open
