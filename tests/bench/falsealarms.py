"""`python -m tests.bench.falsealarms FILE.jsonl[.gz] …`: what the rules flag in ordinary talk.

Every line is an object with a `text`; where it has labels (`labels` or `label` not empty, and not
`authorized`), it is left out. With `--show` the flagged texts themselves are printed: use it only
on messages that you are allowed to read.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from rules.classifier.shipped import shipped_opinion
from rules.engine import evaluate
from rules.loader import load
from rules.matching.scan import Budget
from rules.policies import load_policies, shipped
from rules.ruleset import RuleSet
from rules.types import Category, Context, Finding, Message, MessageKey, Role, Tier

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NOTHING = Context()


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--sample", default=3000, show_default=True, help="Messages taken of each file.")
@click.option("--ids", default="", help="Only messages whose id begins so.")
@click.option(
    "--show",
    type=click.Choice([*(tier.value for tier in Tier), "all"]),
    help="Print what this tier flagged.",
)
@click.option("--rules-alone", is_flag=True, help="Leave the model out.")
def main(
    files: tuple[Path, ...], sample: int, ids: str, show: str | None, rules_alone: bool
) -> None:
    """Print, for each file, how many messages in a thousand are flagged, and by which rules."""
    rules = load(policies=load_policies(shipped()), run_examples=False)
    if not rules_alone:
        rules = rules.advised(shipped_opinion())
    for file in files:
        rows = [row for row in _rows(file) if str(row.get("id", "")).startswith(ids)]
        random.Random(0).shuffle(rows)
        _report(file, rows[:sample], rules, show)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("authorized") or not (row.get("labels") or row.get("label")):
                yield row


def _report(file: Path, rows: list[dict[str, Any]], rules: RuleSet, show: str | None) -> None:
    flagged: Counter[Tier] = Counter()
    by_rule: Counter[tuple[str, Tier]] = Counter()
    for row in rows:
        found = _live(row, rules)
        flagged.update({finding.tier for finding in found})
        by_rule.update({(finding.rule, finding.tier) for finding in found})
        if show and any(show in (finding.tier, "all") for finding in found):
            names = " ".join(sorted({f"{finding.rule}:{finding.tier}" for finding in found}))
            click.echo(f"  {names}\n    {row['text']!r}")
    rates = ", ".join(f"{tier} {1000 * flagged[tier] / max(1, len(rows)):.2f}" for tier in Tier)
    click.echo(f"{file.name}: {len(rows)} messages; flagged of a thousand: {rates}")
    for (rule, tier), count in by_rule.most_common():
        click.echo(f"  {count:5}  {tier:6}  {rule}")


def _live(row: dict[str, Any], rules: RuleSet) -> list[Finding]:
    message = Message(
        key=MessageKey("bench", "w", "c", str(row.get("id", ""))),
        author_id="u",
        text=row["text"],
        posted_at=_AT,
        author_role=Role(row.get("author_role", "unknown")),
    )
    found = evaluate(message, _NOTHING, rules, Budget.patient()).live
    return [finding for finding in found if finding.category is not Category.WELFARE]


if __name__ == "__main__":
    main()
