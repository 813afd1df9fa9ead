"""What a change of rules would do, as lines: a table for the terminal, JSONL for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.reports.records import finding_record
from bot.reports.scan import Source
from bot.reports.simulation import Change, Shifts, Step
from rules.policies import find_clause
from rules.types import Tier

STEPS: Mapping[Step, str] = {
    (None, Tier.ACT): "newly act",
    (None, Tier.REVIEW): "newly review",
    (Tier.ACT, None): "no longer act",
    (Tier.REVIEW, None): "no longer review",
    (Tier.ACT, Tier.REVIEW): "act to review",
    (Tier.REVIEW, Tier.ACT): "review to act",
}
_SAME = "in the same tier with other findings"
_STYLES: Mapping[Step, str] = {(None, Tier.ACT): "bold red", (Tier.REVIEW, Tier.ACT): "bold red"}


def summary(shifts: Shifts) -> str:
    """The counts of messages in one line."""
    lowered = shifts.whole[Tier.ACT, Tier.REVIEW]
    raised = shifts.whole[Tier.REVIEW, Tier.ACT]
    return (
        f"{shifts.messages:,} messages: {shifts.flagged:,} newly flagged, "
        f"{shifts.cleared:,} no longer flagged, {lowered:,} from act to review, "
        f"{raised:,} from review to act, {shifts.moved:,} {_SAME}."
    )


def json_line(change: Change, source: Source) -> str:
    """One changed message as a line of JSONL; the excerpt is masked, the author is an id."""
    hit = change.hit
    before, after = change.step
    line = {
        **source.place(hit),
        "tier_old": before,
        "tier_new": after,
        "findings_old": [finding_record(one.finding) for one in change.old],
        "findings_new": [finding_record(one.finding) for one in change.new],
        "excerpt": hit.excerpt,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def print_changes(
    changes: Sequence[Change], shifts: Shifts, source: Source, console: Console
) -> None:
    """Counts by clause and by rule, then the messages, oldest first within each channel."""
    console.print(Text(summary(shifts)))
    if not changes:
        return
    titles = {clause: _clause(clause, source) for clause in shifts.by_clause}
    console.print(_counts("Clause", shifts.by_clause, titles))
    console.print(_counts("Rule", shifts.by_rule, {}))
    table = Table(title="Messages", title_justify="left", expand=True, padding=(0, 1))
    table.add_column("Where and when", ratio=3)
    table.add_column("Who", ratio=2)
    table.add_column("What changes", ratio=5)
    table.add_column("Excerpt, masked", ratio=6)
    for change in changes:
        hit = change.hit
        table.add_row(
            Text(source.where_and_when(hit)),
            Text(hit.author_id),
            _what(change),
            Text(hit.excerpt),
        )
    console.print(table)


def _counts(column: str, counts: Mapping[str, Counter[Step]], titles: Mapping[str, str]) -> Table:
    table = Table(title=f"Messages by {column.lower()}", title_justify="left")
    table.add_column(column)
    for words in STEPS.values():
        table.add_column(words.capitalize(), justify="right")
    for name in sorted(counts, key=lambda name: (-counts[name].total(), name)):
        cells = (f"{counts[name][step]:,}" if counts[name][step] else "" for step in STEPS)
        table.add_row(Text(titles.get(name, name)), *cells)
    return table


def _clause(cite: str, source: Source) -> str:
    clause = find_clause(cite, source.policies)
    return f"{cite} {clause.title.en}" if clause else cite


def _what(change: Change) -> Text:
    """The message's own step, then what each rule adds or takes away."""
    text = Text(STEPS.get(change.step, _SAME), style=_STYLES.get(change.step, ""))
    moved = change.by_rule or change.by_clause
    for name, step in moved.items():
        text.append(f"\n{name}: {STEPS[step]}", style="default")
    return text
