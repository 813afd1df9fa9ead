"""`hallmonitor policy`: what is read, kept, by whom reviewed and how long."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot import settings
from bot.texts.policy_text import policy_text
from rules.errors import ProblemsError
from rules.messages import LANGUAGES
from rules.policies import load_policies


@click.command(name="policy")
@click.option("--config", type=click.Path(path_type=Path), default=Path("hallmonitor.toml"))
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the district's language.")
def command(config: Path, lang: str | None) -> None:
    """Print what is read, kept, by whom reviewed and how long: a text to pin in a channel.

    `/hallmonitor policy` answers with the same text.
    """
    try:
        chosen = settings.read(config)
        policies = load_policies(chosen.file.policies)
    except ProblemsError as error:
        for problem in error.problems:
            click.echo(f"hallmonitor: {problem}", err=True)
        sys.exit(2)
    click.echo(policy_text(chosen, policies, lang or chosen.file.district.language))
