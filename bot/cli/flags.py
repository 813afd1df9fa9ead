"""`hallmonitor flags`: list, show and decide flags from the command line."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.acting import acting
from bot.cli.deciding import deciding, fail, plain, visible
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.ports import Action, Reply
from bot.process import calls, disclosing
from bot.process.dossier import open_dossier
from bot.store.port import Flag, FlagQuery, Status, Tx
from bot.texts import cards

MOST = 1000


@click.group(name="flags")
def command() -> None:
    """List, show and decide flags; works beside a running bot."""


@command.command("list")
@record_options
@click.option("--status", type=click.Choice([s.value for s in Status]), help="Only these.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Recorded on or after this day.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True)
def list_flags(
    config: Path, data: Path, status: str | None, since: datetime | None, limit: int
) -> None:
    """List flags, newest first. No message text is shown."""
    query = FlagQuery(
        statuses=frozenset({Status(status)} if status else ()),
        since=since.replace(tzinfo=UTC) if since else None,
        limit=limit,
    )

    async def work(records: Records) -> None:
        flags = await records.store.read(lambda tx: tx.flags(query))
        waiting = await records.store.read(lambda tx: _waiting(tx, flags, records))
        # Ids are there to be copied: the other columns give way.
        flag_id = Column("flag", no_wrap=True, min_width=11)
        others = ("when", "category", "severity", "tier", "status", "author", "channel")
        table = Table(flag_id, *others)
        for flag in flags:
            table.add_row(
                flag.id,
                records.when(flag.created_at),
                flag.category,
                flag.severity,
                flag.tier,
                flag.status,
                flag.author_id,
                flag.key.channel,
            )
        Console().print(table)
        for line in waiting:
            click.echo(line)

    asyncio.run(open_records(config, data, work))


def _waiting(tx: Tx, flags: list[Flag], records: Records) -> list[str]:
    """A line for each flag about which people were called and nobody has answered."""
    return [
        f"{flag_id}: nobody has answered ({', '.join(names)})"
        for flag_id, names in calls.waiting(tx, flags, records.settings)
    ]


@command.command("show")
@record_options
@click.argument("flag_id")
def show(config: Path, data: Path, flag_id: str) -> None:
    """Show one flag as its card: masked excerpt, what happened, deliveries, decisions."""

    async def work(records: Records) -> None:
        dossier = await records.store.read(lambda tx: open_dossier(tx, flag_id, records.settings))
        if dossier is None:
            fail(f"there is no flag {flag_id}; see: hallmonitor flags list")
        card = cards.card(dossier, records.words())
        click.secho(f"{flag_id}  {card.title}", bold=True)
        for section in card.sections:
            click.secho(f"\n{section.heading}", bold=True)
            click.echo(plain(section.text))
        click.secho("\nDeliveries", bold=True)
        for d in dossier.deliveries:
            click.echo(f"{d.id:>5}  {d.kind:<10} {d.state:<10} {d.attempts} tries  {d.reason}")

    asyncio.run(open_records(config, data, work))


@command.command("reveal")
@record_options
@click.argument("flag_id")
@acting("Who looks; kept on record.")
def reveal(config: Path, data: Path, flag_id: str, actor: str) -> None:
    """Print the words of a flag without masks; that somebody did is in the audit."""

    async def work(records: Records) -> None:
        roles, now = records.review.roles, SystemClock().now()
        found = await records.store.write(
            lambda tx: disclosing.reveal(tx, flag_id, actor, roles, records.settings, now)
        )
        if found is None:
            fail(f"there is no flag {flag_id}; see: hallmonitor flags list")
        if isinstance(found, Reply):
            fail(plain(found.text))
        for words in found.evidence:
            when = records.when(words.at)
            click.secho(f"{words.kind} of {words.author_id}, {when}", bold=True)
            click.echo(f"{visible(words.text)}\n")

    asyncio.run(open_records(config, data, work))


deciding(command, "confirm", Action.CONFIRM, "Confirm a flag: it counts, and its author is told.")
deciding(command, "dismiss", Action.DISMISS, "Dismiss a flag (--reason): its strike is taken back.")
deciding(command, "escalate", Action.ESCALATE, "Confirm a flag and call the administrators.")
deciding(command, "acknowledge", Action.ACKNOWLEDGE, "Answer a call: no more of the list follow.")
deciding(command, "retry", Action.RETRY, "Send again what could not be delivered.")
