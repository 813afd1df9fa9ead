"""`hallmonitor settings`: check the settings file, and print its JSON Schema for editors."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from bot import settings
from bot.settings.shapes import SettingsFile


def schema() -> dict[str, Any]:
    """The JSON Schema of `hallmonitor.toml`, generated from its types."""
    described: dict[str, Any] = msgspec.json.schema(SettingsFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


@click.group(name="settings")
def command() -> None:
    """Check hallmonitor.toml, or print its JSON Schema."""


@command.command("check")
@click.option("--config", type=click.Path(path_type=Path), default=Path("hallmonitor.toml"))
def check(config: Path) -> None:
    """Name every fault of the settings file with its line; exit 2 if there is one."""
    try:
        settings.read(config)
    except settings.SettingsError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(2)
    click.echo(f"{config}: in order")


@command.command("schema")
def print_schema() -> None:
    """Print the JSON Schema, so that an editor completes and checks the file."""
    click.echo(json.dumps(schema(), indent=2))
