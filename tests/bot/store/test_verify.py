"""`verify`, and the commands `hallmonitor db upgrade|verify`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from bot.cli.db import command
from bot.store.folder import DATABASE
from bot.store.port import DeliveryState, RecordedDecision, ShadowHit, Tx
from bot.store.schema import pending
from bot.store.sqlite import SqliteStore
from bot.store.vault import own_key
from bot.store.verify import verify
from rules.types import Tier
from tests.bot.store.keys import KEY, OTHER_KEY
from tests.contract.builders import NOON, after, finding, flagged, job, key, message


def whole(tx: Tx) -> None:
    """One of everything."""
    number = flagged(tx)
    tx.add_findings("F-1", [("p", finding())], number)
    flagged(tx, "F-2", "something else")
    tx.add_decision(RecordedDecision("F-1", "cli:lee", "confirm", NOON, "why"))
    tx.remember(message("hello"), after(60))
    hit = ShadowHit(key("2"), "hate.x", Tier.ACT, NOON, after(60), "", "words")
    tx.set_shadow_hits(hit.key, [hit])
    tx.add_delivery(job("1", flag_id="F-1"))
    tx.add_delivery(job("2", "lane 2"))
    [first, second] = tx.claim(NOON, "A", after(60), 9)
    tx.finish(first, DeliveryState.DONE, receipt={"message": "1"})
    tx.finish(second, DeliveryState.DEAD, reason="gone")
    tx.audit("cli:lee", "confirmed", "F-1", NOON, {})


def change(folder: Path, sql: str) -> None:
    with sqlite3.connect(folder / DATABASE) as conn:
        conn.execute(sql)


def call(folder: Path, *words: str, key: str = KEY) -> Result:
    return CliRunner().invoke(
        command, [*words, "--data", str(folder)], env={"HALLMONITOR_SECRET_KEY": key}
    )


async def test_sound_records(store: SqliteStore, folder: Path) -> None:
    """Nothing is found, everything is counted, and the bot may be running."""
    await store.write(whole)

    counts, faults = verify(folder, [KEY])

    assert faults == []
    assert counts == {
        "flags": 2,
        "findings": 1,
        "evidence": 2,
        "decisions": 1,
        "deliveries": 2,
        "audit": 1,
    }


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (
            "UPDATE evidence SET sealed = (SELECT sealed FROM evidence WHERE flag_id = 'F-2')",
            "evidence/F-1/1: the words kept there do not open",
        ),
        ("UPDATE decisions SET sealed = 'x'", "decision/F-1/1: the words kept there do not open"),
        ("UPDATE context SET sealed = 'x'", "the words kept there do not open"),
        ("DELETE FROM flags WHERE id = 'F-2'", "belongs to a row of flags that is missing"),
        (
            "UPDATE deliveries SET attempts = 0 WHERE key = '1'",
            "delivery 1 came to an end without ever being tried",
        ),
        ("UPDATE deliveries SET reason = '' WHERE key = '2'", "delivery 2 failed without a reason"),
        (
            "UPDATE deliveries SET receipt = '{\"a\":\"b\"}' WHERE key = '2'",
            "delivery 2 has a receipt but is not done",
        ),
        ("INSERT INTO audit VALUES (2, '', '', '', '', '', '')", "audit, row 2"),
    ],
)
async def test_faults_are_named(store: SqliteStore, folder: Path, sql: str, says: str) -> None:
    """Each fault is told in one line that says where it is; the command's exit status is 1."""
    await store.write(whole)
    await store.close()
    change(folder, sql)

    [fault] = verify(folder, [KEY])[1]
    told = call(folder, "verify")

    assert says in fault
    assert (told.exit_code, told.output.splitlines()[0]) == (1, fault)
    assert told.output.splitlines()[-1] == "1 fault"


async def test_a_damaged_file(store: SqliteStore, folder: Path) -> None:
    """Pages that are overwritten are found."""
    await store.write(whole)
    await store.close()
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    content[5 * 4096 : 7 * 4096] = b"\xff" * 8192
    path.write_bytes(content)

    told = call(folder, "verify")

    assert told.exit_code == 1
    assert "damaged" in told.output or "cannot be read" in told.output


def test_no_database(folder: Path) -> None:
    """A file that is no database is a fault."""
    folder.mkdir()
    (folder / DATABASE).write_text("not a database\n" * 999)

    told = call(folder, "verify")

    assert told.exit_code == 1
    assert "the file cannot be read" in told.output


def test_upgrade_prints_each_step(folder: Path) -> None:
    """The first time every migration is named; then there is nothing to do."""
    first, second = call(folder, "upgrade"), call(folder, "upgrade")

    with Database(memory=True) as blank:
        steps = [f"applied {name}" for name in pending(blank)]
    assert steps[0] == "applied m001_records"
    assert (first.exit_code, first.output.splitlines()) == (0, steps)
    assert (second.exit_code, second.output) == (0, "the tables are up to date\n")
    assert call(folder, "verify").output.splitlines()[-1] == "0 faults"


def test_verify_before_upgrade(folder: Path) -> None:
    """Records without tables are told to be upgraded; nothing is changed by looking."""
    folder.mkdir()
    (folder / DATABASE).touch()

    told = call(folder, "verify")

    assert told.exit_code == 1
    assert "hallmonitor db upgrade" in told.output
    assert (folder / DATABASE).stat().st_size == 0


def test_reencrypting(folder: Path) -> None:
    """With the new key first, `--reencrypt` moves everything to it."""
    call(folder, "upgrade")

    moved = call(folder, "upgrade", "--reencrypt", key=f"{OTHER_KEY},{KEY}")

    assert moved.output.splitlines()[-1] == "sealed 1 texts anew under the first key"
    assert call(folder, "verify", key=OTHER_KEY).exit_code == 0
    assert call(folder, "verify", key=KEY).exit_code == 2


@pytest.mark.parametrize("words", ["upgrade", "verify"])
@pytest.mark.parametrize(
    ("key", "says"),
    [("", "is not set"), (OTHER_KEY, "does not open")],
    ids=["none", "another"],  # a random key is no name for a test
)
def test_the_wrong_key(folder: Path, words: str, key: str, says: str) -> None:
    """What is wrong with the key is said in one line; exit 2."""
    call(folder, "upgrade")

    told = call(folder, words, key=key)

    assert told.exit_code == 2
    assert told.stderr.startswith(f"hallmonitor: HALLMONITOR_SECRET_KEY {says}")
    assert len(told.stderr.splitlines()) == 1


def test_the_playgrounds_own_key(folder: Path) -> None:
    """Without the variable, a key file in the folder is used."""
    own_key(folder)

    assert call(folder, "upgrade", key="").exit_code == 0
    assert call(folder, "verify", key="").exit_code == 0


def test_no_records(folder: Path) -> None:
    """Where there are none, the command says where it looked, and makes none."""
    told = call(folder, "verify")

    assert told.exit_code == 2
    assert f"there are no records in {folder}" in told.stderr
    assert not folder.exists()
