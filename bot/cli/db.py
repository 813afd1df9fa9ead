"""`hallmonitor db`: bring the records up to date, and look them over."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from bot.settings import secret_keys
from bot.store.port import StoreError
from bot.store.sqlite import open_store
from bot.store.vault import KEY_FILE, own_key
from bot.store.verify import verify as look_over

_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="The data folder.",
)


@click.group("db")
def command() -> None:
    """The database of records."""


@command.command()
@_data
@click.option(
    "--reencrypt",
    is_flag=True,
    help="Also seal every text anew under the first key of HALLMONITOR_SECRET_KEY.",
)
def upgrade(data: Path, reencrypt: bool) -> None:
    """Bring the tables up to date; prints each step. The bot must not be running."""
    try:
        asyncio.run(_upgrade(data, keys_for(data, os.environ), reencrypt=reencrypt))
    except StoreError as error:
        _refuse(error)


async def _upgrade(data: Path, keys: tuple[str, ...], *, reencrypt: bool) -> None:
    store = open_store(data, keys)
    try:
        for name in store.upgraded:
            click.echo(f"applied {name}")
        if not store.upgraded:
            click.echo("the tables are up to date")
        if reencrypt:
            click.echo(f"sealed {await store.reencrypt()} texts anew under the first key")
    finally:
        await store.close()


@command.command()
@_data
def verify(data: Path) -> None:
    """Look for damage, broken links, a changed audit and words that do not open; exit 1 if any."""
    try:
        counts, faults = look_over(data, keys_for(data, os.environ))
    except StoreError as error:
        _refuse(error)
    for fault in faults:
        click.echo(fault)
    if counts:
        click.echo("looked at " + ", ".join(f"{name}: {n}" for name, n in counts.items()))
    click.echo(f"{len(faults)} faults" if len(faults) != 1 else "1 fault")
    sys.exit(1 if faults else 0)


def keys_for(data: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    """The environment's keys; without any, the playground's key file, if the folder has one."""
    keys = secret_keys(env)
    if not keys and (data / KEY_FILE).exists():
        return (own_key(data),)
    return keys


def _refuse(error: StoreError) -> NoReturn:
    click.echo(f"hallmonitor: {error}", err=True)
    sys.exit(2)
