"""`hallmonitor`: the commands, loaded one by one so that each starts quickly."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

# Command -> the module of bot.cli that defines it as `command`.
COMMANDS: Mapping[str, str] = {
    "init": "init",
    "doctor": "doctor",
    "run": "run",
    "check": "check",
    "scan": "scan",
    "simulate": "simulate",
    "rules": "rules",
    "flags": "flags",
    "appeals": "appeals",
    "authorise": "authorise",
    "people": "people",
    "deliveries": "deliveries",
    "model": "model",
    "audit": "audit",
    "db": "db",
    "settings": "settings",
    "policy": "policy",
}


class Commands(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, or None."""
        if name not in COMMANDS:
            return None
        command = import_module(f"bot.cli.{COMMANDS[name]}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hallmonitor")
def main() -> None:
    """Hall Monitor: moderation for school Slack workspaces and Discord servers."""
    # Imported here, so that the list of commands is shown without it.
    from bot import logs

    logs.configure()


if __name__ == "__main__":
    main()
