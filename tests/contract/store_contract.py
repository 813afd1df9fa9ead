"""What every store must do, verb by verb. A subclass brings the fixtures `store` and `reopen`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports import Person
from bot.store.port import (
    Evidence,
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
    message,
)

Reopen = Callable[[], Awaitable[Store]]
ANY_TEXT = "tú eres un payaso \U0001f921\nline two\ttab"


class TransactionContract:
    """All of a piece of work is kept, or none."""

    async def test_work_answers(self, store: Store) -> None:
        """What the work returns comes back to the caller."""
        assert await store.write(lambda tx: tx.add_flag(flag())) is True
        assert await store.read(lambda tx: tx.flag("F-1")) is not None

    async def test_an_error_keeps_nothing(self, store: Store) -> None:
        """An error of the work comes through as it is, and nothing of the work stays."""

        def work(tx: Tx) -> None:
            flagged(tx)
            tx.audit("a", "b", "F-1", NOON, {})
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await store.write(work)

        assert await store.read(lambda tx: (tx.flag("F-1"), tx.audit_rows())) == (None, [])

    async def test_records_outlive_the_process(self, store: Store, reopen: Reopen) -> None:
        """What was committed is there when the records are opened again."""
        await store.write(flagged)

        again = await reopen()

        kept = await again.read(lambda tx: tx.evidence("F-1"))
        assert [one.text for one in kept] == ["you are a clown"]

    async def test_readers_see_one_moment(self, store: Store) -> None:
        """A read that began before a write goes on seeing the records as they were."""
        await store.write(flagged)
        begun, written = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(tx: Tx) -> list[Flag]:
            before = tx.flags(FlagQuery())
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(written.wait(), loop).result(30)
            assert tx.flags(FlagQuery()) == before
            return before

        reading = asyncio.create_task(store.read(slow))
        await begun.wait()
        await store.write(lambda tx: tx.add_flag(flag("F-2")))
        written.set()

        assert [one.id for one in await reading] == ["F-1"]
        assert len(await store.read(lambda tx: tx.flags(FlagQuery()))) == 2

    async def test_writes_stand_one_after_another(self, store: Store) -> None:
        """Writers that read first never work on the same revision."""
        await store.write(flagged)

        grown = await asyncio.gather(*(store.write(lambda tx: tx.touch("F-1")) for _ in range(25)))

        assert len(set(grown)) == 25

    async def test_reading_does_not_write(self, store: Store) -> None:
        """A verb that changes something is refused on `read`."""
        with pytest.raises(StoreError):
            await store.read(lambda tx: tx.audit("a", "b", "c", NOON, {}))

        assert await store.read(lambda tx: tx.audit_rows()) == []

    async def test_closed(self, store: Store) -> None:
        """After `close`, the records say so; closing twice is no fault."""
        await store.close()
        await store.close()

        with pytest.raises(StoreError):
            await store.write(lambda tx: None)


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


class PeopleContract:
    """People, cursors, events, the audit."""

    async def test_roles(self, store: Store) -> None:
        """The latest known role holds; not knowing later does not unmake it."""

        def work(tx: Tx) -> list[Role]:
            roles = [tx.role_of(DANA)]
            for second, role in [(5, Role.UNKNOWN), (6, Role.STUDENT), (7, Role.UNKNOWN)]:
                tx.meet(DANA, role, after(second))
                roles.append(tx.role_of(DANA))
            tx.meet(DANA, Role.STAFF, after(8))
            tx.meet(DANA, Role.STUDENT, after(1))
            return [*roles, tx.role_of(DANA), tx.role_of(replace(DANA, workspace="T2"))]

        assert await store.write(work) == [
            Role.UNKNOWN,
            Role.UNKNOWN,
            Role.STUDENT,
            Role.STUDENT,
            Role.STAFF,
            Role.UNKNOWN,
        ]

    @pytest.mark.parametrize(
        ("moves", "stands"),
        [
            (["1700000000.000100", "1700000000.000200"], "1700000000.000200"),
            (["1700000000.000200", "1700000000.000100"], "1700000000.000200"),
            (["999999999.000100", "1700000000.000100"], "1700000000.000100"),
            (["1300000000000000001", "1300000000000000002"], "1300000000000000002"),
            (["1300000000000000002", "1300000000000000001"], "1300000000000000002"),
            (["99999999999999999", "100000000000000000"], "100000000000000000"),
            (["odd", "5", "odder"], "5"),
        ],
    )
    async def test_cursors_only_move_on(self, store: Store, moves: list[str], stands: str) -> None:
        """Ids compare as numbers, exactly; an id that is none stops nothing."""

        def work(tx: Tx) -> dict[str, str]:
            for id_ in moves:
                tx.move_cursors({("slack", "T1", "C1"): id_, ("slack", "T2", "C1"): "1"})
            return tx.cursors("slack", "T1")

        assert await store.write(work) == {"C1": stands}

    async def test_an_event_is_new_once(self, store: Store) -> None:
        """A platform's second delivery of an event is told apart, for two days."""

        def work(tx: Tx) -> list[bool]:
            first = [
                tx.first_time("slack", "Ev1", NOON),
                tx.first_time("slack", "Ev1", after(5)),
                tx.first_time("discord", "Ev1", NOON),
            ]
            tx.forget_expired(NOON + timedelta(days=2))
            kept = tx.first_time("slack", "Ev1", NOON)
            tx.forget_expired(NOON + timedelta(days=2, seconds=1))
            return [*first, kept, tx.first_time("slack", "Ev1", NOON)]

        assert await store.write(work) == [True, False, True, False, True]

    async def test_the_audit_is_a_chain(self, store: Store, reopen: Reopen) -> None:
        """Rows come back in order, each with a hash of its own, and the chain holds."""

        def work(tx: Tx) -> None:
            tx.audit("cli:lee", "confirmed", "F-1", NOON, {"b": "2", "a": "1"})
            tx.audit("cli:lee", "confirmed", "F-1", NOON, {"b": "2", "a": "1"})
            tx.audit("hallmonitor", "flagged", "F-2", after(1), {})

        await store.write(work)
        store = await reopen()
        rows = await store.read(lambda tx: tx.audit_rows())

        assert [(row["seq"], row["actor"], row["event"], row["subject"]) for row in rows] == [
            ("1", "cli:lee", "confirmed", "F-1"),
            ("2", "cli:lee", "confirmed", "F-1"),
            ("3", "hallmonitor", "flagged", "F-2"),
        ]
        assert rows[0]["detail"] == '{"a":"1","b":"2"}'
        assert len({row["hash"] for row in rows}) == 3
        assert await store.read(lambda tx: tx.broken_audit()) is None

    async def test_the_latest_rows_of_a_subject(self, store: Store) -> None:
        """A subject's rows alone, the latest ones where there are more than asked for."""

        def work(tx: Tx) -> list[str]:
            for number in range(6):
                tx.audit("a", "e", f"F-{number % 2}", after(number), {})
            return [row["seq"] for row in tx.audit_rows("F-1", limit=2)]

        assert await store.write(work) == ["4", "6"]

    async def test_an_empty_audit_holds(self, store: Store) -> None:
        """No rows, no fault."""
        assert await store.read(lambda tx: tx.broken_audit()) is None


class StoreContract(TransactionContract, FlagContract, ListContract, WordContract, PeopleContract):
    """All but the deliveries, which `engine_contract.py` and `claims_machine.py` try."""
