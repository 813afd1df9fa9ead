"""`hallmonitor scan`: judge an export of a workspace, and report what stands in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.archive import Export, UnusableArchiveError, open_archive
from bot import settings
from bot.cli.ruleset import fail
from bot.clock import SystemClock
from bot.reports.judging import Terms, WorkersError, judge_all
from bot.reports.scan import Source, Tally
from bot.reports.scan_output import FORMATS, open_output
from rules.errors import ProblemsError
from rules.policies import Policy, load_policies, shipped
from rules.types import Message

_SMALL = 300  # members: an export so small is judged before a worker process has started
_MOST_WORKERS = 8
_MOST_DAMAGE = 20  # lines on the terminal; the HTML report lists more


@click.command("scan")
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="table, html: for people. jsonl, csv: a line a finding, for programs.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, readable by you alone, instead of standard output.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that judge; default: by the size of the export. Results are the same.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only messages from this day on, such as 2025-01-06.",
)
@click.option("--policy", multiple=True, help="A shipped policy's id or a file; default: all.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="hallmonitor.toml: roles, channel purposes, thresholds, time zone and policies.",
)
def command(
    export: Path,
    form: str,
    output: Path | None,
    workers: int | None,
    since: datetime | None,
    policy: tuple[str, ...],
    config: Path | None,
) -> None:
    """Judge every message of EXPORT: a Slack export, or DiscordChatExporter's JSON files.

    Damaged parts are named and skipped. Exit code 0 with or without findings, 2 where the export
    cannot be used.
    """
    try:
        rules = settings.read(config) if config else None
        names = policy or (tuple(rules.file.policies) if rules else shipped())
        policies = load_policies(names)
        opened = open_archive(export)
        try:
            scan = _Scan(opened, export, rules, names, policies, since)
            scan.run(form, output, workers)
        finally:
            opened.close()
    except ProblemsError as error:
        fail(error, 2)
    except (UnusableArchiveError, WorkersError) as error:
        click.echo(f"{export}: {error}", err=True)
        raise SystemExit(2) from None
    except OSError as error:
        if output is None:
            raise
        click.echo(f"{output}: cannot be written: {error.strerror}", err=True)
        raise SystemExit(2) from None


class _Scan:
    """One run over one export."""

    def __init__(
        self,
        opened: Export,
        path: Path,
        rules: settings.Settings | None,
        names: tuple[str, ...],
        policies: tuple[Policy, ...],
        since: datetime | None,
    ) -> None:
        zone = rules.timezone if rules else UTC
        self._export = opened
        self._settings = rules
        self._since = since.replace(tzinfo=zone) if since else None
        self._damage = list(opened.damage)
        self._source = Source(
            path.resolve().name.removesuffix(".zip"), opened.channels, opened.people, policies, zone
        )
        self._terms = Terms(names)
        if rules:
            self._terms = Terms(names, rules.thresholds, rules.file.context.minutes)

    def run(self, form: str, output: Path | None, workers: int | None) -> None:
        """Judge, report, and say on stderr what was read and what was not."""
        self._warn_unlisted()
        tally = Tally()
        count = workers or self._usual_workers()
        shown = sys.stderr.isatty() and (output is not None or form in ("table", "html"))
        with open_output(output) as stream, _progress(shown) as progress:
            writer = FORMATS[form](stream, self._source)
            for judged in judge_all(self._messages(progress), self._terms, count):
                tally.add(judged, self._source)
                writer.add(judged.hits)
            progress.stop()
            writer.finish(tally, [str(damage) for damage in self._damage], SystemClock().now())
        self._say_what_was_read(tally)

    def _messages(self, progress: Progress) -> Iterator[Message]:
        """The export's messages with what the settings tell of author and channel."""
        task = progress.add_task("Scanning", total=self._export.size)
        for portion in self._export.portions(self._since):
            self._damage += portion.damage
            for message in portion.messages:
                if self._settings is None:
                    yield message
                    continue
                yield replace(
                    message,
                    author_role=self._settings.role_of(message),
                    channel_purpose=self._settings.purpose_of(message),
                )
            progress.advance(task)

    def _usual_workers(self) -> int:
        if self._export.size < _SMALL:
            return 1
        return min(os.cpu_count() or 1, _MOST_WORKERS)

    def _warn_unlisted(self) -> None:
        export = self._export
        if self._settings and not self._settings.workspace(export.platform, export.workspace):
            click.echo(
                f"The settings list no {export.platform} workspace {export.workspace}: "
                "roles are unknown and every channel is general.",
                err=True,
            )

    def _say_what_was_read(self, tally: Tally) -> None:
        click.echo(
            f"{tally.messages:,} messages read; {tally.findings:,} findings "
            f"in {tally.flagged:,} of them.",
            err=True,
        )
        if tally.skipped:
            count = tally.skipped.total()
            click.echo(f"{count:,} times a rule ran out of time: not clean for sure.", err=True)
        if self._damage:
            click.echo(f"{len(self._damage):,} parts could not be read:", err=True)
        for damage in self._damage[:_MOST_DAMAGE]:
            click.echo(f"  {damage}", err=True)
        if len(self._damage) > _MOST_DAMAGE:
            click.echo(f"  and {len(self._damage) - _MOST_DAMAGE:,} more", err=True)


def _progress(shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )
