"""`hallmonitor model`, beside a running bot."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from bot.ports import Action
from bot.settings import PLAYGROUND
from tests.scenarios.world import KEY, World


async def model(folder: Path, *words: str) -> Result:
    """The command on the records of this folder, where no model is in use."""
    config = folder / "none.toml"
    text = PLAYGROUND.read_text(encoding="utf-8")
    config.write_text(f'{text}\n[model]\nuse = "none"\n', encoding="utf-8")
    arguments = ["model", *words, "--data", str(folder), "--config", str(config)]
    env = {"HALLMONITOR_SECRET_KEY": KEY}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


async def decided(folder: Path) -> World:
    """Two flags that were right and one that was not."""
    world = World(folder)
    for words in ("you insultword", "you maybeword", "a maybeword"):
        await world.post("maya", words)
    first, second, third = await world.flags()
    await world.press("ortiz", Action.CONFIRM, first)
    await world.press("ortiz", Action.CONFIRM, second)
    await world.press("ortiz", Action.DISMISS, third, "A joke.")
    return world


async def test_figures_for_programs(tmp_path: Path) -> None:
    """A line a category and a line a rule, no word of a message; beside it what is not seen."""
    world = await decided(tmp_path)

    shown = await model(tmp_path, "evaluate", "--format", "jsonl")
    await world.close()

    of_category, sure, unsure = map(json.loads, shown.stdout.splitlines())
    assert (of_category["by"], of_category["decided"], of_category["confirmed"]) == (
        "category",
        3,
        2,
    )
    assert (sure["by"], sure["name"]) == ("rule", "cyberbullying.sure")
    assert unsure["tiers"]["review"] == {"confirmed": 1, "wrong": 1}
    assert (unsure["share_low"], unsure["share_high"]) == (0.0945, 0.9055)
    assert unsure["model_confirmed"] is None
    assert "cannot be seen from decisions" in shown.stderr
    assert "the rules alone" in shown.stderr
    assert "maybeword" not in shown.output


async def test_without_decisions_there_are_no_figures(tmp_path: Path) -> None:
    """And no fault."""
    world = World(tmp_path)

    shown = await model(tmp_path, "evaluate", "--format", "jsonl")
    await world.close()

    assert (shown.exit_code, shown.stdout) == (0, "")


async def test_a_folder_without_records_stays_as_it_is(tmp_path: Path) -> None:
    """It was mistaken for another: neither records nor a key are made in it."""
    data = tmp_path / "mistaken"
    data.mkdir()

    arguments = ["model", "evaluate", "--data", str(data), "--config", str(tmp_path / "none")]
    shown = await asyncio.to_thread(CliRunner().invoke, main, arguments)

    assert shown.exit_code == 2
    assert f"there are no records in {data}; choose the folder with --data" in shown.stderr
    assert list(data.iterdir()) == []
