"""`--as`: in whose name a command acts, as it stands on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class _Actor(click.ParamType[str]):
    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        who = value.strip()
        if not who or not who.isprintable():
            self.fail("it names nobody; write who acts, as administrators know them", param, ctx)
        return f"cli:{who}"


def acting(text: str, *, required: bool = True) -> Callable[[F], F]:
    """The option `--as NAME`: `actor` is who acts, as the audit names them; None if not said.

    A name of blanks, as an unset variable of a shell leaves it, ends the command with exit code 2.
    """
    return click.option("--as", "actor", type=_Actor(), required=required, help=text)
