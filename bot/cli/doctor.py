"""`hallmonitor doctor`: looks everything over, and says how it is and what to do."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import structlog

from bot import settings as reading
from bot.bootstrap import platform
from bot.cli.db import keys_for
from bot.clock import SystemClock
from bot.platforms import Platform
from bot.settings import Secrets, Settings, SettingsError, start_problems
from bot.setup.findings import Finding, State, as_json, count, fault, ok, skipped, summary
from bot.setup.look_calls import look_at_calls
from bot.setup.look_model import look_at_model
from bot.setup.look_platforms import (
    find_person,
    look_at_clock,
    look_at_platform,
    send_test_notice,
)
from bot.setup.look_records import look_at_folder, look_at_records
from bot.setup.look_settings import look_at_rules, look_at_secrets, look_at_settings
from rules.loader import PACKS

COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAULT: "red", State.SKIPPED: None}


@click.command(name="doctor")
@click.option("--config", type=click.Path(path_type=Path), default=Path("hallmonitor.toml"))
@click.option("--data", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
@click.option("--notice", metavar="PERSON", help="Also send a test note to this person: yourself.")
@click.option("--json", "json_", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def command(packs: Path | None, config: Path, data: Path, notice: str | None, json_: bool) -> None:
    """Look over settings, secrets, records, disk, clock and platforms; say what to do.

    Changes nothing and works beside a running bot. Exit code 0: all is well or there are only
    warnings; 1: there are faults; 2: the settings cannot be read, so little could be looked at.
    """
    show = (lambda finding: None) if json_ else _show
    findings: list[Finding] = []

    async def look(chosen: Settings) -> None:
        async for finding in _look(chosen, config, data, notice, packs or PACKS):
            findings.append(finding)
            show(finding)

    try:
        chosen = reading.read(config)
    except SettingsError as error:
        findings += _unreadable(error, config)
        for finding in findings:
            show(finding)
    else:
        with _quiet():
            asyncio.run(look(chosen))
    click.echo(as_json(findings) if json_ else summary(findings))
    if findings[0].state is State.FAULT:
        sys.exit(2)
    sys.exit(1 if count(findings, State.FAULT) else 0)


def _unreadable(error: SettingsError, config: Path) -> list[Finding]:
    if not config.exists():
        return [
            fault("settings", f"There is no {config}.", "Write one: hallmonitor init"),
            skipped("rest", "Everything else waits for the settings."),
        ]
    return [
        fault(
            "settings",
            f"{problem.file}:{problem.line}: {problem.what}.",
            problem.remedy or "See docs/settings.md.",
        )
        for problem in error.problems
    ] + [skipped("rest", "Everything else waits for the settings.")]


async def _look(
    chosen: Settings, config: Path, data: Path, notice: str | None, packs: Path
) -> AsyncIterator[Finding]:
    """Every finding as soon as it is made; the rules come last, they take longest to load."""
    secrets = Secrets.read(os.environ)
    yield ok("settings", f"{config} is in order.")
    for finding in look_at_settings(chosen):
        yield finding
    for finding in look_at_secrets(chosen, secrets):
        yield finding
    for finding in look_at_folder(data):
        yield finding
    for finding in await look_at_records(data, keys_for(data, os.environ), SystemClock().now()):
        yield finding
    for finding in await look_at_calls(data, keys_for(data, os.environ), chosen):
        yield finding
    async for finding in _look_outside(chosen, secrets, notice):
        yield finding
    for finding in look_at_model(chosen, data, secrets.model_key):
        yield finding
    for finding in look_at_rules(chosen, packs):
        yield finding


async def _look_outside(
    chosen: Settings, secrets: Secrets, notice: str | None
) -> AsyncIterator[Finding]:
    """The platforms; each is looked at whatever is wrong with another."""
    clock = SystemClock()
    missing = start_problems(chosen, secrets)
    ready: list[Platform] = []
    for name in ("slack", "discord"):
        if not chosen.workspaces(name):
            continue
        if any(problem.startswith(name.upper()) for problem in missing):
            yield skipped(name, "Not asked: its secrets are not set as they should be.")
            continue
        ready.append(platform(name, chosen, secrets, clock))
        for finding in await look_at_platform(ready[-1]):
            yield finding
        yield await look_at_clock(ready[-1].address, clock)
    if notice is not None:
        yield await _send(notice, ready, chosen)


async def _send(notice: str, ready: list[Platform], chosen: Settings) -> Finding:
    try:
        person = find_person(notice, chosen)
    except ValueError as error:
        return fault("notice", f"{error}.", "Correct --notice.")
    return await send_test_notice(person, ready, chosen)


@contextmanager
def _quiet() -> Iterator[None]:
    """No logs meanwhile: what they would say stands in the findings."""
    before = structlog.get_config()
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=silent, cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _show(finding: Finding) -> None:
    state = click.style(f"{finding.state.value:8}", fg=COLOURS[finding.state])
    click.echo(f"{state} {finding.name}: {finding.what}")
    if finding.remedy:
        click.echo(f"{'':8} -> {finding.remedy}")
