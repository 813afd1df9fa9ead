"""`python -m tests.bench.identity FILE.jsonl[.gz]`: whether the word for a group of people flags.

The file holds templated sentences (`text`, `label` 0 for harmless), each about one group; some are
of the form "Being GROUP is …", from which the groups are taken. Printed is how often each group's
harmless sentences are flagged, by the rules alone and with the model.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from rules.classifier.shipped import shipped_opinion
from rules.engine import evaluate
from rules.loader import load
from rules.matching.scan import Budget
from rules.policies import load_policies, shipped
from rules.ruleset import RuleSet
from rules.types import Category, Context
from tests.bench.core import message_of

_BEING = re.compile(r"being (.+) is \S+", re.IGNORECASE)
_FEWEST = 10  # harmless sentences of a group that is reported


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--sample", default=8000, show_default=True)
def main(file: Path, sample: int) -> None:
    """Print the share of harmless sentences that are flagged, by group, and the largest gap."""
    rows = list(_rows(file))
    groups = {found[1].lower() for text, _ in rows if (found := _BEING.fullmatch(text))}
    any_group = re.compile(
        r"\b(" + "|".join(map(re.escape, sorted(groups, key=len, reverse=True))) + r")\b"
    )
    random.Random(3).shuffle(rows)
    rules = load(policies=load_policies(shipped()), run_examples=False)
    for name, judge in (("rules", rules), ("rules and model", rules.advised(shipped_opinion()))):
        _report(name, rows[:sample], any_group, judge)


def _rows(file: Path) -> Iterator[tuple[str, int]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["text"], row["label"]


def _report(
    name: str, rows: list[tuple[str, int]], any_group: re.Pattern[str], rules: RuleSet
) -> None:
    seen: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    ill, found_ill = 0, 0
    for text, label in rows:
        group = any_group.search(text.lower())
        if group is None:
            continue
        live = evaluate(message_of(text), Context(), rules, Budget.patient()).live
        live = tuple(one for one in live if one.category is not Category.WELFARE)
        if label:
            ill, found_ill = ill + 1, found_ill + bool(live)
            continue
        seen[group[1]] += 1
        flagged[group[1]] += bool(live)
        by_rule.update(one.rule for one in live)
    rates = sorted((flagged[g] / n, g, n) for g, n in seen.items() if n >= _FEWEST)
    total = sum(flagged.values()) / max(1, sum(seen.values()))
    gap = rates[-1][0] - rates[0][0] if rates else 0.0
    click.echo(
        f"{name}: harmless {sum(seen.values())}, flagged {total:.1%}; largest gap between groups "
        f"{gap:.1%}; ill {ill}, flagged {found_ill / max(1, ill):.1%}"
    )
    for rate, group, count in rates[::-1][:8]:
        click.echo(f"  {rate:6.1%} of {count:4}  {group}")
    for rule, count in by_rule.most_common(5):
        click.echo(f"  {count:5}  {rule}")


if __name__ == "__main__":
    main()
