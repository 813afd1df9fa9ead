"""What commands share that judge an export: its messages, and what was not read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.archive import Damage, Export, UnusableArchiveError, open_archive
from bot import settings
from bot.cli.ruleset import NO_MODEL, fail
from bot.reports.judging import Skipped, Terms, WorkersError, of_models
from bot.reports.scan import Source
from bot.settings.shapes import Model
from rules.errors import ProblemsError
from rules.loader import PACKS
from rules.policies import load_policies, shipped
from rules.types import Message

_SMALL = 300  # members: an export so small is judged before a worker process has started
_MOST_WORKERS = 8
_MOST_DAMAGE = 20  # lines on the terminal; the HTML report lists more


class ExportInput:
    """An open export under a district's settings, or under none."""

    def __init__(
        self,
        opened: Export,
        path: Path,
        rules: settings.Settings | None,
        names: tuple[str, ...],
        since: datetime | None,
        model: Model,
    ) -> None:
        zone = rules.timezone if rules else UTC
        self._export = opened
        self._settings = rules
        self._names = names
        self._model = model
        self._since = since.replace(tzinfo=zone) if since else None
        self.damage: list[Damage] = list(opened.damage)
        self.source = Source(
            path.resolve().name.removesuffix(".zip"),
            opened.channels,
            opened.people,
            load_policies(names),
            zone,
        )

    def terms(self, packs: Path = PACKS) -> Terms:
        """How its messages are judged by these packs."""
        if self._settings is None:
            return Terms(self._names, packs=packs, model=self._model)
        file = self._settings.file
        return Terms(
            self._names,
            self._settings.thresholds,
            file.context.minutes,
            packs,
            file.rules.states,
            self._model,
            settings.Secrets.read(os.environ).model_key,
        )

    def messages(self, progress: Progress) -> Iterator[Message]:
        """The export's messages with what the settings tell of author and channel."""
        task = progress.add_task("Scanning", total=self._export.size)
        for portion in self._export.portions(self._since):
            self.damage += portion.damage
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

    def usual_workers(self) -> int:
        """How many processes suit its size."""
        if self._export.size < _SMALL:
            return 1
        return min(os.cpu_count() or 1, _MOST_WORKERS)

    def warn_unlisted(self) -> None:
        """Say on stderr that the settings know nothing of this workspace."""
        export = self._export
        if self._settings and not self._settings.workspace(export.platform, export.workspace):
            click.echo(
                f"The settings list no {export.platform} workspace {export.workspace}: "
                "roles are unknown and every channel is general.",
                err=True,
            )

    def say_what_was_not_read(self, skipped: Skipped) -> None:
        """Say on stderr which parts are damaged, and how often a rule or a model was left out."""
        unread = of_models(skipped).total()
        late = skipped.total() - unread
        if late:
            click.echo(f"{late:,} times a rule ran out of time: not clean for sure.", err=True)
        if unread:
            what = "gave no answer or read the beginning alone: the rules judged all of it"
            click.echo(f"{unread:,} times a model {what}.", err=True)
        if self.damage:
            click.echo(f"{len(self.damage):,} parts could not be read:", err=True)
        for damage in self.damage[:_MOST_DAMAGE]:
            click.echo(f"  {damage}", err=True)
        if len(self.damage) > _MOST_DAMAGE:
            click.echo(f"  and {len(self.damage) - _MOST_DAMAGE:,} more", err=True)


@contextmanager
def export_input(
    path: Path,
    policy: tuple[str, ...],
    config: Path | None,
    since: datetime | None,
    output: Path | None,
    rules_alone: bool,
) -> Iterator[ExportInput]:
    """Open the export; what goes wrong within leaves with exit code 2 and a line that says why."""
    try:
        rules = settings.read(config) if config else None
        names = policy or (tuple(rules.file.policies) if rules else shipped())
        load_policies(names)  # a wrong one is told before the export is opened
        opened = open_archive(path)
        try:
            model = NO_MODEL if rules_alone else rules.file.model if rules else Model()
            yield ExportInput(opened, path, rules, names, since, model)
        finally:
            opened.close()
    except ProblemsError as error:
        fail(error, 2)
    except (UnusableArchiveError, WorkersError) as error:
        click.echo(f"{path}: {error}", err=True)
        raise SystemExit(2) from None
    except OSError as error:
        if output is None:
            raise
        click.echo(f"{output}: cannot be written: {error.strerror}", err=True)
        raise SystemExit(2) from None


def progress_bar(shown: bool) -> Progress:
    """A bar on stderr that leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )
