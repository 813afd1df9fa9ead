"""`hallmonitor run`: what it refuses to start with."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot.cli.__main__ import main
from bot.store.sqlite import open_store
from bot.store.vault import own_key
from tests.bot.settings.test_read import GOOD

EMPTY = dict.fromkeys(
    (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "DISCORD_TOKEN",
        "HALLMONITOR_SECRET_KEY",
    ),
    "",
)


def run(folder: Path, *options: str, **env: str) -> Result:
    """`hallmonitor run` in a folder, as typed there."""
    arguments = ["run", "--config", str(folder / "hallmonitor.toml"), "--data", str(folder / "var")]
    return CliRunner().invoke(main, [*arguments, *options], env={**EMPTY, **env})


def test_a_secret_without_settings_is_not_taken_for_a_trial(tmp_path: Path) -> None:
    """Somebody meant to connect Slack; the playground would hide the mistake."""
    result = run(tmp_path, SLACK_BOT_TOKEN="xoxb-1")

    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN is set, but there is no" in result.output


def test_the_playground_stays_on_loopback(tmp_path: Path) -> None:
    """It has no log-in."""
    result = run(tmp_path, "--host", "0.0.0.0")

    assert result.exit_code == 2
    assert "stays on 127.0.0.1" in result.output


def test_a_configured_platform_without_its_tokens_is_refused(tmp_path: Path) -> None:
    """Every missing variable is named, and nothing is started."""
    (tmp_path / "hallmonitor.toml").write_text(GOOD)

    result = run(tmp_path)

    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN is not set" in result.output
    assert "SLACK_APP_TOKEN is not set" in result.output
    assert not (tmp_path / "var").exists()


def test_a_faulty_file_is_told_with_its_lines(tmp_path: Path) -> None:
    """File, line, what is wrong."""
    (tmp_path / "hallmonitor.toml").write_text(GOOD.replace("[lists]", "colour = 1\n[lists]"))

    result = run(tmp_path)

    assert result.exit_code == 2
    assert "hallmonitor.toml:16: unknown key `colour`" in result.output


@pytest.mark.parametrize("roles", ["web", "worker", "slack"])
def test_split_roles_need_another_database(tmp_path: Path, roles: str) -> None:
    """On SQLite there is one process."""
    result = run(tmp_path, "--roles", roles)

    assert result.exit_code == 2
    assert "--roles all" in result.output


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    """No traceback, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run(tmp_path, "--port", str(taken.getsockname()[1]))

    assert result.exit_code == 2
    assert "choose another with --port" in result.output


async def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Two bots would both write to people."""
    store = open_store(tmp_path / "var", [own_key(tmp_path / "var")])
    try:
        result = await asyncio.to_thread(run, tmp_path, "--port", "0")
    finally:
        await store.close()

    assert result.exit_code == 2
    assert "another Hall Monitor" in result.output


async def test_a_key_that_does_not_open_the_records_is_named(tmp_path: Path) -> None:
    """A wrong key must not begin a second history."""
    await open_store(tmp_path / "var", [Fernet.generate_key().decode()]).close()
    other = Fernet.generate_key().decode()

    result = await asyncio.to_thread(run, tmp_path, "--port", "0", HALLMONITOR_SECRET_KEY=other)

    assert result.exit_code == 2
    assert "HALLMONITOR_SECRET_KEY does not open the records" in result.output
