"""What every store must do with flags, findings and strikes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.ports import Person
from bot.store.port import (
    EvidenceKind,
    Flag,
    FlagQuery,
    RecordedDecision,
    Status,
    Store,
    StoreError,
    Tx,
)
from rules.types import Category, Role, Severity, Tier
from tests.contract.builders import (
    DANA,
    NOON,
    after,
    finding,
    flag,
    flagged,
    key,
)

Reopen = Callable[[], Awaitable[Store]]


class FlagContract:
    """Flags and findings."""

    async def test_a_flag_comes_back_whole(self, store: Store) -> None:
        """Every field survives, and a new flag is open."""
        new = flag(at=key("1700000000.000100"))

        await store.write(lambda tx: tx.add_flag(new))

        kept = await store.read(lambda tx: tx.flag("F-1"))
        assert kept == Flag(
            id="F-1",
            key=new.key,
            author_id=DANA.id,
            author_role=Role.STUDENT,
            posted_at=new.posted_at,
            created_at=new.created_at,
            rule="cyberbullying.insult",
            category=Category.CYBERBULLYING,
            severity=Severity.MEDIUM,
            tier=Tier.ACT,
            counts=True,
            status=Status.OPEN,
            source="rules",
            thread=new.thread,
            permalink=new.permalink,
            lang="es",
            revision=kept.revision if kept else -1,
        )
        assert await store.read(lambda tx: tx.flag_of(new.key)) == kept

    async def test_one_message_one_flag(self, store: Store) -> None:
        """A second flag on the same message changes nothing."""
        first, second = flag("F-1", key()), flag("F-2", key(), lang="en", counts=False)

        assert await store.write(lambda tx: (tx.add_flag(first), tx.add_flag(second))) == (
            True,
            False,
        )

        kept = await store.read(lambda tx: tx.flags(FlagQuery()))
        assert [(one.id, one.lang) for one in kept] == [("F-1", "es")]

    @pytest.mark.parametrize(
        "elsewhere",
        [
            key(workspace="T2"),
            key(channel="C2"),
            key("1.0001000"),
            replace(key(), platform="discord"),
        ],
        ids=["workspace", "channel", "message", "platform"],
    )
    async def test_keys_are_whole(self, store: Store, elsewhere: object) -> None:
        """A message is another one if any part of its key differs, be it a trailing zero."""
        assert await store.write(
            lambda tx: tx.add_flag(flag("F-1", key())) and tx.add_flag(flag("F-2", elsewhere))
        )

    async def test_unknown_flags(self, store: Store) -> None:
        """Asking for what is not there gives nothing; changing it is an error of the caller."""

        def ask(tx: Tx) -> None:
            assert tx.flag("F-0") is None
            assert tx.flag_of(key("0")) is None
            assert tx.findings("F-0") == []
            assert tx.evidence("F-0") == []
            assert tx.decisions("F-0") == []
            assert tx.deliveries("F-0") == []
            assert tx.set_status("F-0", Status.CONFIRMED, expected=frozenset(Status)) is False

        await store.write(ask)
        for change in (
            lambda tx: tx.touch("F-0"),
            lambda tx: tx.keep("F-0", EvidenceKind.MESSAGE, "U", "text", NOON),
            lambda tx: tx.raise_lead("F-0", finding(), Tier.ACT, counts=True),
            lambda tx: tx.add_decision(RecordedDecision("F-0", "a", "confirm", NOON, "why")),
        ):
            with pytest.raises(LookupError, match="F-0"):
                await store.write(change)

    async def test_findings_come_back_whole(self, store: Store) -> None:
        """Findings return as they were, in order, with their fingerprint and evidence."""
        two = [("p1", finding()), ("p2", finding("hate.slur", start=None, end=None, counts=False))]

        def work(tx: Tx) -> list[object]:
            return [tx.add_findings("F-1", two, flagged(tx)), *tx.findings("F-1")]

        new, *kept = await store.write(work)

        assert new == [one for _, one in two]
        assert [(r.fingerprint, r.finding, r.evidence) for r in kept] == [
            ("p1", two[0][1], 1),
            ("p2", two[1][1], 1),
        ]

    async def test_an_edit_brings_only_what_is_new(self, store: Store) -> None:
        """Of an edit's findings the unknown fingerprints are returned, all are recorded."""

        def work(tx: Tx) -> None:
            tx.add_findings("F-1", [("p1", finding())], flagged(tx))
            edited = tx.keep("F-1", EvidenceKind.MESSAGE, DANA.id, "oh, you are a clown", NOON)
            moved, worse = finding(start=12, end=17), finding("hate.slur")
            pairs = [("p1", moved), ("p2", worse), ("p2", worse)]
            assert tx.add_findings("F-1", pairs, edited) == [worse]
            assert tx.add_findings("F-1", pairs, edited) == []
            assert {r.finding.start for r in tx.findings("F-1") if r.evidence == edited} == {12, 8}

        await store.write(work)

    async def test_findings_need_their_evidence(self, store: Store) -> None:
        """A finding that points at evidence which is not there is refused."""

        def work(tx: Tx) -> None:
            flagged(tx)
            tx.add_findings("F-1", [("p1", finding())], 7)

        with pytest.raises(StoreError):
            await store.write(work)

        assert await store.read(lambda tx: tx.flag("F-1")) is None

    async def test_fingerprints(self, store: Store, reopen: Reopen) -> None:
        """Equal for the same rule and datum, for ever; otherwise different; and not the datum."""

        def prints(tx: Tx) -> list[str]:
            return [tx.fingerprint(*pair) for pair in (("a.b", "x"), ("a.b", "y"), ("a.c", "x"))]

        first = await store.read(prints)

        assert len(set(first)) == 3
        assert await (await reopen()).read(prints) == first

    async def test_status_moves_from_where_it_is_expected(self, store: Store) -> None:
        """Two moderators cannot both decide: the second finds the flag elsewhere."""

        def decide(tx: Tx, status: Status) -> bool:
            return tx.set_status("F-1", status, expected=frozenset({Status.OPEN}))

        await store.write(flagged)
        decided = await asyncio.gather(
            store.write(lambda tx: decide(tx, Status.CONFIRMED)),
            store.write(lambda tx: decide(tx, Status.DISMISSED)),
        )

        assert decided == [True, False]
        kept = await store.read(lambda tx: tx.flag("F-1"))
        assert kept
        assert kept.status is Status.CONFIRMED

    async def test_no_expectation_is_never_met(self, store: Store) -> None:
        """Where no status is expected, none fits."""
        await store.write(flagged)

        assert not await store.write(
            lambda tx: tx.set_status("F-1", Status.CONFIRMED, expected=frozenset())
        )

    async def test_a_graver_lead(self, store: Store) -> None:
        """A new lead selects rule, category, severity, tier and whether it counts."""
        lead = finding("threat.violence", category=Category.THREAT, severity=Severity.HIGH)

        def work(tx: Tx) -> Flag | None:
            tx.add_flag(flag(tier=Tier.REVIEW, counts=False))
            tx.raise_lead("F-1", lead, Tier.ACT, counts=True)
            return tx.flag("F-1")

        raised = await store.write(work)

        assert raised
        assert (raised.rule, raised.category, raised.severity, raised.tier, raised.counts) == (
            "threat.violence",
            Category.THREAT,
            Severity.HIGH,
            Tier.ACT,
            True,
        )

    async def test_every_change_grows_the_revision(self, store: Store) -> None:
        """A card can tell the newer of two faces by the flag's revision."""
        changes = [
            lambda tx: tx.keep("F-1", EvidenceKind.ANSWER, DANA.id, "sorry", NOON),
            lambda tx: tx.add_findings("F-1", [("p", finding())], 1),
            lambda tx: tx.set_status("F-1", Status.CONFIRMED, expected=frozenset({Status.OPEN})),
            lambda tx: tx.raise_lead("F-1", finding(), Tier.ACT, counts=True),
            lambda tx: tx.add_decision(RecordedDecision("F-1", "a", "confirm", NOON, "why")),
            lambda tx: tx.touch("F-1"),
        ]
        await store.write(flagged)
        revisions = []
        for change in changes:
            await store.write(change)
            kept = await store.read(lambda tx: tx.flag("F-1"))
            assert kept
            revisions.append(kept.revision)

        assert revisions == sorted(set(revisions))
        assert await store.write(lambda tx: tx.touch("F-1")) == revisions[-1] + 1


