"""`hallmonitor rules`: list, show, lint and test the rule packs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli import pausing, shadow
from bot.cli.records import CONFIG, record_options
from bot.cli.ruleset import district_rules, fail, policies_of
from bot.process.pausing import pauses_of
from bot.store.port import RecordedPause
from rules.errors import ProblemsError
from rules.loader import PACKS, load, pack_files
from rules.policies import find_clause
from rules.ruleset import Rule, RuleSet
from rules.trials.advice import advice
from rules.types import Audience, RuleState

_PATH = click.argument(
    "path", type=click.Path(exists=True, path_type=Path), default=PACKS, required=False
)
_CONFIG = click.option("--config", type=click.Path(path_type=Path), default=CONFIG)


@click.group("rules")
def command() -> None:
    """Look at the rules, and hold them against their own examples."""


for added in (shadow.command, pausing.pause, pausing.exempt, pausing.resume, pausing.pauses):
    command.add_command(added)


@command.command("list")
@record_options
@click.option("--category", default="", help="Only the rules of this category.")
def list_rules(config: Path, data: Path, category: str) -> None:
    """List every rule, in the state that the settings and its pack give it; and what is paused."""
    ruleset = district_rules(config)
    paused, lines = pausing.told_pauses(config, data)
    table = Table(box=None, header_style="bold")
    for column in ("rule", "state", "kind", "severity", "tier", "audience", "clauses", "reason"):
        table.add_column(column, no_wrap=column == "rule")
    for rule in ruleset.rules:
        if category in ("", rule.category):
            table.add_row(*_row(rule, _state(rule, paused)))
    Console().print(table)
    for line in lines:
        click.echo(f"paused: {line}")


def _state(rule: Rule, paused: Sequence[RecordedPause]) -> str:
    everywhere = any(not one.covers.place for one in pauses_of(rule.id, paused))
    return "paused" if everywhere else rule.state


def _row(rule: Rule, state: str) -> tuple[str, ...]:
    clauses = ", ".join(rule.clauses)
    about = (state, rule.kind, rule.severity, rule.tier, rule.audience)
    return (rule.id, *about, clauses, rule.reason)


@command.command("show")
@_CONFIG
@click.argument("rule_id")
def show(config: Path, rule_id: str) -> None:
    """Print one rule: what it says, its examples and the clauses it stands for."""
    ruleset = district_rules(config)
    rule = ruleset.by_id.get(rule_id)
    if rule is None:
        near = sorted(other for other in ruleset.by_id if other.startswith(rule_id.split(".")[0]))
        raise click.ClickException(
            f"there is no rule {rule_id}. "
            + (f"There are: {', '.join(near)}" if near else "See `hallmonitor rules list`.")
        )
    for line in _described(rule, ruleset):
        click.echo(line)


def _described(rule: Rule, ruleset: RuleSet) -> list[str]:
    lines = [
        f"{rule.id} ({rule.kind}), {rule.file}:{rule.line}",
        f"  {rule.reason}",
        f"  severity {rule.severity}, tier {rule.tier}, right {rule.confidence:.0%} of the time",
    ]
    if rule.state is not RuleState.LIVE:
        lines.append(f"  in state {rule.state}: nobody is told of what it finds")
    if rule.audience is not Audience.ALL:
        lines.append(f"  for {rule.audience} only")
    for context in map(ruleset.contexts.__getitem__, rule.unless):
        where = "review only where" if context.lowers else "not where"
        lines.append(f"  {where}: {context.reason} ({context.id})")
    lines += [f"  quiet in {purpose} channels" for purpose in sorted(rule.quiet_in)]
    for cite in rule.clauses:
        clause = find_clause(cite, ruleset.policies)
        lines.append(f"  clause {cite}: {clause.title.en if clause else ''}")
    lines += ["  found in:", *(f"    {text}" for text in rule.match)]
    return [*lines, "  not found in:", *(f"    {text}" for text in rule.ignore)]


@command.command("lint")
@_PATH
def lint(path: Path) -> None:
    """Read packs without their examples: keys, references, patterns that cannot match or end."""
    _checked(path, run_examples=False, probe=True)


@command.command("test")
@_PATH
def test(path: Path) -> None:
    """Load packs and run every example of every rule."""
    _checked(path, run_examples=True, probe=False)


def _checked(path: Path, *, run_examples: bool, probe: bool) -> None:
    try:
        ruleset = load(path, policies=policies_of(()), run_examples=run_examples, probe=probe)
    except ProblemsError as error:
        click.echo(f"{len(error.problems)} faults:", err=True)
        fail(error, 1)
        raise
    examples = sum(len(rule.match) + len(rule.ignore) for rule in ruleset.rules)
    held = f", {examples} examples hold" if run_examples else ""
    click.echo(f"{len(ruleset.rules)} rules{held}.")
    if probe:
        for hint in advice(ruleset, pack_files(path) if path.is_dir() else [path]):
            click.echo(f"hint: {hint}")
