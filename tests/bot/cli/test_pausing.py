"""`hallmonitor rules pause|exempt|resume|pauses`, beside a running bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import settings
from bot.cli.__main__ import main
from bot.clock import SystemClock
from tests.scenarios.world import KEY, World

RULE = "gambling.bet"
WHY = ("--reason", "It flags the fair.", "--as", "novak")


async def rules(folder: Path, verb: str, *words: str, roles: str = "") -> Result:
    """The command on the records of this folder; `roles` are added to the settings."""
    config = folder / "hallmonitor.toml"
    config.write_text(settings.PLAYGROUND.read_text(encoding="utf-8") + roles)
    arguments = ["rules", verb, "--data", str(folder), "--config", str(config), *words]
    env = {"HALLMONITOR_SECRET_KEY": KEY, "COLUMNS": "300"}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)


def today() -> tuple[str, str]:
    """An end that is not over."""
    return "--until", f"{SystemClock().now():%Y-%m-%d}"


async def test_paused_listed_and_resumed(tmp_path: Path) -> None:
    """Each command says what holds now, and the list of rules says it too."""
    world = World(tmp_path)

    made = await rules(tmp_path, "pause", RULE, *today(), *WHY)
    pause_id = made.output.split()[0]
    listed = await rules(tmp_path, "list", "--category", "gambling")
    pauses = await rules(tmp_path, "pauses")
    ended = await rules(tmp_path, "resume", pause_id, "--as", "novak")
    after = await rules(tmp_path, "pauses")
    again = await rules(tmp_path, "resume", pause_id, "--as", "novak")

    assert "by cli:novak: It flags the fair." in made.output
    states = {line.split()[0]: line.split()[1] for line in listed.output.splitlines()[1:]}
    assert (states[RULE], states["gambling.pool"]) == ("paused", "live")
    assert f"paused: {pause_id}" in listed.output
    assert "in force, 0 findings kept back" in pauses.output
    assert ended.exit_code == 0
    assert "over, 0 findings kept back" in after.output
    assert (again.exit_code, "no pause" in again.output) == (1, True)
    await world.close()


async def test_an_exemption(tmp_path: Path) -> None:
    """Of a channel that is in a workspace of the settings."""
    world = World(tmp_path)

    made = await rules(tmp_path, "exempt", "playground/demo/class-7b", *today(), *WHY)
    elsewhere = await rules(tmp_path, "exempt", "slack/T9/C1", *today(), *WHY)

    now = SystemClock().now()
    (pause,) = await world.store.read(lambda tx: tx.pauses(now))
    assert "every rule in playground/demo/class-7b" in made.output
    assert (pause.covers.rule, pause.covers.place) == ("", "playground/demo/class-7b")
    assert elsewhere.exit_code == 1
    await world.close()


@pytest.mark.parametrize(
    ("verb", "subject"),
    [("pause", RULE), ("exempt", "playground/demo/class-7b"), ("resume", "P-1")],
)
async def test_only_the_it_owner(tmp_path: Path, verb: str, subject: str) -> None:
    """Where roles name people at the keyboard, a moderator is refused, and it is on record."""
    world = World(tmp_path)
    roles = '[roles.it_owner]\npeople = ["cli:novak"]\n[roles.reviewer]\npeople = ["cli:ortiz"]\n'
    options = ("--as", "ortiz") if verb == "resume" else (*today(), *WHY[:3], "ortiz")

    refused = await rules(tmp_path, verb, subject, *options, roles=roles)

    assert refused.exit_code == 1
    assert "IT owner" in refused.output
    now = SystemClock().now()
    assert await world.store.read(lambda tx: tx.pauses(now)) == []
    rows = await world.store.read(lambda tx: tx.audit_rows(subject))
    assert [(row["actor"], row["event"]) for row in rows] == [("cli:ortiz", "refused")]
    await world.close()


@pytest.mark.parametrize(
    ("subject", "options", "said"),
    [
        ("gambling.none", today(), "there is no rule gambling.none"),
        (RULE, ("--until", "2999-01-01"), "within a year"),
        (RULE, ("--until", "soon"), "is no day"),
    ],
)
async def test_what_cannot_be_paused(
    tmp_path: Path, subject: str, options: tuple[str, str], said: str
) -> None:
    """Exit code 1, one line, nothing on record."""
    world = World(tmp_path)

    result = await rules(tmp_path, "pause", subject, *options, *WHY)

    assert (result.exit_code, said in result.output) == (1, True)
    assert await world.store.read(lambda tx: tx.audit_rows()) == []
    await world.close()


async def test_the_list_works_without_the_key(tmp_path: Path) -> None:
    """Rules can be looked at by who may not open the records; what is not known is said."""
    world = World(tmp_path)
    arguments = ["rules", "list", "--data", str(tmp_path), "--category", "gambling"]
    arguments += ["--config", str(tmp_path / "none.toml")]
    env = {"HALLMONITOR_SECRET_KEY": "wrong", "COLUMNS": "300"}

    result = await asyncio.to_thread(CliRunner().invoke, main, arguments, env=env)

    assert result.exit_code == 0
    assert RULE in result.output
    assert "What is paused is not known" in result.output
    await world.close()
