"""`hallmonitor audit`: who did what, for who may read it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from bot.settings import PLAYGROUND
from tests.scenarios.world import KEY, World


async def audit(folder: Path, *words: str) -> Result:
    """The command on the records of this folder, where roles are given by name."""
    config = folder / "hallmonitor.toml"
    roles = '[roles.auditor]\npeople = ["cli:byrne"]\n[roles.reviewer]\npeople = ["cli:ortiz"]\n'
    config.write_text(PLAYGROUND.read_text(encoding="utf-8") + roles, encoding="utf-8")
    arguments = ["audit", "--data", str(folder), "--config", str(config), *words]
    env = {"HALLMONITOR_SECRET_KEY": KEY}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


async def test_rows_are_printed_for_people_and_for_programs(tmp_path: Path) -> None:
    """All of them or those on one flag; what was said is in none."""
    world = World(tmp_path)
    await world.post("maya", "you maybeword")
    await world.post("leo", "insultword")
    flag = next(flag for flag in await world.flags() if flag.author_id == "maya")

    table = await audit(tmp_path, "--as", "byrne")
    lines = await audit(tmp_path, "--as", "byrne", "--format", "jsonl", "--about", flag.id)
    newest = await audit(tmp_path, "--as", "byrne", "--format", "jsonl", "--limit", "1")

    assert table.exit_code == 0
    assert table.output.count("flagged") == 2
    assert "word" not in table.output + lines.output
    rows = [json.loads(line) for line in lines.output.splitlines()]
    assert {row["subject"] for row in rows} == {flag.id}
    assert (rows[0]["event"], rows[0]["detail"]["tier"]) == ("flagged", "review")
    kept = await world.store.read(lambda tx: tx.audit_rows())
    assert json.loads(newest.output)["hash"] == kept[-1]["hash"]
    await world.close()


async def test_a_moderator_is_refused(tmp_path: Path) -> None:
    """And told which role reads it; the attempt is in the audit."""
    world = World(tmp_path)

    refused = await audit(tmp_path, "--as", "ortiz")

    assert refused.exit_code == 1
    assert "“administrator” or “auditor”" in refused.output
    rows = await world.store.read(lambda tx: tx.audit_rows("audit"))
    assert [(row["actor"], row["event"]) for row in rows] == [("cli:ortiz", "refused")]
    await world.close()
