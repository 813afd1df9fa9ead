"""`hallmonitor authorise`: what is allowed for a while."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.cli.acting import acting
from bot.cli.deciding import fail, person, stop_if
from bot.cli.records import Records, open_records, record_options
from bot.clock import SystemClock
from bot.ports import Reply
from bot.process.authorising import Authorising, AuthorisingError
from bot.process.roles import Deed
from bot.store.port import Tx
from rules.types import Category


@click.group(name="authorise")
def command() -> None:
    """Add, list and end authorisations; works beside a running bot."""


@command.command("add")
@record_options
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--category",
    "categories",
    multiple=True,
    required=True,
    type=click.Choice([category.value for category in Category]),
    help="What it allows; may be given several times.",
)
@click.option("--until", required=True, help="The last day, YYYY-MM-DD.")
@click.option("--from", "since", default="", help="The first day; today if not said.")
@click.option("--approved-by", "approver", required=True, help="Who approved it; kept on record.")
@click.option("--form", default="", help="The form or reference that proves it.")
@click.option("--name", default="", help="What to call it; the first word if not said.")
@click.option("--owner", default="", help="platform/workspace/person to remind before it ends.")
@click.option("--channel", "channels", multiple=True, help="Only in this channel (id).")
@click.option("--person", "people", multiple=True, help="Only for this author (id).")
@acting("Who adds it; kept on record.")
def add(
    config: Path,
    data: Path,
    words: tuple[str, ...],
    categories: tuple[str, ...],
    until: str,
    since: str,
    approver: str,
    form: str,
    name: str,
    owner: str,
    channels: tuple[str, ...],
    people: tuple[str, ...],
    actor: str,
) -> None:
    """Allow messages of a category that hold one of WORDS, through the last day."""

    async def work(records: Records) -> None:
        authorising = _authorising(records)
        try:
            made = authorising.make(
                categories=categories,
                words=words,
                until=until,
                since=since,
                name=name,
                approver=approver,
                form=form,
                owner=str(person(owner)) if owner else "",
                channels=channels,
                people=people,
                added_by=actor,
            )
        except AuthorisingError as error:
            fail(str(error))

        def record(tx: Tx) -> Reply | None:
            refusal = _refusal(tx, records, actor)
            if refusal is None:
                authorising.add(tx, made)
            return refusal

        refusal = await records.store.write(record)
        stop_if(refusal)
        click.echo(authorising.line(made))

    asyncio.run(open_records(config, data, work))


@command.command("list")
@record_options
def list_authorisations(config: Path, data: Path) -> None:
    """List what is in force or to come."""

    async def work(records: Records) -> None:
        click.echo(await records.store.read(_authorising(records).listed))

    asyncio.run(open_records(config, data, work))


@command.command("revoke")
@record_options
@click.argument("authorisation_id")
@acting("Who ends it; kept on record.")
def revoke(config: Path, data: Path, authorisation_id: str, actor: str) -> None:
    """End an authorisation now."""

    async def work(records: Records) -> None:
        authorising = _authorising(records)

        def end(tx: Tx) -> Reply | None:
            refusal = _refusal(tx, records, actor)
            if refusal or authorising.revoke(tx, authorisation_id, actor):
                return refusal
            return Reply(f"there is no authorisation {authorisation_id} that could end", False)

        refusal = await records.store.write(end)
        stop_if(refusal)
        click.echo(f"{authorisation_id} has ended.")

    asyncio.run(open_records(config, data, work))


def _authorising(records: Records) -> Authorising:
    return Authorising(records.settings, SystemClock())


def _refusal(tx: Tx, records: Records, actor: str) -> Reply | None:
    return records.review.roles.refusal(tx, Deed.AUTHORISE, actor)
