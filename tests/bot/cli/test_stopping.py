"""`hallmonitor run` stops cleanly: with exit code 0, its records closed, whoever asks."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.loading import RULES_HELD
from rules.digest import rules_digest
from rules.loader import PACKS

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
async def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """A process manager sees 0, and the next start finds the folder free."""
    # As at every start but the first: the examples of these rules have held here.
    (tmp_path / RULES_HELD).write_text(rules_digest(PACKS), encoding="utf-8")
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", "from bot.cli.__main__ import main; main()", "run", "--playground"),
        *("--port", "0", "--data", str(tmp_path)),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HALLMONITOR_SECRET_KEY": ""},
        stderr=asyncio.subprocess.PIPE,
    )
    assert program.stderr is not None
    while b"Hall Monitor runs" not in (line := await program.stderr.readline()):
        assert line, "it ended before it ran"
    program.send_signal(number)

    _, rest = await program.communicate()
    assert program.returncode == 0, rest.decode()
    assert b"Aborted" not in rest
