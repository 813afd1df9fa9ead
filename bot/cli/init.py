"""`hallmonitor init`: asks what a district decides, and writes the files that follow from it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from bot.bootstrap import shipped_slack_manifest
from bot.setup import next_steps, slack_app
from bot.setup.answers import Answers
from bot.setup.checks import AnswerError
from bot.setup.questions import QUESTIONS, Question
from bot.setup.settings_text import settings_text
from bot.setup.written import text_of_json, write


def _options(function: click.decorators.FC) -> click.decorators.FC:
    """One option for every question, so that a script can answer them all."""
    for question in reversed(QUESTIONS):
        many = " (several with commas)" if question.many else ""
        function = click.option(f"--{question.name}", help=f"{question.ask}{many}.")(function)
    return function


@click.command(name="init")
@click.option("--config", type=click.Path(path_type=Path), default=Path("hallmonitor.toml"))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    default=Path("slack-manifest.json"),
    show_default=True,
    help="Where the Slack app's manifest is written.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing: every answer comes as an option.")
@click.option("--force", is_flag=True, help="Write over files that are there already.")
@_options
def command(config: Path, manifest: Path, no_input: bool, force: bool, **given: str | None) -> None:
    """Ask what the district decides; write hallmonitor.toml and what connects the platforms.

    Nothing is sent anywhere, and no secret is asked for or written.
    """
    if not _may_write(config, force=force, no_input=no_input):
        _stop([f"{config} was left as it is, and nothing was written"])
    answers = Answers()
    options = {name.replace("_", "-"): text for name, text in given.items()}
    if no_input:
        _take(options, answers)
    else:
        click.echo("Enter takes the answer in brackets; Ctrl-C stops, and nothing is written.")
        for question in QUESTIONS:
            if question.when(answers):
                answers.put(question.name, _ask(question, options[question.name], answers))
    files = {config: settings_text(answers)}
    if answers.has("slack") and _may_write(manifest, force=force, no_input=no_input):
        files[manifest] = text_of_json(_manifest(answers))
    for path, text in files.items():
        try:
            write(path, text)
        except OSError as error:
            _stop([f"{path} cannot be written: {error.strerror}"])
    click.echo(f"\nWritten: {' and '.join(map(str, files))}.")
    for line in next_steps.lines(answers, config, manifest):
        click.echo(line)


def _take(options: dict[str, str | None], answers: Answers) -> None:
    """Every answer from its option; all that are missing or wrong are told at once."""
    faults = []
    for question in QUESTIONS:
        if not question.when(answers):
            continue
        text = options[question.name]
        text = question.default or "" if text is None else text
        try:
            answers.put(question.name, question.read(text, answers))
        except AnswerError as error:
            faults.append(f"--{question.name}: {error}")
    if faults:
        _stop(faults)


def _ask(question: Question, text: str | None, answers: Answers) -> tuple[str, ...]:
    """The option's answer, or asked for until it can be used."""
    if text is None and question.hint:
        click.secho(f"\n{question.hint}", dim=True)
    while True:
        if text is None:
            shown = bool(question.default)
            default = "" if question.default is None else question.default
            text = click.prompt(question.ask, default=default, show_default=shown)
        try:
            return question.read(text, answers)
        except AnswerError as error:
            click.echo(f"  {error}.\n  Please try again.")
            text = None


def _manifest(answers: Answers) -> dict[str, object]:
    groups = ("slack-staff-groups", "slack-student-groups", "moderator-groups")
    domains = ("slack-staff-domains", "slack-student-domains")
    spare = slack_app.spare_scopes(
        groups=any(answers.many(name) for name in groups),
        domains=any(answers.many(name) for name in domains),
    )
    return slack_app.manifest(shipped_slack_manifest(), spare, answers.one("slack-url"))


def _may_write(path: Path, *, force: bool, no_input: bool) -> bool:
    """Whether the file is not there, or somebody says that it may be written over."""
    if force or not path.exists():
        return True
    if no_input:
        _stop([f"{path} is there already: --force writes over it"])
    return click.confirm(f"{path} is there already. Write over it?", default=False)


def _stop(faults: list[str]) -> NoReturn:
    for fault in faults:
        click.echo(f"hallmonitor: {fault}", err=True)
    sys.exit(2)
