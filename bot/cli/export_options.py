"""What is typed after a command that judges an export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

_OLDEST = 2000


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> datetime | None:
    if value is not None and value.year < _OLDEST:
        raise click.BadParameter("no export is that old; write a day such as 2025-01-06")
    return value


_OPTIONS = (
    click.argument("export", type=click.Path(path_type=Path)),
    click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file, readable by you alone, instead of standard output.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        help="Processes that judge; default: by the size of the export. Results are the same.",
    ),
    click.option(
        "--since",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        callback=_day,
        help="Only messages from this day on, such as 2025-01-06.",
    ),
    click.option("--policy", multiple=True, help="A shipped policy's id or a file; default: all."),
    click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        help="hallmonitor.toml: roles, channel purposes, thresholds, time zone and policies.",
    ),
    click.option("--rules-alone", is_flag=True, help="Leave the model out."),
)
F = TypeVar("F", bound=Callable[..., Any])


def export_options(function: F) -> F:
    """The export and the options that every command on one takes."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
