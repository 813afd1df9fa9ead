"""`hallmonitor deliveries`: what could not be delivered, and sending it again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import acting
from bot.cli.deciding import fail, stop_if
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.ports import Reply
from bot.process.roles import Deed
from bot.store.port import Tx

_GREATEST = 2**63 - 1  # a row's number in SQLite


@click.group(name="deliveries")
def command() -> None:
    """Deliveries that were given up: list them, send them again."""


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
@click.argument("delivery_ids", type=click.IntRange(1, _GREATEST), nargs=-1, required=True)
@acting("Who asks for it; kept on record.")
def retry(config: Path, data: Path, delivery_ids: tuple[int, ...], actor: str) -> None:
    """Make deliveries due again; a running bot sends them within seconds."""

    async def work(records: Records) -> None:
        for delivery_id in delivery_ids:
            await _retry(records, delivery_id, actor)

    asyncio.run(open_records(config, data, work))


async def _retry(records: Records, delivery_id: int, who: str) -> None:
    now, subject = SystemClock().now(), f"delivery:{delivery_id}"

    def again(tx: Tx) -> Reply | bool:
        refusal = records.review.roles.refusal(tx, Deed.RETRY, who, subject=subject)
        if refusal is not None:
            return refusal
        done = tx.retry(delivery_id, now)
        if done:
            tx.audit(who, "retried", subject, now, {})
        return done

    done = await records.store.write(again)
    stop_if(done if isinstance(done, Reply) else None)
    if not done:
        fail(f"delivery {delivery_id} was not given up; see: hallmonitor deliveries dead")
    click.echo(f"Delivery {delivery_id} is due again.")
