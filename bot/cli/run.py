"""`hallmonitor run`: everything that is configured; with no platform, the playground."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from bot import settings
from bot.bootstrap import build
from bot.clock import SystemClock
from bot.platforms import StartError
from bot.process.private import standing_in
from bot.settings import Secrets, Settings
from bot.store.port import StoreError
from bot.web import PortError, listen
from rules.errors import ProblemsError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
EMBEDDED_ROLES = "all"


@click.command(name="run")
@click.option("--config", type=click.Path(path_type=Path), default=Path("hallmonitor.toml"))
@click.option("--data", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--roles", default=EMBEDDED_ROLES, show_default=True, help="Which parts run here.")
@click.option("--playground", is_flag=True, help="The browser chat room, whatever is configured.")
def command(config: Path, data: Path, host: str, port: int, roles: str, playground: bool) -> None:
    """Run what hallmonitor.toml configures; without one, a chat room to try it in."""
    if roles != EMBEDDED_ROLES:
        _stop([f"--roles {roles}: on SQLite one process has all roles; use --roles all"])
    chosen, secrets = _settings(config, os.environ, playground)
    problems = settings.start_problems(chosen, secrets)
    if all(w.platform == "playground" for w in chosen.file.workspace) and host not in LOOPBACK:
        problems.append(
            f"--host {host}: the playground has no log-in and stays on 127.0.0.1; "
            "to serve a platform, write hallmonitor.toml and set its secrets (SLACK_BOT_TOKEN …)"
        )
    if problems:
        _stop(problems)
    source = None if playground or not config.exists() else config
    try:
        asyncio.run(_run(chosen, secrets, data, host, port, source))
    except (StoreError, StartError, PortError, ProblemsError) as error:
        _stop(str(error).splitlines())


def _settings(config: Path, env: Mapping[str, str], playground: bool) -> tuple[Settings, Secrets]:
    """The settings to run with; stops with every fault where there is one."""
    secrets = Secrets.read(env)
    try:
        if playground or not config.exists():
            found = settings.platform_secrets(env)
            if found and not playground:
                _stop(
                    [
                        f"{name} is set, but there is no {config}: write one "
                        "with `hallmonitor init`, or run with --playground"
                        for name in found
                    ]
                )
            return settings.read(settings.PLAYGROUND, "the playground's settings"), secrets
        return settings.read(config), secrets
    except settings.SettingsError as error:
        _stop([str(problem) for problem in error.problems])


async def _run(
    chosen: Settings, secrets: Secrets, data: Path, host: str, port: int, source: Path | None
) -> None:
    with listen(host, port) as taken:
        click.echo("Loading the rules and, where they are new, trying their examples …", err=True)
        if instead := standing_in(chosen):
            click.echo(instead, err=True)
        app = await build(chosen, secrets, data, SystemClock(), source=source)
        try:
            name, bound = taken.getsockname()[:2]
            where = f"[{name}]" if ":" in name else name
            line = f"Hall Monitor runs: http://{where}:{bound}/   (stop with Ctrl-C)"
            await app.start()
            await app.serve(taken, lambda: click.echo(line, err=True))
        finally:
            await app.close()


def _stop(problems: list[str]) -> NoReturn:
    for problem in problems:
        click.echo(f"hallmonitor: {problem}", err=True)
    sys.exit(2)
