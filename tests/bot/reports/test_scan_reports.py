"""A scan's report as lines, table and page: whole, masked, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.reports.judging import Hit, Judged
from bot.reports.scan import Source, Tally, channel_bars, month_bars
from bot.reports.scan_lines import csv_header, csv_line, json_line, print_table
from bot.reports.scan_output import open_output
from bot.reports.scan_page import MOST_LISTED, Gathered, render
from rules.types import Category, Severity, Tier
from tests.bot.reports.packs import START, hit, source

NOW = datetime(2024, 6, 1, 9, 30, tzinfo=UTC)


def tally_of(*hits: Hit, messages: int = 10) -> Tally:
    tally = Tally()
    times = [h.posted_at for h in hits] or [START]
    cleared = Counter({"context": 2})
    skipped = Counter({("hate.slow", "timeout"): 3, ("outside-model", "no answer"): 5})
    tally.add(Judged(messages, hits, cleared, skipped, min(times), max(times)), source())
    return tally


def page_of(*hits: Hit, damage: tuple[str, ...] = ()) -> str:
    gathered = Gathered()
    gathered.add(hits)
    return render(tally_of(*hits), gathered, source(), damage, NOW)


def rows_of(*hits: Hit) -> list[dict[str, str]]:
    text = csv_header() + "".join(csv_line(h, source()) for h in hits)
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- counts ---------------------------------------------------------------------------------------


def test_counts_add_up() -> None:
    """By category, channel and month, and messages apart from findings."""
    two_on_one = (hit(), hit(category=Category.PII_GENERAL, tier=Tier.REVIEW))
    later = hit(channel="C2", at=START + timedelta(days=90))
    tally = tally_of(*two_on_one, later)

    assert (tally.messages, tally.findings, tally.flagged) == (10, 3, 2)
    assert [(b.label, b.act, b.review) for b in channel_bars(tally)] == [
        ("#general", 1, 1),
        ("#class-7b", 1, 0),
    ]
    assert [(b.label, b.total) for b in month_bars(tally)] == [
        ("2024-03", 2),
        ("2024-04", 0),
        ("2024-05", 1),
    ]


def test_months_follow_the_districts_time() -> None:
    """Half past midnight UTC on March 1 is still February in Chicago."""
    from zoneinfo import ZoneInfo

    there = Source("x", {}, {}, (), ZoneInfo("America/Chicago"))
    tally = Tally()
    at = datetime(2024, 3, 1, 0, 30, tzinfo=UTC)
    tally.add(Judged(1, (hit(at=at),), Counter(), Counter(), at, at), there)

    assert [bar.label for bar in month_bars(tally)] == ["2024-02"]


# --- lines ----------------------------------------------------------------------------------------


def test_a_json_line_holds_everything_but_the_words() -> None:
    """One object a finding."""
    line = json_line(hit("you •••• \u2028!"), source())

    assert line.count("\n") == 1
    assert json.loads(line) == {
        "channel": "C1",
        "channel_name": "#general",
        "ts": "1709301600.000000",
        "posted_at": "2024-03-01T14:00:00+00:00",
        "author": "U1",
        "category": "cyberbullying",
        "rule": "cyberbullying.test",
        "clauses": ["cps-2018:1"],
        "severity": "medium",
        "confidence": 0.9,
        "tier": "act",
        "start": 0,
        "end": 3,
        "explanation": "A reason.",
        "excerpt": "you •••• \u2028!",
        "earlier": [],
    }


def test_csv_holds_the_same() -> None:
    """Commas, quotes and line breaks in people's words do not break it."""
    (row,) = rows_of(hit('a, "b"'))

    assert row["excerpt"] == 'a, "b"'
    assert row["clauses"] == "cps-2018:1"
    assert set(row) == set(json.loads(json_line(hit(), source())))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "\n=1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    """A message that a spreadsheet would run is shown as text."""
    (row,) = rows_of(hit(text))

    assert row["excerpt"] == f"'{text}"


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=10))
def test_any_text_survives_csv_and_json(text: str, author: str) -> None:
    """What is written is read back, or stands behind an apostrophe."""
    found = hit(text, author=author)
    (row,) = rows_of(found)

    assert row["excerpt"] in (text, f"'{text}")
    assert not row["excerpt"].lstrip().startswith(("=", "+", "-", "@"))
    assert json.loads(json_line(found, source()))["author"] == author


# --- table ----------------------------------------------------------------------------------------


def table_of(*hits: Hit) -> str:
    stream = io.StringIO()
    print_table(hits, tally_of(*hits), source(), Console(file=stream, width=120))
    return stream.getvalue()


def test_the_table_counts_and_lists() -> None:
    """Categories with their tiers, then the findings with names."""
    table = table_of(hit(), hit("badge ••••", category=Category.PII_GENERAL, tier=Tier.REVIEW))

    assert "10 messages, 1 with findings" in table
    assert re.search(r"Total\s+│\s+1 │\s+1 │\s+2 ", table)
    for words in ("#general", "2024-03-01 14:00", "Maya", "act, cps-2018:1", "badge ••••"):
        assert words in table


def test_the_table_takes_no_orders_from_text() -> None:
    """Neither mark-up of ours nor control characters in names reach the terminal."""
    strange = Source("x", {"C1": "#a\x1b[2J"}, {"U1": "\u202eayaM"}, (), UTC)
    stream = io.StringIO()
    print_table([hit("[red]no[/red]")], tally_of(hit()), strange, Console(file=stream, width=120))

    assert "[red]no[/red]" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert "\u202e" not in stream.getvalue()


# --- page -----------------------------------------------------------------------------------------


def test_the_page_shows_findings_with_reason_and_clause() -> None:
    """What a reader needs to judge one: excerpt, reason, clause, place, time, author."""
    page = page_of(hit("you •••• there"))

    for words in (
        "you •••• there",
        "A reason.",
        "No hateful, harassing or threatening messages",
        "cps-2018:1",
        "#general",
        "Mar 1, 2024 14:00",
        "Maya",
        "June 1, 2024 at 09:30 UTC",
    ):
        assert words in page


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """No script, no link out, no picture or font to fetch: it opens the same on any machine."""
    page = page_of(hit("see https://example.org/x"), damage=("general/x.json: is damaged",))

    assert not re.search(r"<script|<link|<img|<iframe|url\(|@import|\bon\w+=", page)
    assert set(re.findall(r'(?:href|src|action)="([^"]*)"', page)) <= {"#cyberbullying"}
    assert "default-src 'none'" in page


def test_the_page_escapes_everything() -> None:
    """Words, names and file names are text, whatever they look like."""
    attack = '"><script>alert(1)</script>'
    strange = Source(attack, {"C1": attack}, {"U1": attack}, (), UTC)
    gathered = Gathered()
    gathered.add([hit(attack, author="U1")])

    page = render(tally_of(hit()), gathered, strange, (attack,), NOW)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_the_page_says_what_was_not_checked() -> None:
    """Damaged parts, rules that ran out of time and models that did not answer, each by itself."""
    page = page_of(hit(), damage=tuple(f"general/{n}.json: is damaged" for n in range(60)))

    assert "hate.slow" in page
    late, unread = page.split("ran out of time")[1].split("gave no answer")
    assert ("hate.slow" in late, "3 times" in late) == (True, True)
    assert ("outside-model" in unread, "5 times" in unread) == (True, True)
    assert "general/0.json: is damaged" in page
    assert "and 10 more" in page


def test_welfare_is_shown_as_care() -> None:
    """Not as a violation, and without a clause."""
    page = page_of(hit(category=Category.WELFARE))

    assert "A care route, not a violation" in page
    assert "cps-2018" not in page.split('id="welfare"')[1].split("</details>")[0]


def test_a_scan_without_findings_says_so() -> None:
    """An empty page would look like a failure."""
    page = page_of()

    assert "Nothing was found" in page
    assert "At a glance" not in page


def test_the_gravest_findings_are_listed_and_the_rest_counted() -> None:
    """A page with every one of a hundred thousand findings could not be opened."""
    gathered = Gathered()
    many = [hit(f"n{n}") for n in range(3 * MOST_LISTED)]
    gathered.add([*many, hit("gravest", severity=Severity.HIGH)])
    gathered.add(many)
    (group,) = gathered.groups()

    assert group.total == 6 * MOST_LISTED + 1
    assert len(group.hits) == MOST_LISTED
    assert [h.excerpt for h in group.hits[:3]] == ["gravest", "n0", "n1"]
    assert f"The gravest {MOST_LISTED} are listed" in render(
        tally_of(*many), gathered, source(), (), NOW
    )


# --- output ---------------------------------------------------------------------------------------


def test_a_file_is_private_and_appears_when_it_is_whole(tmp_path: Path) -> None:
    """It holds people's words: nobody else may read it, and half of it helps nobody."""
    path = tmp_path / "report.csv"
    path.write_text("old")
    with open_output(path) as stream:
        stream.write("new \ud800")
        assert path.read_text() == "old"

    assert path.read_text() == "new ?"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Neither half a file nor the loss of an older one."""
    path = tmp_path / "report.csv"
    path.write_text("old")

    def fail() -> None:
        with open_output(path) as stream:
            stream.write("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
