"""What is particular to the store on SQLite: its file, its folder, its threads, its faults."""

from __future__ import annotations

import ast
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.jobs import Job
from bot.store.folder import DATABASE
from bot.store.port import EvidenceKind, RecordedDecision, StoreError, Tx
from bot.store.sqlite import SqliteStore, open_store
from tests.bot.store.keys import KEY, OTHER_KEY
from tests.contract.builders import DANA, NOON, after, finding, flag, flagged, job, key, message
from tests.contract.link_contract import PROPOSED

ROOT = Path(__file__).parents[3]
MARKER = "mArKeR-of-what-somebody-wrote"


def look(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Read the file as anybody with SQLite could."""
    with sqlite3.connect(folder / DATABASE) as conn:
        return conn.execute(sql).fetchall()


def modes_in(folder: Path) -> dict[str, int]:
    """Who may read what: name -> permissions."""
    paths = [folder, *folder.iterdir()]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


def contents_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


def upgrade_from_another_process(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli.__main__", "db", "upgrade", "--data", str(folder)],
        cwd=ROOT,
        env={**os.environ, "HALLMONITOR_SECRET_KEY": KEY},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def transactions_begun(path: Path) -> int:
    """How often a module begins a transaction, by `atomic`, `begin`, `with conn` or in SQL."""
    found = 0
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += node.value.startswith("BEGIN")
        elif isinstance(node, ast.Attribute):
            found += node.attr in ("atomic", "begin")
        elif isinstance(node, ast.With):
            found += any(ast.unparse(item.context_expr).endswith("conn") for item in node.items)
    return found


class TestSettings:
    async def test_the_file_is_set_up_to_last(self, store: SqliteStore, folder: Path) -> None:
        """WAL, full synchronisation, foreign keys and secure deletion hold on the writer."""
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")

        def ask(tx: Tx) -> list[object]:
            return [tx._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

        assert await store.write(ask) == ["wal", 2, 1, 1, 5000]

    async def test_nobody_else_reads_the_folder(self, store: SqliteStore, folder: Path) -> None:
        """Folder and files are their owner's alone."""
        await store.write(flagged)

        modes = modes_in(folder)
        assert modes.pop(".") == 0o700
        assert {DATABASE, f"{DATABASE}-wal"} <= set(modes)
        assert set(modes.values()) == {0o600}

    async def test_every_table_is_strict(self, store: SqliteStore, folder: Path) -> None:
        """No column takes a value of another type."""
        tables = look(
            folder,
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
            " AND type = 'table' AND name NOT LIKE '%sqlite_%'",
        )

        assert len(tables) >= 13
        assert [name for name, strict in tables if not strict] == []

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE flags SET status = 'maybe'",
            "UPDATE flags SET severity = 'dire'",
            "UPDATE flags SET counts = 2",
            "UPDATE evidence SET kind = 'gossip'",
            "UPDATE deliveries SET state = 'lost'",
            "UPDATE deliveries SET state = 'leased'",
            "UPDATE deliveries SET params = 'no json'",
            "DELETE FROM flags",
        ],
    )
    async def test_the_tables_refuse_nonsense(self, store: SqliteStore, sql: str) -> None:
        """Statuses that are none, and rows that others rest on, are refused by the tables."""

        def whole(tx: Tx) -> None:
            flagged(tx)
            tx.add_delivery(job(flag_id="F-1"))

        await store.write(whole)
        with pytest.raises(StoreError, match="constraint failed"):
            await store.write(lambda tx: tx._db.execute(sql))

    async def test_one_thread_writes(self, store: SqliteStore) -> None:
        """All writing is done on one thread, and none of it on the event loop's."""
        names = {await store.write(lambda tx: threading.current_thread().name) for _ in range(9)}

        assert len(names) == 1
        assert threading.current_thread().name not in names

    def test_transactions_begin_as_writers(self) -> None:
        """No module of the store begins a transaction in any way but `write_tx` and `read_tx`.

        `atomic()` begins deferred, and then fails as soon as two writers meet.
        """
        found = {
            path.name: transactions_begun(path)
            for folder in ("store", "engine", "cli")
            for path in (ROOT / "bot" / folder).glob("*.py")
        }

        assert {name: n for name, n in found.items() if n} == {"connection.py": 2}


