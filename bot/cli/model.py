"""`hallmonitor model`: what moderators' decisions say of rules and model, and weights that fit."""

from __future__ import annotations

import asyncio
import sys
from operator import attrgetter
from pathlib import Path

import click

from bot.cli import fitting
from bot.cli.formats import format_option
from bot.cli.records import Records, open_records, record_options
from bot.learning import lines
from bot.learning.decided import Past, decided_flags
from bot.learning.figures import counted
from bot.learning.judged import Judging
from bot.loading import load_rules
from bot.reports.scan_output import table_console
from rules.ruleset import RuleSet


@click.group("model")
def command() -> None:
    """Learn from what moderators decided; works beside a running bot, prints no message."""


for added in (fitting.fit, fitting.revert):
    command.add_command(added)


@command.command("evaluate")
@record_options
@format_option(table="for people", jsonl="a line a category and a line a rule")
def evaluate(config: Path, data: Path, form: str) -> None:
    """Hold decided flags against what rules and model say today, by category and by rule."""

    async def work(records: Records) -> None:
        past = await records.store.read(lambda tx: decided_flags(tx, records.settings))
        if not past.decided:
            click.echo(f"No flag has been decided. {lines.silence(past.silent)}".rstrip(), err=True)
            return
        ruleset, _ = load_rules(records.settings, examples=False, data=data)
        cases = fitting.judged(past, Judging(ruleset, records.settings))
        for by in ("category", "rule"):
            figures = counted(cases, attrgetter(f"past.{by}"), ruleset.opinion)
            if form == "table":
                table_console(sys.stdout).print(lines.table(by, figures))
                continue
            for name, of in figures.items():
                click.echo(lines.json_line(by, name, of))
        _explain(past, ruleset)

    asyncio.run(open_records(config, data, work))


def _explain(past: Past, ruleset: RuleSet) -> None:
    """What the figures do not show, beside them and out of the way of a program."""
    told = [lines.silence(past.silent), lines.UNSEEN]
    if ruleset.opinion is None:
        told.append("The settings ask for no model: these are figures of the rules alone.")
    for line in filter(None, told):
        click.echo(line, err=True)
