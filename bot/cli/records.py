"""What the commands on records share: their options, and opening the records for a moment."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from bot import settings
from bot.bootstrap import data_keys
from bot.clock import SystemClock
from bot.engine.embedded import EmbeddedEngine
from bot.loading import load_rules
from bot.ports import IntakeError
from bot.review import Review
from bot.settings import Secrets, Settings
from bot.store.folder import DATABASE
from bot.store.port import Store, StoreError
from bot.store.sqlite import open_store
from bot.texts.masking import Masker
from bot.texts.words import Words
from bot.times import in_words
from rules.errors import ProblemsError

F = TypeVar("F", bound=Callable[..., Any])
CONFIG = Path("hallmonitor.toml")


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a data folder, open beside whatever bot may be running on it."""

    data: Path
    settings: Settings
    store: Store
    review: Review

    def when(self, at: datetime) -> str:
        """A moment, in the district's zone."""
        return in_words(at, self.settings.timezone)

    def words(self) -> Words:
        """What a running bot writes cards with; loads the rules, which takes seconds."""
        ruleset, policies = load_rules(self.settings, examples=False, data=self.data)
        lang = self.settings.file.district.language
        return Words(self.settings, policies, Masker(ruleset), lang)


def record_options(function: F) -> F:
    """`--config` and `--data`, as every command on records takes them."""
    options = [
        click.option("--config", type=click.Path(path_type=Path), default=CONFIG),
        click.option("--data", type=click.Path(path_type=Path), default=Path("var")),
    ]
    for option in options:
        function = option(function)
    return function


def settings_for(config: Path) -> Settings:
    """The settings of this file; where there is none, the playground's."""
    if config.exists():
        return settings.read(config)
    return settings.read(settings.PLAYGROUND, "the playground's settings")


def _exists(data: Path) -> None:
    if not (data / DATABASE).is_file():  # none is made where somebody mistook the folder
        raise StoreError(f"there are no records in {data}; choose the folder with --data")


async def open_records(
    config: Path, data: Path, work: Callable[[Records], Awaitable[None]]
) -> None:
    """Run `work` on the records; what cannot be read is told in one line, exit 2."""
    store = None
    try:
        chosen = settings_for(config)
        _exists(data)
        secrets = Secrets.read(os.environ)
        store = open_store(data, data_keys(chosen, secrets, data), beside=True)
        clock = SystemClock()
        review = Review(store, EmbeddedEngine(store, clock), chosen, clock)
        await work(Records(data, chosen, store, review))
    except (StoreError, ProblemsError, IntakeError) as error:
        for line in str(error).splitlines():
            click.echo(f"hallmonitor: {line}", err=True)
        sys.exit(2)
    finally:
        if store is not None:
            await store.close()
