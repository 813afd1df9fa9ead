"""`hallmonitor check`: judge texts without a platform, a database or any configuration."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bot import settings
from bot.cli.check_input import BadLineError, Case, read_case
from bot.cli.explain import explain
from bot.cli.formats import format_option
from bot.cli.ruleset import NO_MODEL, fail, ruleset_of
from bot.reports.records import finding_record
from bot.settings.shapes import Model, SettingsFile
from bot.texts.masking import Masker
from rules.engine import evaluate
from rules.errors import ProblemsError
from rules.loader import NO_STATES
from rules.ruleset import RuleSet
from rules.types import Context, Finding, Skip

Judged = tuple[Finding, int | None]


@click.command("check")
@click.argument("text", nargs=-1)
@format_option(text="for people", jsonl="one JSON object per line in, one per line out")
@click.option("--policy", multiple=True, help="A shipped policy's id or a file; default: all.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="hallmonitor.toml")
@click.option("--rules-alone", is_flag=True, help="Leave the model out.")
@click.option("--explain", "with_reasons", is_flag=True, help="Say why, in plain sentences.")
def command(
    text: tuple[str, ...],
    form: str,
    policy: tuple[str, ...],
    config: Path | None,
    with_reasons: bool,
    rules_alone: bool,
) -> None:
    """Judge TEXT, or what comes on standard input (text: one message per line; jsonl)."""
    file = _settings_file(config) if config else None
    states = file.rules.states if file else NO_STATES
    model = NO_MODEL if rules_alone else file.model if file else Model()
    ruleset = ruleset_of(policy or (file.policies if file else ()), states, model)
    if form == "jsonl":
        sys.exit(_check_lines(ruleset, with_reasons))
    texts = text or [line.decode(errors="replace") for line in _lines()]
    for number, one in enumerate(texts, start=1):
        case = read_case(json.dumps({"id": None, "text": one}))
        prefix = f"{number}. " if len(texts) > 1 else ""
        judged, skipped = _judge(case, ruleset)
        findings = [finding for finding, _ in judged]
        for line in explain(one, findings, skipped, Masker(ruleset), full=with_reasons):
            click.echo(prefix + line)
            prefix = " " * len(prefix)


def _settings_file(config: Path) -> SettingsFile:
    """Its policies, the states of rules and the model matter here, and nothing else."""
    try:
        return settings.read(config).file
    except ProblemsError as error:
        fail(error, 2)
        raise


def _check_lines(ruleset: RuleSet, with_reasons: bool) -> int:
    """Answer every input line with one output line, in order; 2 if any of them was bad."""
    code = 0
    for number, line in enumerate(_lines(), start=1):
        try:
            case = read_case(line)
            answer = _answer(case, ruleset, with_reasons)
        except BadLineError as error:
            answer = {"id": error.id, "line": number, "error": str(error)}
            code = 2
        sys.stdout.buffer.write(_encoded(answer) + b"\n")
        sys.stdout.buffer.flush()
    return code


def _encoded(answer: dict[str, Any]) -> bytes:
    """JSON in UTF-8; half a surrogate pair in an id stays the escape that it came as."""
    return json.dumps(answer, ensure_ascii=False).encode(errors="backslashreplace")


def _lines() -> Iterator[bytes]:
    """Lines of standard input, ended by a newline character only; U+2028 is text."""
    for line in sys.stdin.buffer:
        yield line.removesuffix(b"\n")


def _judge(case: Case, ruleset: RuleSet) -> tuple[list[Judged], list[Skip]]:
    """Judge each message with those before it as its context."""
    judged: list[Judged] = []
    skipped: dict[Skip, None] = {}
    for index, message in enumerate(case.messages):
        verdict = evaluate(message, Context(recent=case.messages[:index]), ruleset)
        at = index if case.conversation else None
        judged += [
            (finding, finding.message_index if finding.message_index is not None else at)
            for finding in verdict.findings
        ]
        skipped.update(dict.fromkeys(verdict.skipped))
    return judged, list(skipped)


def _answer(case: Case, ruleset: RuleSet, with_reasons: bool) -> dict[str, Any]:
    judged, skipped = _judge(case, ruleset)
    return {
        "id": case.id,
        "findings": [_record(finding, index, with_reasons) for finding, index in judged],
        "skipped": [{"rule": skip.rule, "reason": skip.reason} for skip in skipped],
    }


def _record(finding: Finding, index: int | None, with_reasons: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        **finding_record(finding),
        "suppressed": finding.suppressed.value if finding.suppressed else None,
    }
    if index is not None:
        record["message_index"] = index
    if with_reasons:
        record["explanation"] = finding.explanation
        record["cleared_by"] = finding.cleared_by
        record["earlier"] = list(finding.earlier)
        record["parts"] = [
            {"label": part.label, "start": part.start, "end": part.end} for part in finding.parts
        ]
    return record