class TestPrivacy:
    async def test_no_words_in_the_files(self, store: SqliteStore, folder: Path) -> None:
        """What people wrote stands in no file of the folder in clear."""

        def work(tx: Tx) -> None:
            flagged(tx, text=MARKER)
            tx.keep("F-1", EvidenceKind.ANSWER, DANA.id, f"answer {MARKER}", NOON)
            tx.add_decision(RecordedDecision("F-1", str(DANA), "confirm", NOON, MARKER))
            tx.remember(message(MARKER), after(60))
            tx.add_findings("F-1", [(tx.fingerprint("a.b", MARKER), finding())], 1)

        await store.write(work)
        files = contents_of(folder)

        assert any(b"cyberbullying.insult" in content for content in files)
        assert not any(MARKER.encode() in content for content in files)

    async def test_no_words_in_errors(self, store: SqliteStore) -> None:
        """An error of the database names tables, not what was to be stored in them."""

        def work(tx: Tx) -> None:
            flagged(tx, text=MARKER)
            tx.add_delivery(job(params={"said": MARKER}, flag_id="F-none"))

        with pytest.raises(StoreError, match="FOREIGN KEY") as caught:
            await store.write(work)

        assert MARKER not in f"{caught.value!r} {caught.value.__cause__!r}"

    async def test_nul_is_shown(self, store: SqliteStore, folder: Path) -> None:
        """Plain columns hold U+2400 where a NUL was."""
        await store.write(lambda tx: tx.add_flag(flag(author_id="U\0x")))

        assert look(folder, "SELECT author_id FROM flags") == [("U\u2400x",)]


class TestKeys:
    async def test_a_wrong_key(self, store: SqliteStore, folder: Path) -> None:
        """At start it is said which variable is wrong, and the folder is let go of."""
        await store.close()

        with pytest.raises(StoreError, match="HALLMONITOR_SECRET_KEY does not open"):
            open_store(folder, [OTHER_KEY])

        again = open_store(folder, [OTHER_KEY, KEY])
        await again.close()

    async def test_changing_keys(self, store: SqliteStore, folder: Path) -> None:
        """After `reencrypt` the new key alone opens everything, and fingerprints are the same."""

        def work(tx: Tx) -> str:
            flagged(tx, text=MARKER)
            tx.add_decision(RecordedDecision("F-1", "a", "confirm", NOON, "reason"))
            tx.remember(message("hello"), after(60))
            tx.add_link(PROPOSED)
            tx.end_link(PROPOSED.id, "cli:head", NOON, "a mistake")
            tx.audit("a", "b", "c", NOON, {})
            return tx.fingerprint("a.b", "x")

        before = await store.write(work)
        await store.close()
        both = open_store(folder, [OTHER_KEY, KEY])
        assert await both.reencrypt() == 6
        await both.close()
        new = open_store(folder, [OTHER_KEY])

        def check(tx: Tx) -> None:
            assert tx.evidence("F-1")[0].text == MARKER
            assert tx.decisions("F-1")[0].reason == "reason"
            assert [one.end_reason for one in tx.links(ended=True)] == ["a mistake"]
            assert [one.text for one in tx.recent(key("other"), NOON)] == ["hello"]
            assert tx.broken_audit() is None
            assert tx.fingerprint("a.b", "x") == before

        await new.read(check)
        await new.close()
        with pytest.raises(StoreError, match="does not open"):
            open_store(folder, [KEY])