class ListContract:
    """Lists of flags, and strikes."""

    async def test_flags_are_listed_newest_first(self, store: Store) -> None:
        """By the time of recording, and of one moment the later recorded first; limited."""

        def work(tx: Tx) -> None:
            for number, second in enumerate([5, 1, 9, 9], 1):
                tx.add_flag(flag(f"F-{number}", created_at=after(second)))

        await store.write(work)

        every = await store.read(lambda tx: tx.flags(FlagQuery()))
        first = await store.read(lambda tx: tx.flags(FlagQuery(limit=2)))
        assert [one.id for one in every] == ["F-4", "F-3", "F-1", "F-2"]
        assert [one.id for one in first] == ["F-4", "F-3"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (FlagQuery(statuses=frozenset({Status.DISMISSED})), {"F-2"}),
            (FlagQuery(statuses=frozenset({Status.DISMISSED, Status.OPEN})), {"F-1", "F-2", "F-3"}),
            (FlagQuery(author=Person("slack", "T1", "U-eli")), {"F-3"}),
            (FlagQuery(author=Person("slack", "T2", "U-eli")), set()),
            (FlagQuery(category=Category.HATE), {"F-3"}),
            (FlagQuery(since=after(2)), {"F-2", "F-3"}),
            (FlagQuery(since=after(2), author=DANA, category=Category.CYBERBULLYING), {"F-2"}),
        ],
    )
    async def test_queries_narrow(self, store: Store, query: FlagQuery, expected: object) -> None:
        """Each field of a query narrows, the empty ones do not; the bound of time is inclusive."""

        def work(tx: Tx) -> None:
            tx.add_flag(flag("F-1", created_at=after(1)))
            tx.add_flag(flag("F-2", created_at=after(2)))
            tx.set_status("F-2", Status.DISMISSED, expected=frozenset({Status.OPEN}))
            hate = finding("hate.slur", category=Category.HATE)
            tx.add_flag(flag("F-3", author_id="U-eli", lead=hate, created_at=after(3)))

        await store.write(work)

        assert {one.id for one in await store.read(lambda tx: tx.flags(query))} == expected

    @pytest.mark.parametrize(
        ("tier", "counts", "status", "is_strike"),
        [
            (Tier.ACT, True, Status.OPEN, True),
            (Tier.ACT, True, Status.CONFIRMED, True),
            (Tier.ACT, True, Status.RESOLVED, True),
            (Tier.ACT, True, Status.DISMISSED, False),
            (Tier.ACT, True, Status.OVERTURNED, False),
            (Tier.ACT, False, Status.CONFIRMED, False),
            (Tier.REVIEW, True, Status.OPEN, False),
            (Tier.REVIEW, True, Status.RESOLVED, False),
            (Tier.REVIEW, True, Status.CONFIRMED, True),
            (Tier.REVIEW, False, Status.CONFIRMED, False),
        ],
    )
    async def test_what_is_a_strike(
        self, store: Store, tier: Tier, counts: bool, status: Status, is_strike: bool
    ) -> None:
        """It counts, is of the act tier or confirmed, and was not taken back."""

        def work(tx: Tx) -> int:
            tx.add_flag(flag(tier=tier, counts=counts))
            tx.set_status("F-1", status, expected=frozenset({Status.OPEN}))
            return len(tx.strikes(DANA, NOON))

        assert await store.write(work) == int(is_strike)

    async def test_against_whom(self, store: Store) -> None:
        """Each person once, on the platform and workspace of the flag; newest flag first."""
        eli = Person("slack", "T1", "U-eli")

        def work(tx: Tx) -> list[list[str]]:
            tx.add_flag(flag("F-1"))
            tx.add_flag(flag("F-2", created_at=after(2)))
            tx.add_flag(flag("F-3", key("F-3", workspace="T2"), created_at=after(3)))
            tx.aim("F-1", ["U-eli", "U-kim"])
            for flag_id in ("F-1", "F-2", "F-3"):
                tx.aim(flag_id, ["U-eli"])
            queries = (
                FlagQuery(against=eli),
                FlagQuery(against=eli, author=DANA, since=after(2)),
                FlagQuery(against=DANA),
            )
            return [[one.id for one in tx.flags(query)] for query in queries]

        assert await store.write(work) == [["F-2", "F-1"], ["F-2"], []]
        assert await store.read(lambda tx: tx.targets("F-1")) == [eli, replace(eli, id="U-kim")]
        assert await store.read(lambda tx: tx.targets("F-9")) == []

    async def test_whose_strikes_and_when(self, store: Store) -> None:
        """Only the author's own, in one workspace, posted in the window; oldest first."""

        def work(tx: Tx) -> list[str]:
            tx.add_flag(flag("F-late", posted_at=after(20), created_at=after(21)))
            tx.add_flag(flag("F-early", posted_at=after(10), created_at=after(22)))
            tx.add_flag(flag("F-before", posted_at=after(9.999999)))
            tx.add_flag(flag("F-other", author_id="U-eli", posted_at=after(20)))
            tx.add_flag(flag("F-away", key(workspace="T2"), posted_at=after(20)))
            return [one.id for one in tx.strikes(DANA, after(10))]

        assert await store.write(work) == ["F-early", "F-late"]
