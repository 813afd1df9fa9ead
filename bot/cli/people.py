"""`hallmonitor people`: how somebody's strikes come about, and what was done to somebody."""

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
from bot.standing import MOST, Line, standing_of
from bot.store.port import FlagQuery
from rules.messages import say

AGAINST = ("when", "category", "severity", "status", "author")


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


@command.command("against")
@record_options
@click.argument("written", metavar="PERSON")
def against(config: Path, data: Path, written: str) -> None:
    """List what was flagged against PERSON (platform/workspace/id), newest first, without words."""
    query = FlagQuery(against=person(written), limit=MOST)

    async def work(records: Records) -> None:
        flags = await records.store.read(lambda tx: tx.flags(query))
        table = Table(Column("flag", no_wrap=True, min_width=11), *AGAINST)
        for flag in flags:
            when, category = records.when(flag.posted_at), flag.category
            table.add_row(flag.id, when, category, flag.severity, flag.status, flag.author_id)
        Console().print(table)
        authors = len({flag.author for flag in flags if not flag.taken_back})
        standing = sum(not flag.taken_back for flag in flags)
        click.echo(f"{standing} of {len(flags)} flags stand, of {authors} people.")

    asyncio.run(open_records(config, data, work))


def _why(line: Line, settings: Settings) -> str:
    days = settings.category(line.flag.category).expires_days
    return say("en", f"standing.{line.standing}", head=line.head, days=days)
