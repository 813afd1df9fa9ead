"""`hallmonitor people`: how somebody's strikes come about, and what was done to somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.acting import acting
from bot.cli.deciding import fail, person, plain
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.ports import Reply
from bot.process.links import Links
from bot.process.standing import MOST, Line, standing_of
from bot.settings import Settings
from bot.store.port import FlagQuery, Tx
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
        lines, accounts = await records.store.read(
            lambda tx: (standing_of(tx, author, records.settings, now), tx.accounts(author))
        )
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
        if len(accounts) > 1:
            click.echo(f"One person: {', '.join(map(str, accounts))}")

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


@command.command("link")
@record_options
@click.argument("one")
@click.argument("other")
@acting("Who proposes it; kept on record.")
@click.option("--reason", default="", help="How it is known; kept on record.")
def link(config: Path, data: Path, one: str, other: str, actor: str, reason: str) -> None:
    """Propose that two accounts (platform/workspace/id) are one person's."""
    first, second = person(one), person(other)
    _decide(config, data, lambda links, tx: links.propose(tx, first, second, actor, reason))


@command.command("confirm-link")
@record_options
@click.argument("link_id")
@acting("Who confirms it, not who proposed it.")
def confirm_link(config: Path, data: Path, link_id: str, actor: str) -> None:
    """Confirm a link: from now on the two count as one person, and are told."""
    _decide(config, data, lambda links, tx: links.confirm(tx, link_id, actor))


@command.command("unlink")
@record_options
@click.argument("link_id")
@acting("Who ends it; kept on record.")
@click.option("--reason", default="", help="Why; kept on record.")
def unlink(config: Path, data: Path, link_id: str, actor: str, reason: str) -> None:
    """End a link: each account counts for itself again; calls that rested on the sum fall."""
    _decide(config, data, lambda links, tx: links.end(tx, link_id, actor, reason))


@command.command("links")
@record_options
@click.option("--ended", is_flag=True, help="Those that have ended, too.")
def list_links(config: Path, data: Path, ended: bool) -> None:
    """List the links between accounts, newest first, with the reasons given."""

    async def work(records: Records) -> None:
        for one in await records.store.read(lambda tx: tx.links(ended=ended)):
            click.echo(f"{one.id}  {one.one} = {one.other}")
            click.echo(f"  proposed by {one.proposed_by}, {records.when(one.proposed_at)}")
            click.echo(f"  because: {plain(one.reason)}")
            if one.confirmed_at:
                click.echo(f"  confirmed by {one.confirmed_by}, {records.when(one.confirmed_at)}")
            if one.ended_at:
                click.echo(f"  ended by {one.ended_by}, {records.when(one.ended_at)}")
                click.echo(f"  because: {plain(one.end_reason)}")

    asyncio.run(open_records(config, data, work))


def _decide(config: Path, data: Path, deed: Callable[[Links, Tx], Reply]) -> None:
    async def work(records: Records) -> None:
        reply = await records.store.write(lambda tx: deed(records.review.links, tx))
        if not reply.accepted:
            fail(plain(reply.text))
        click.echo(plain(reply.text))

    asyncio.run(open_records(config, data, work))
