"""`--as`: nothing goes on record in nobody's name."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli.__main__ import main
from bot.cli.acting import acting


def on_record(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command that takes `--as`, as typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from on_record(command, *path, name)
        elif any("--as" in option.opts for option in command.params):
            yield (*path, name)


COMMANDS = list(on_record(main))  # type: ignore[arg-type]


def test_the_commands_are_found() -> None:
    """Those that decide, pause, authorise, link, reveal, read the audit and tune."""
    assert {
        ("flags", "confirm"),
        ("flags", "reveal"),
        ("appeals", "enter"),
        ("audit",),
        ("model", "fit"),
        ("people", "unlink"),
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", ["", " ", "\t", "a\x1b[2Jb"])
def test_a_name_that_names_nobody_is_refused(command: tuple[str, ...], name: str) -> None:
    """As a shell leaves it where a variable is not set."""
    result = CliRunner().invoke(main, [*command, "--as", name])

    assert result.exit_code == 2
    assert "'--as': it names nobody" in result.output


@pytest.mark.parametrize("typed", ["ortiz", " ortiz "])
def test_who_acts_is_named_as_in_the_audit(typed: str) -> None:
    """By a name at the keyboard, without the blanks around it."""

    @click.command
    @acting("Who.")
    def command(actor: str) -> None:
        click.echo(actor)

    assert CliRunner().invoke(command, ["--as", typed]).output == "cli:ortiz\n"
