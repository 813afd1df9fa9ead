"""`hallmonitor doctor` on the data folder, beside a running bot too."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.jobs import NewJob
from bot.store.port import DeliveryState, RecordedPause, Tx
from bot.store.sqlite import open_store
from rules.types import Pause
from tests.bot.cli.doctor_visit import KEY, fill, on_slack
from tests.doubles.slack import SlackDouble


async def test_it_works_beside_a_running_bot(tmp_path: Path) -> None:
    """The folder is held by another, and the records are found whole."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        store = open_store(visit.data, [KEY])
        try:
            assert await visit.look() == 0
        finally:
            await store.close()

        assert {"records", "records-writable", "data-folder"} <= set(visit.named("ok"))


async def test_another_key_is_a_fault(tmp_path: Path) -> None:
    """Nothing is begun with it."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        await fill(visit)
        visit.env["HALLMONITOR_SECRET_KEY"] = Fernet.generate_key().decode()

        assert await visit.look() == 1
        assert visit.named("fault") == ["records"]
        assert "does not open the records" in visit.said("records")


async def test_a_changed_audit_is_a_fault(tmp_path: Path) -> None:
    """A row that another hand wrote breaks the chain."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        now = datetime.now(UTC)
        await fill(visit, lambda tx: tx.audit("cli:mo", "confirm", "f1", now, {}))
        db = sqlite3.connect(visit.data / "hallmonitor.db")
        db.execute("INSERT INTO audit VALUES (9, '', 'x', 'dismiss', 'f1', '{}', 'abc')")
        db.commit()
        db.close()

        assert await visit.look() == 1
        assert "Audit, row 2: changed, missing" in visit.said("records")
        assert "docs/operating.md" in visit.said("records")


async def test_deliveries_given_up_and_an_open_folder_are_warnings(tmp_path: Path) -> None:
    """They do not fail a script."""

    def give_up(tx: Tx) -> None:
        now = datetime.now(UTC)
        tx.add_delivery(NewJob("k", "notice", "lane", now))
        [job] = tx.claim(now, "lease", now, 1)
        tx.finish(job, DeliveryState.DEAD, reason="gone")

    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        await fill(visit, give_up)
        visit.data.chmod(0o755)

        assert await visit.look() == 0
        assert {"data-folder", "deliveries"} <= set(visit.named("warning"))
        assert "1 delivery was given up" in visit.said("deliveries")
        assert "chmod 700" in visit.said("data-folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    """The bot could record nothing."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        visit.data.mkdir(mode=0o500)

        assert await visit.look() == 1
        assert "data-folder" in visit.named("fault")


async def test_what_is_paused_is_a_warning(tmp_path: Path) -> None:
    """Somebody may have forgotten it; what is over is not told."""
    async with SlackDouble() as slack:
        visit = on_slack(tmp_path, slack)
        now = datetime.now(UTC)

        def pause(tx: Tx) -> None:
            for number, days in (("P-1", 1), ("P-2", -1)):
                covers = Pause(number, "gambling.bet")
                end = now + timedelta(days=days)
                begun = now - timedelta(days=2)
                tx.add_pause(RecordedPause(covers, "the fair", "cli:novak", begun, end))

        await fill(visit, pause)

        assert await visit.look() == 0
        assert "Nothing follows from gambling.bet in every channel" in visit.said("paused")
        assert "the fair" in visit.said("paused")
        assert "P-1" in visit.said("paused")
        assert "P-2" not in visit.said("paused")
