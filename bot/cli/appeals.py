"""`hallmonitor appeals`: the open appeals; entering and deciding one from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.deciding import deciding
from bot.cli.records import Records, open_records, record_options
from bot.ports import Action


@click.group(name="appeals")
def command() -> None:
    """List, enter and decide appeals; works beside a running bot."""


@command.command("list")
@record_options
def list_appeals(config: Path, data: Path) -> None:
    """List the open appeals, oldest first. No message text is shown."""

    async def work(records: Records) -> None:
        table = Table(Column("flag", no_wrap=True, min_width=11), "opened")
        for appeal in await records.store.read(lambda tx: tx.open_appeals()):
            table.add_row(appeal.flag_id, records.when(appeal.opened_at))
        Console().print(table)

    asyncio.run(open_records(config, data, work))


deciding(
    command,
    "enter",
    Action.ENTER_APPEAL,
    "Enter an appeal that was made in person or on paper: --reason is what its author says.",
)
deciding(command, "uphold", Action.UPHOLD, "Decide an appeal (--reason): the flag stands.")
deciding(command, "overturn", Action.OVERTURN, "Decide an appeal (--reason): the flag falls.")
