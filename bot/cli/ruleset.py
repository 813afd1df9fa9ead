"""What commands share when they need the rules: loading them, or saying why that cannot be done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import settings
from bot.loading import load_rules
from bot.model.opinions import opinion_of
from bot.settings import Secrets
from bot.settings.shapes import Model
from rules.errors import ProblemsError
from rules.loader import NO_STATES, States, load
from rules.policies import load_policies, shipped
from rules.ruleset import RuleSet

if TYPE_CHECKING:
    from rules.policies import Policy


NO_MODEL = Model(use="none")


def fail(error: ProblemsError, code: int) -> None:
    """Print one line per problem to stderr and leave with this exit code."""
    for problem in error.problems:
        click.echo(str(problem), err=True)
    raise SystemExit(code)


def policies_of(names: Sequence[str]) -> tuple[Policy, ...]:
    """The policies of these ids or files; all shipped ones if none is named."""
    return load_policies(names or shipped())


def ruleset_of(
    names: Sequence[str], states: States = NO_STATES, model: Model = NO_MODEL
) -> RuleSet:
    """The rules held against these policies, with this model beside them.

    Leaves with exit code 2 and the faults if any.
    """
    try:
        ruleset = load(policies=policies_of(names), run_examples=False, states=states)
        opinion = opinion_of(model, key=Secrets.read(os.environ).model_key)
        return ruleset.advised(opinion) if opinion else ruleset
    except ProblemsError as error:
        fail(error, 2)
        raise


def district_rules(config: Path) -> RuleSet:
    """The rules as this settings file has them; as shipped where there is no such file."""
    if not config.exists():
        return ruleset_of(())
    try:
        return load_rules(settings.read(config), examples=False)[0]
    except ProblemsError as error:
        fail(error, 2)
        raise
