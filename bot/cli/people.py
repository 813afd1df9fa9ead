"""`hallmonitor people`: how somebody's strikes come about."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.deciding import person
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.settings import Settings
from bot.standing import Line, standing_of
from rules.messages import say


@click.group(name="people")
def command() -> None:
    """Look at people's records; works beside a running bot."""


@command.command("show")
@record_options
@click.argument("written", metavar="PERSON")
def show(config: Path, data: Path, written: str) -> None:
    """Explain the strikes of PERSON (platform/workspace/id), flag by flag, without their words."""
    author = person(written)

    async def work(records: Records) -> None:
        now = SystemClock().now()
        lines = await records.store.read(lambda tx: standing_of(tx, author, records.settings, now))
        flag_id = Column("flag", no_wrap=True, min_width=11)
        table = Table(flag_id, "when", "category", "status", "strike", "why")
        for line in lines:
            table.add_row(
                line.flag.id,
                records.when(line.flag.posted_at),
                line.flag.category,
                line.flag.status,
                str(line.number or "-"),
                _why(line, records.settings),
            )
        Console().print(table)
        counted = sum(1 for line in lines if line.number)
        click.echo(f"{counted} of {len(lines)} flags count now.")

    asyncio.run(open_records(config, data, work))


def _why(line: Line, settings: Settings) -> str:
    days = settings.category(line.flag.category).expires_days
    return say("en", f"standing.{line.standing}", head=line.head, days=days)
