"""`hallmonitor deliveries`: what could not be delivered, and sending it again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.store.port import Tx


@click.group(name="deliveries")
def command() -> None:
    """Deliveries that were given up: list them, send one again."""


@command.command("dead")
@record_options
def dead(config: Path, data: Path) -> None:
    """List what was given up, newest first, with the reason."""

    async def work(records: Records) -> None:
        table = Table("delivery", "kind", "flag", "tries", "reason", "due")
        for d in await records.store.read(lambda tx: tx.dead()):
            due = records.when(d.due_at)
            table.add_row(str(d.id), d.kind, d.flag_id, str(d.attempts), d.reason, due)
        Console().print(table)

    asyncio.run(open_records(config, data, work))


@command.command("retry")
@record_options
@click.argument("delivery_id", type=int)
@click.option("--as", "actor", required=True, help="Who asks for it; kept on record.")
def retry(config: Path, data: Path, delivery_id: int, actor: str) -> None:
    """Make one delivery due again; a running bot sends it within seconds."""

    async def work(records: Records) -> None:
        now = SystemClock().now()

        def again(tx: Tx) -> bool:
            done = tx.retry(delivery_id, now)
            if done:
                tx.audit(f"cli:{actor}", "retried", f"delivery:{delivery_id}", now, {})
            return done

        if not await records.store.write(again):
            click.echo(
                f"hallmonitor: delivery {delivery_id} was not given up; "
                "see: hallmonitor deliveries dead",
                err=True,
            )
            sys.exit(1)
        click.echo(f"Delivery {delivery_id} is due again.")

    asyncio.run(open_records(config, data, work))
