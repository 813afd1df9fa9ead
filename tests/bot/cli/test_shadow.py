"""`hallmonitor rules shadow`, beside a running bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from bot.clock import SystemClock
from tests.scenarios.world import KEY, World

STATES = '[rules.states]\n"cyberbullying.*" = "shadow"\n'


async def shadow(folder: Path, *words: str) -> Result:
    """The command on the records of this folder."""
    options = ["--data", str(folder), "--config", str(folder / "none.toml")]
    env = {"HALLMONITOR_SECRET_KEY": KEY, "COLUMNS": "200"}
    arguments = ["rules", "shadow", *options, *words]
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


async def test_counts_and_messages(tmp_path: Path) -> None:
    """How often, and what: masked, with the place, and not by whom."""
    world = World(tmp_path, STATES)
    world.clock.at = SystemClock().now()  # the command goes by the machine's clock
    await world.post("maya", "you insultword, call 414-555-0101")
    await world.post("maya", "an insultword")

    counts = await shadow(tmp_path)
    hits = await shadow(tmp_path, "cyberbullying.sure")
    none = await shadow(tmp_path, "threat.unsure")

    assert "2 in 30 days" in counts.output
    (line,) = [line for line in counts.output.splitlines() if "cyberbullying.sure" in line]
    assert ("act" in line, " 2 " in line) == (True, True)
    assert "playground/demo/class-7b/1001" in hits.output
    assert "you insultword" in hits.output
    assert "414-555" not in hits.output
    assert "maya" not in hits.output
    assert "found nothing" in none.output
    await world.close()
