"""A scan's findings as lines: JSONL and CSV for programs, a table for the terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.reports.judging import Hit
from bot.reports.records import finding_record
from bot.reports.scan import Source, Tally, category_bars, category_name
from rules.types import Severity

_COLUMNS = (
    "channel",
    "channel_name",
    "ts",
    "posted_at",
    "author",
    "category",
    "rule",
    "clauses",
    "severity",
    "confidence",
    "tier",
    "start",
    "end",
    "explanation",
    "excerpt",
    "earlier",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STYLES: Mapping[Severity, str] = {
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "default",
}


def record(hit: Hit, source: Source) -> dict[str, Any]:
    """One finding as JSON says it; the excerpt is masked, the author is an id."""
    return {
        **source.place(hit),
        **finding_record(hit.finding),
        "explanation": hit.finding.explanation,
        "excerpt": hit.excerpt,
        "earlier": list(hit.earlier),
    }


def json_line(hit: Hit, source: Source) -> str:
    """One finding as a line of JSONL."""
    return json.dumps(record(hit, source), ensure_ascii=False) + "\n"


def csv_header() -> str:
    """The first line of the CSV."""
    return _csv_row(_COLUMNS)


def csv_line(hit: Hit, source: Source) -> str:
    """One finding as a line of CSV that no spreadsheet takes for a formula."""
    row = record(hit, source)
    row |= {"clauses": " ".join(hit.finding.clauses), "earlier": " ".join(hit.earlier)}
    return _csv_row([_cell(row[column]) for column in _COLUMNS])


def print_table(hits: Sequence[Hit], tally: Tally, source: Source, console: Console) -> None:
    """Counts by category and tier, then the findings, oldest first within each channel."""
    console.print(_counts(tally))
    if not hits:
        return
    table = Table(title="Findings", title_justify="left", expand=True, padding=(0, 1))
    table.add_column("Where and when", ratio=3)
    table.add_column("Who", ratio=2)
    table.add_column("What", ratio=3)
    table.add_column("Excerpt, masked", ratio=6)
    for hit in hits:
        finding = hit.finding
        clause = finding.clauses[0] if finding.clauses else "no clause"
        table.add_row(
            Text(source.where_and_when(hit)),
            Text(source.author(hit)),
            Text(
                f"{category_name(finding.category)}\n{finding.tier}, {clause}",
                style=_STYLES[finding.severity],
            ),
            Text(hit.excerpt),
        )
    console.print(table)


def _counts(tally: Tally) -> Table:
    title = f"{tally.messages:,} messages, {tally.flagged:,} with findings"
    table = Table(title=title, title_justify="left", show_footer=True)
    bars = category_bars(tally)
    table.add_column("Category", "Total")
    for name, counts in (
        ("Act", [bar.act for bar in bars]),
        ("Review", [bar.review for bar in bars]),
        ("Findings", [bar.total for bar in bars]),
    ):
        table.add_column(name, f"{sum(counts):,}", justify="right")
    for bar in bars:
        table.add_row(bar.label, f"{bar.act:,}", f"{bar.review:,}", f"{bar.total:,}")
    return table


def _cell(value: object) -> object:
    """Text that begins like a formula gets an apostrophe, which spreadsheets hide."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_FORMULA):
        return f"'{value}"
    return value


def _csv_row(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
