"""`--format`, as every command takes it that writes for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def format_option(**forms: str) -> Callable[[F], F]:
    """The option, given to the command as `form`: each form and whom it is for, the usual first."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(list(forms)),
        default=next(iter(forms)),
        show_default=True,
        help=" ".join(f"{form}: {whom}." for form, whom in forms.items()),
    )
