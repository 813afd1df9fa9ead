"""`hallmonitor model fit|revert`: a report, weights put in force, and the way back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.__main__ import main
from bot.learning.keeping import FORMER, keep
from bot.learning.refit import LEAST
from bot.model.opinions import OWN_WEIGHTS
from bot.ports import Action
from bot.settings import PLAYGROUND
from bot.store.folder import DatabaseFile
from rules.classifier.shipped import shipped_scorer, shipped_version, shipped_weights
from rules.classifier.weights import read_weights
from rules.types import Category
from tests.rules.classifier.making import weights
from tests.scenarios.world import KEY, World

WORDS = "maybeword go away loser"
BULLYING = Category.CYBERBULLYING
PLAIN, NONE = "", '[model]\nuse = "none"\n'
ROLES = '[roles.it_owner]\npeople = ["cli:novak"]\n[roles.reviewer]\npeople = ["cli:ortiz"]\n'


async def model(folder: Path, *words: str, toml: str = PLAIN) -> Result:
    """The command on the records of this folder; `toml` follows the settings."""
    config = folder / "hallmonitor.toml"
    config.write_text(PLAYGROUND.read_text(encoding="utf-8") + toml, encoding="utf-8")
    arguments = ["model", *words, "--data", str(folder), "--config", str(config)]
    env = {"HALLMONITOR_SECRET_KEY": KEY, "COLUMNS": "300"}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


async def dismissed(folder: Path, count: int) -> World:
    """So many flags on several people's messages, none of them right."""
    world = World(folder)
    for number in range(count):
        await world.post(f"student{number % 6}", WORDS)
        world.clock.forward(hours=3)  # so that nobody seems to join in with anybody
    for flag in await world.flags():
        await world.press("ortiz", Action.DISMISS, flag, "A line of our play.")
    return world


async def audited(world: World) -> list[tuple[str, str]]:
    """Who did what to the model."""
    rows = await world.store.read(lambda tx: tx.audit_rows("model"))
    return [(row["actor"], row["event"]) for row in rows]


async def test_a_fit_is_told_applied_and_taken_back(tmp_path: Path) -> None:
    """Nothing changes without `--apply`; each step is on record, and no message is shown."""
    world = await dismissed(tmp_path, LEAST + 20)
    own = tmp_path / OWN_WEIGHTS

    told = await model(tmp_path, "fit")
    assert (told.exit_code, own.exists(), await audited(world)) == (0, False, [])
    assert "Nothing was changed" in told.stdout
    assert f"Of {LEAST + 20} decided flags {LEAST + 20} would differ" in told.stdout
    assert "cannot be unlearned" in told.stdout
    assert "loser" not in told.output

    applied = await model(tmp_path, "fit", "--apply", "--as", "novak")
    assert applied.exit_code == 0
    name = shipped_scorer().name
    shipped, version = shipped_weights(name), shipped_version(name)
    fitted = read_weights(own)
    assert fitted.scorer == version
    assert {
        one for one in shipped.categories if fitted.categories[one] != shipped.categories[one]
    } == {BULLYING}

    again = await model(tmp_path, "fit", "--apply", "--as", "novak")
    assert "Nothing would change" in again.stdout
    assert not (tmp_path / FORMER).exists()

    back = await model(tmp_path, "revert", "--as", "novak")
    assert (back.exit_code, own.exists()) == (0, False)
    assert "The shipped weights are in force" in back.stdout
    assert (await model(tmp_path, "revert", "--as", "novak")).exit_code == 1
    assert await audited(world) == [
        ("cli:novak", "weights-fitted"),
        ("cli:novak", "weights-reverted"),
    ]
    rows = await world.store.read(lambda tx: tx.audit_rows("model"))
    assert json.loads(rows[0]["detail"]) == {
        "categories": "cyberbullying",
        "decided": str(LEAST + 20),
        "on": version,
    }
    await world.close()


async def test_too_few_decisions_change_nothing(tmp_path: Path) -> None:
    """Not even with `--apply`."""
    world = await dismissed(tmp_path, 3)

    told = await model(tmp_path, "fit", "--apply", "--as", "novak")

    assert told.exit_code == 0
    assert f"fewer than {LEAST} decisions" in told.stdout
    assert not (tmp_path / OWN_WEIGHTS).exists()
    assert await audited(world) == []
    await world.close()


@pytest.mark.parametrize("words", [("fit", "--apply"), ("revert",)])
async def test_only_the_it_owner(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A moderator is refused, it is on record, and the weights stay."""
    world = World(tmp_path)
    keep(tmp_path, weights())

    refused = await model(tmp_path, *words, "--as", "ortiz", toml=ROLES)

    assert refused.exit_code == 1
    assert "IT owner" in refused.output
    assert read_weights(tmp_path / OWN_WEIGHTS) == weights()
    assert await audited(world) == [("cli:ortiz", "refused")]
    await world.close()


@pytest.mark.parametrize(
    ("words", "toml", "code", "said"),
    [
        (("fit", "--apply"), PLAIN, 2, "--apply needs --as"),
        (("fit",), NONE, 1, "there is nothing to fit"),
        (("revert", "--as", "novak"), PLAIN, 1, "there is nothing to go back to"),
    ],
)
async def test_what_cannot_be_done_is_said(
    tmp_path: Path, words: tuple[str, ...], toml: str, code: int, said: str
) -> None:
    """In one line."""
    world = World(tmp_path)

    result = await model(tmp_path, *words, toml=toml)
    await world.close()

    assert (result.exit_code, said in result.output) == (code, True)


async def test_what_cannot_be_written_is_not_on_record(tmp_path: Path) -> None:
    """Record and weights stand together or not at all."""
    world = World(tmp_path)
    (tmp_path / OWN_WEIGHTS).mkdir()

    failed = await model(tmp_path, "revert", "--as", "novak")

    assert (failed.exit_code, "cannot be written" in failed.output) == (1, True)
    assert await audited(world) == []
    await world.close()


async def test_what_cannot_be_put_on_record_is_not_in_force(tmp_path: Path) -> None:
    """Not even where the record fails last of all, when it is to become final."""
    world = World(tmp_path)
    keep(tmp_path, weights(flag=0.6))
    keep(tmp_path, weights(flag=0.7))
    with sqlite3.connect(DatabaseFile(tmp_path).path) as database:
        database.executescript(
            "CREATE TABLE nobody (id REFERENCES flags(id) DEFERRABLE INITIALLY DEFERRED);"
            "CREATE TRIGGER late AFTER INSERT ON audit BEGIN"
            " INSERT INTO nobody VALUES ('F-NONE'); END;"
        )

    failed = await model(tmp_path, "revert", "--as", "novak")

    assert failed.exit_code == 2
    assert await audited(world) == []
    assert read_weights(tmp_path / OWN_WEIGHTS) == weights(flag=0.7)
    assert read_weights(tmp_path / FORMER) == weights(flag=0.6)
    await world.close()


@pytest.mark.parametrize("held", [b"clear = [", b"clear = 7\n", b"\xff\xfe"])
@pytest.mark.parametrize("verb", ["fit", "evaluate"])
async def test_weights_that_cannot_be_read_are_told(tmp_path: Path, verb: str, held: bytes) -> None:
    """With the file and what is wrong with it, as any other file that people may have changed."""
    world = await dismissed(tmp_path, 1)
    await world.close()
    (tmp_path / OWN_WEIGHTS).write_bytes(held)

    told = await model(tmp_path, verb)

    assert told.exit_code == 2
    assert told.stderr.startswith(f"hallmonitor: {tmp_path / OWN_WEIGHTS}:1: ")
