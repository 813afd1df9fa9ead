"""`hallmonitor audit`: who did what, as the chained audit has it."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.table import Column, Table
from rich.text import Text

from bot.cli.acting import acting
from bot.cli.deciding import stop_if
from bot.cli.formats import format_option
from bot.cli.records import Records, open_records, record_options
from bot.process.roles import Deed
from bot.reports.scan_output import table_console

MOST = 100_000
ABOUT = "audit"  # the subject of a refusal to read it


@click.command("audit")
@record_options
@format_option(table="for people", jsonl="a row a line, with its hash")
@click.option("--about", default="", help="Only what concerns this flag, link, pause or such.")
@click.option("--limit", type=click.IntRange(1, MOST), default=100, show_default=True)
@acting("Who reads: an administrator or auditor.")
def command(config: Path, data: Path, form: str, about: str, limit: int, actor: str) -> None:
    """Print the audit's latest rows, oldest first. It holds ids, and nobody's words."""

    async def work(records: Records) -> None:
        roles = records.review.roles
        refusal = await records.store.write(
            lambda tx: roles.refusal(tx, Deed.AUDIT, actor, subject=ABOUT)
        )
        stop_if(refusal)
        kept = await records.store.read(lambda tx: tx.audit_rows(about, limit))
        rows = [(row, json.loads(row["detail"])) for row in kept]
        if form == "jsonl":
            for row, detail in rows:
                click.echo(json.dumps({**row, "detail": detail}))
            return
        table = Table(Column("row", justify="right"), "when", "who", "what", "about", "detail")
        for row, detail in rows:
            at = records.when(datetime.fromisoformat(row["at"]))
            told = ", ".join(f"{key}: {value}" for key, value in detail.items())
            cells = (row["seq"], at, row["actor"], row["event"], row["subject"], told)
            table.add_row(*map(Text, cells))
        table_console(sys.stdout).print(table)

    asyncio.run(open_records(config, data, work))
