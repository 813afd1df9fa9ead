"""`hallmonitor simulate`: what other rules would have changed in an export."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from bot.cli.export_input import ExportInput, export_input, progress_bar
from bot.cli.export_options import export_options
from bot.cli.formats import format_option
from bot.reports.judging import judge_under
from bot.reports.scan_output import open_output, table_console
from bot.reports.simulation import Change, Shifts, compare
from bot.reports.simulation_lines import json_line, print_changes, summary
from rules.loader import PACKS

SHIPPED = "shipped"


def _packs(context: click.Context, parameter: click.Parameter, value: str) -> Path:
    if value == SHIPPED:
        return PACKS
    if not Path(value).exists():
        raise click.BadParameter(f"{value}: there is no such folder; the installed one: {SHIPPED}")
    return Path(value)


@click.command("simulate")
@click.argument("old", callback=_packs)
@click.argument("new", callback=_packs)
@format_option(table="for people", jsonl="a line a changed message")
@export_options
def command(
    old: Path,
    new: Path,
    export: Path,
    form: str,
    output: Path | None,
    workers: int | None,
    since: datetime | None,
    policy: tuple[str, ...],
    config: Path | None,
    rules_alone: bool,
) -> None:
    """Judge every message of EXPORT by the OLD rules and the NEW, and show what changes.

    OLD and NEW are folders of rule packs; the word `shipped` stands for the installed ones. Exit
    code 0 with or without changes, 2 where the rules or the export cannot be used.
    """
    with export_input(export, policy, config, since, output, rules_alone) as opened:
        _simulate(opened, (old, new), form, output, workers or opened.usual_workers())


def _simulate(
    opened: ExportInput, packs: tuple[Path, Path], form: str, output: Path | None, workers: int
) -> None:
    opened.warn_unlisted()
    shifts = Shifts()
    kept: list[Change] = []
    several = [opened.terms(folder) for folder in packs]
    shown = sys.stderr.isatty() and (output is not None or form == "table")
    with open_output(output) as stream, progress_bar(shown) as progress:
        for old, new in judge_under(opened.messages(progress), several, workers):
            changes = list(compare(old, new))
            shifts.add(old, new, changes)
            if form == "jsonl":
                stream.writelines(json_line(change, opened.source) for change in changes)
            else:
                kept += changes
        progress.stop()
        if form == "table":
            print_changes(kept, shifts, opened.source, table_console(stream))
    if form == "jsonl" or output is not None:
        click.echo(summary(shifts), err=True)
    opened.say_what_was_not_read(shifts.skipped)
