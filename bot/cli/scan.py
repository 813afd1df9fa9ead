"""`hallmonitor scan`: judge an export of a workspace, and report what stands in it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from bot.cli.export_input import ExportInput, export_input, progress_bar
from bot.cli.export_options import export_options
from bot.cli.formats import format_option
from bot.clock import SystemClock
from bot.reports.judging import judge_all
from bot.reports.scan import Tally
from bot.reports.scan_output import FORMATS, open_output


@click.command("scan")
@format_option(
    table="for people", html="for people", jsonl="a line a finding", csv="a line a finding"
)
@export_options
def command(
    export: Path,
    form: str,
    output: Path | None,
    workers: int | None,
    since: datetime | None,
    policy: tuple[str, ...],
    config: Path | None,
    rules_alone: bool,
) -> None:
    """Judge every message of EXPORT: a Slack export, or DiscordChatExporter's JSON files.

    Damaged parts are named and skipped. Exit code 0 with or without findings, 2 where the export
    cannot be used.
    """
    with export_input(export, policy, config, since, output, rules_alone) as opened:
        _scan(opened, form, output, workers or opened.usual_workers())


def _scan(opened: ExportInput, form: str, output: Path | None, workers: int) -> None:
    """Judge, report, and say on stderr what was read and what was not."""
    opened.warn_unlisted()
    tally = Tally()
    shown = sys.stderr.isatty() and (output is not None or form in ("table", "html"))
    with open_output(output) as stream, progress_bar(shown) as progress:
        writer = FORMATS[form](stream, opened.source)
        for judged in judge_all(opened.messages(progress), opened.terms(), workers):
            tally.add(judged, opened.source)
            writer.add(judged.hits)
        progress.stop()
        writer.finish(tally, [str(damage) for damage in opened.damage], SystemClock().now())
    click.echo(
        f"{tally.messages:,} messages read; {tally.findings:,} findings "
        f"in {tally.flagged:,} of them.",
        err=True,
    )
    opened.say_what_was_not_read(tally.skipped)