class TestFolder:
    async def test_a_second_process_is_refused(self, store: SqliteStore, folder: Path) -> None:
        """It is told who has the folder and what to do, and changes nothing."""
        second = upgrade_from_another_process(folder)

        assert second.returncode == 2
        assert f"another Hall Monitor (process {os.getpid()}) uses {folder}" in second.stderr
        assert "--data" in second.stderr
        assert await store.write(lambda tx: tx.add_flag(flag()))

    async def test_a_stale_lock_is_no_lock(self, store: SqliteStore, folder: Path) -> None:
        """The lock goes with its process, not with its file."""
        await store.close()

        again = open_store(folder, [KEY])
        await again.close()

    async def test_beside_the_running_bot(self, store: SqliteStore, folder: Path) -> None:
        """A short command works on the same records, and takes nothing out of the bot's hands."""
        await store.write(lambda tx: tx.add_delivery(job()))
        [held] = await store.write(lambda tx: tx.claim(NOON, "bot", after(60), 9))

        beside = open_store(folder, [KEY], beside=True)
        assert await beside.write(lambda tx: tx.add_flag(flag()))
        assert await beside.write(lambda tx: tx.claim(after(1), "cli", after(60), 9)) == []
        await beside.close()

        assert await store.write(lambda tx: tx.renew(held, after(120)))
        assert await store.read(lambda tx: tx.flag("F-1"))

    def test_beside_nothing(self, folder: Path) -> None:
        """A command beside no bot does not make tables of its own."""
        folder.mkdir()

        with pytest.raises(StoreError, match="hallmonitor db upgrade"):
            open_store(folder, [KEY], beside=True)

    async def test_leases_of_an_ended_process(self, store: SqliteStore, folder: Path) -> None:
        """What a process had in hand when it ended is given anew at once, not after its lease."""
        await store.write(lambda tx: tx.add_delivery(job()))
        await store.write(lambda tx: tx.claim(NOON, "ended", after(60), 9))
        await store.close()

        again = open_store(folder, [KEY])
        taken: list[Job] = await again.write(lambda tx: tx.claim(NOON, "new", after(60), 9))
        await again.close()

        assert [(one.key, one.attempts) for one in taken] == [("job", 2)]

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        """The error names the folder."""
        (tmp_path / "file").touch()

        with pytest.raises(StoreError, match="file"):
            open_store(tmp_path / "file", [KEY])

    async def test_a_newer_version_was_here(self, store: SqliteStore, folder: Path) -> None:
        """Records of a newer Hall Monitor are left alone."""
        await store.close()
        with sqlite3.connect(folder / DATABASE) as conn:
            conn.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('hallmonitor', 'm999_from_the_future', '')"
            )

        with pytest.raises(StoreError, match=r"newer Hall Monitor.*m999_from_the_future"):
            open_store(folder, [KEY])


class TestFaults:
    async def test_a_full_disk(self, store: SqliteStore) -> None:
        """Nothing of the work is kept; with room again, the store goes on."""
        await store.write(flagged)

        def no_more_pages(tx: Tx) -> int:
            pages = tx._db.execute("PRAGMA page_count").fetchone()[0]
            return int(tx._db.execute(f"PRAGMA max_page_count = {pages}").fetchone()[0])

        await store.read(lambda tx: None)
        await store.write(no_more_pages)
        with pytest.raises(StoreError, match="full"):
            await store.write(lambda tx: flagged(tx, "F-2", "x" * 100_000))
        assert await store.read(lambda tx: tx.flag("F-2")) is None

        await store.write(lambda tx: tx._db.execute("PRAGMA max_page_count = 1000000").fetchone())
        await store.write(lambda tx: flagged(tx, "F-2", "x" * 100_000))
        assert await store.read(lambda tx: tx.flag("F-2"))

    @pytest.mark.parametrize("loss", ["removed", "moved", "replaced"])
    async def test_a_lost_file(self, store: SqliteStore, folder: Path, loss: str) -> None:
        """Where the file is gone or another, nothing is taken in: it would be lost with it."""
        await store.write(flagged)
        path = folder / DATABASE
        if loss == "removed":
            path.unlink()
        else:
            path.rename(folder / "elsewhere.db")
        if loss == "replaced":
            path.write_bytes((folder / "elsewhere.db").read_bytes())

        for ask in (store.write, store.read):
            with pytest.raises(StoreError, match="moved or removed"):
                await ask(lambda tx: tx.flag("F-1"))

        if loss == "moved":
            (folder / "elsewhere.db").rename(path)
            assert await store.write(lambda tx: tx.add_flag(flag("F-2")))

    def test_no_database(self, folder: Path) -> None:
        """A file that is no database is said to be none."""
        folder.mkdir()
        (folder / DATABASE).write_text("this is not a database, only a text of some length\n" * 99)

        with pytest.raises(StoreError, match="not a database"):
            open_store(folder, [KEY])

    async def test_another_process_writes_long(self, store: SqliteStore, folder: Path) -> None:
        """A write that finds the database taken for too long fails, and keeps nothing."""
        await store.write(lambda tx: tx._db.execute("PRAGMA busy_timeout = 50").fetchone())
        other = sqlite3.connect(folder / DATABASE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(StoreError, match="locked"):
                await store.write(flagged)
        finally:
            other.close()

        assert await store.write(flagged) == 1
