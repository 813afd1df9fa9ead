"""`hallmonitor rules pause|exempt|resume|pauses`: what nothing follows from for a while."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import click

from bot.bootstrap import data_keys
from bot.cli.acting import acting
from bot.cli.deciding import fail, stop_if
from bot.cli.records import Records, open_records, record_options, settings_for
from bot.clock import SystemClock
from bot.loading import load_rules
from bot.ports import Reply
from bot.process.pausing import KEPT_BACK, Pausing, PausingError
from bot.process.roles import Deed
from bot.settings import Secrets
from bot.store.folder import DATABASE
from bot.store.port import RecordedPause, StoreError, Tx
from bot.store.sqlite import open_store
from bot.times import in_words
from rules.types import names

SHOWN_FOR = timedelta(days=90)  # after their end
MOST_ROWS = 100_000
_UNTIL = click.option(
    "--until", required=True, help="The last day, 2026-12-18, or a moment, 2026-12-18T16:00."
)
_REASON = click.option("--reason", required=True, help="Why; kept on record. Quote nobody.")
_ACTOR = acting("Who: the IT owner; kept on record.")


@click.command("pause")
@record_options
@click.argument("rule_id")
@click.option("--channel", default="", help="Only there: platform/workspace/channel.")
@_UNTIL
@_REASON
@_ACTOR
def pause(
    config: Path, data: Path, rule_id: str, channel: str, until: str, reason: str, actor: str
) -> None:
    """Let nothing follow from RULE_ID (or `category.*`) for a while; what it finds is logged."""

    async def work(records: Records) -> None:
        await _add(records, rule=rule_id, place=channel, until=until, reason=reason, actor=actor)

    asyncio.run(open_records(config, data, work))


@click.command("exempt")
@record_options
@click.argument("channel")
@_UNTIL
@_REASON
@_ACTOR
def exempt(config: Path, data: Path, channel: str, until: str, reason: str, actor: str) -> None:
    """Let nothing follow in CHANNEL (platform/workspace/channel) for a while, threats and cries
    for help included; what is found there is logged."""

    async def work(records: Records) -> None:
        await _add(records, rule="", place=channel, until=until, reason=reason, actor=actor)

    asyncio.run(open_records(config, data, work))


@click.command("resume")
@record_options
@click.argument("pause_id")
@_ACTOR
def resume(config: Path, data: Path, pause_id: str, actor: str) -> None:
    """End a pause or an exemption now."""

    async def work(records: Records) -> None:
        pausing = Pausing(records.settings, SystemClock())

        def end(tx: Tx) -> Reply | None:
            refusal = _refusal(tx, records, actor, pause_id)
            if refusal or pausing.end(tx, pause_id, actor):
                return refusal
            return Reply(f"there is no pause {pause_id} that could end", accepted=False)

        refusal = await records.store.write(end)
        stop_if(refusal)
        click.echo(f"{pause_id} has ended.")

    asyncio.run(open_records(config, data, work))


@click.command("pauses")
@record_options
def pauses(config: Path, data: Path) -> None:
    """List what is paused, and what was within ninety days, with how much it kept back."""

    async def work(records: Records) -> None:
        now = SystemClock().now()
        found = await records.store.read(
            lambda tx: [(one, _kept_back(tx, one)) for one in tx.pauses(now - SHOWN_FOR)]
        )
        for one, kept in found:
            state = "in force" if one.holds(now) else "over"
            told = f"{state}, {kept} findings kept back"
            click.echo(f"{line(one, records.when(one.ends_at))} ({told})")
        if not found:
            click.echo("Nothing is paused.")

    asyncio.run(open_records(config, data, work))


def _kept_back(tx: Tx, pause: RecordedPause) -> int:
    rows = tx.audit_rows(pause.covers.id, MOST_ROWS)
    return sum(row["event"] == KEPT_BACK for row in rows)


async def _add(
    records: Records, *, rule: str, place: str, until: str, reason: str, actor: str
) -> None:
    pausing = Pausing(records.settings, SystemClock())
    try:
        made = pausing.make(rule=rule, place=place, until=until, reason=reason, actor=actor)
    except PausingError as error:
        fail(str(error))

    refusal = await records.store.write(lambda tx: _refusal(tx, records, actor, rule or place))
    stop_if(refusal)
    if rule and not _is_known(records, rule):
        fail(f"there is no rule {rule}; see: hallmonitor rules list")
    await records.store.write(lambda tx: pausing.add(tx, made))
    click.echo(line(made, records.when(made.ends_at)))


def _is_known(records: Records, named: str) -> bool:
    ruleset, _ = load_rules(records.settings, examples=False)
    return any(names(named, rule.id) for rule in ruleset.rules)


def _refusal(tx: Tx, records: Records, actor: str, subject: str) -> Reply | None:
    roles = records.review.roles
    return roles.refusal(tx, Deed.PAUSE, actor, subject=subject)


def line(pause: RecordedPause, ends: str) -> str:
    """One pause on one line, `ends` being its end in words."""
    what = pause.covers.rule or "every rule"
    where = f" in {pause.covers.place}" if pause.covers.place else ""
    return f"{pause.covers.id}  {what}{where}, until {ends}, by {pause.added_by}: {pause.reason}"


def told_pauses(config: Path, data: Path) -> tuple[list[RecordedPause], list[str]]:
    """What is paused now, and a line for each; none where there are no records to be opened."""
    if not (data / DATABASE).exists():
        return [], []
    chosen, now = settings_for(config), SystemClock().now()

    async def read() -> list[RecordedPause]:
        keys = data_keys(chosen, Secrets.read(os.environ), data)
        store = open_store(data, keys, beside=True)
        try:
            return await store.read(lambda tx: [p for p in tx.pauses(now) if p.holds(now)])
        finally:
            await store.close()

    try:
        found = asyncio.run(read())
    except StoreError as error:
        return [], [f"What is paused is not known: {error}"]
    return found, [line(one, in_words(one.ends_at, chosen.timezone)) for one in found]
