"""Processes that really end, by `kill -9`, and the next one on the same records."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.port import DeliveryState
from bot.store.sqlite import open_store
from bot.store.verify import verify
from tests.bot.engine.mortal import KEY, PLATFORM

ROOT = Path(__file__).parents[3]


def live(folder: Path, when: str) -> int:
    """Run the process to its end; return how it ended."""
    command = [sys.executable, "-m", "tests.bot.engine.mortal", str(folder), when]
    return subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode


@pytest.mark.parametrize(
    ("when", "acts", "attempts"),
    [("record", 1, 1), ("before", 1, 2), ("after", 2, 2)],
)
async def test_killed(tmp_path: Path, when: str, acts: int, attempts: int) -> None:
    """The next process does what was recorded, at once: exactly one act, or the same act again.

    Where the act was done and its receipt was not, it is done again under the same key, by which
    a platform that knows keys tells it for the same.
    """
    assert live(tmp_path, when) == -signal.SIGKILL
    assert live(tmp_path, "never") == 0
    assert live(tmp_path, "never") == 0

    assert (tmp_path / PLATFORM).read_text().splitlines() == ["F-1:notice"] * acts
    store = open_store(tmp_path / "var", [KEY])
    [row] = await store.read(lambda tx: tx.deliveries("F-1"))
    [kept] = await store.read(lambda tx: tx.evidence("F-1"))
    await store.close()
    assert (row.state, row.receipt, row.attempts) == (
        DeliveryState.DONE,
        {"message": "1"},
        attempts,
    )
    assert kept.text == "you are a clown"
    counts, faults = verify(tmp_path / "var", [KEY])
    assert (counts["flags"], counts["deliveries"], faults) == (1, 1, [])
