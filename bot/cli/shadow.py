"""`hallmonitor rules shadow`: what rules on trial would have flagged."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.ports import words


@click.command("shadow")
@record_options
@click.argument("rule_id", required=False, default="")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
def command(config: Path, data: Path, rule_id: str, limit: int) -> None:
    """Count what rules in shadow would have flagged; with RULE_ID, show its newest messages.

    Words are masked, and left out where they are nobody's business. Nobody was told of any of it.
    """

    async def work(records: Records) -> None:
        if rule_id:
            await _hits(records, rule_id, limit)
        else:
            await _counts(records)

    asyncio.run(open_records(config, data, work))


async def _counts(records: Records) -> None:
    now = SystemClock().now()
    counts = await records.store.read(lambda tx: tx.shadow_counts(now))
    table = Table(Column("rule", no_wrap=True), "tier", "messages", "newest")
    for count in counts:
        table.add_row(count.rule, count.tier, str(count.messages), records.when(count.newest))
    Console().print(table)
    days = records.settings.file.rules.shadow_days
    click.echo(f"{sum(c.messages for c in counts)} in {days} days; older ones are forgotten.")


async def _hits(records: Records, rule_id: str, limit: int) -> None:
    now = SystemClock().now()
    hits = await records.store.read(lambda tx: tx.shadow_hits(rule_id, now, limit))
    for hit in hits:
        where = hit.permalink or str(hit.key)
        click.secho(f"{records.when(hit.at)}  {hit.tier}  {where}", bold=True)
        click.echo(f"  {words(hit.excerpt) or '(words not kept)'}")
    if not hits:
        click.echo(f"{rule_id} has found nothing in shadow that is still kept.")
