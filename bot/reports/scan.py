"""What a scan found: where it looked, and counts for people to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.reports.judging import Hit, Judged, Skipped, of_models
from bot.times import in_words
from rules.excerpt import one_line
from rules.messages import say
from rules.policies import Clause, Policy, find_clause
from rules.types import Category, Tier


@dataclass(frozen=True, slots=True)
class Source:
    """What was scanned, in words: names come from the export and stand in reports only."""

    name: str
    channels: Mapping[str, str]
    people: Mapping[str, str]
    policies: Sequence[Policy]
    timezone: tzinfo

    def channel(self, hit: Hit) -> str:
        """The channel's name as people say it."""
        return one_line(self.channels.get(hit.channel, hit.channel))

    def author(self, hit: Hit) -> str:
        """The author's display name; the id where the export has none."""
        return one_line(self.people.get(hit.author_id, hit.author_id))

    def clause(self, hit: Hit) -> Clause | None:
        """The clause that the finding breaks before any other."""
        cites = hit.finding.clauses
        return find_clause(cites[0], self.policies) if cites else None

    def when(self, hit: Hit) -> datetime:
        """When it was posted, in the district's time."""
        return hit.posted_at.astimezone(self.timezone)

    def where_and_when(self, hit: Hit) -> str:
        """Channel and time, a line each."""
        return f"{self.channel(hit)}\n{in_words(hit.posted_at, self.timezone)}"

    def place(self, hit: Hit) -> dict[str, str]:
        """Where it stands as JSON says it; the author is an id."""
        return {
            "channel": hit.channel,
            "channel_name": self.channel(hit),
            "ts": hit.message,
            "posted_at": hit.posted_at.isoformat(),
            "author": hit.author_id,
        }


@dataclass(slots=True)
class Tally:
    """Counts of a scan, growing batch by batch."""

    messages: int = 0
    findings: int = 0
    flagged: int = 0  # messages with a finding
    by_category: Counter[tuple[Category, Tier]] = field(default_factory=Counter)
    by_channel: Counter[tuple[str, Tier]] = field(default_factory=Counter)
    by_month: Counter[tuple[str, Tier]] = field(default_factory=Counter)
    cleared: Counter[str] = field(default_factory=Counter)
    skipped: Skipped = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def unread(self) -> Skipped:
        """What models did not answer or read."""
        return of_models(self.skipped)

    @property
    def late(self) -> Skipped:
        """What rules were not applied to."""
        return self.skipped - self.unread

    def add(self, judged: Judged, source: Source) -> None:
        """Count one batch."""
        self.messages += judged.messages
        self.findings += len(judged.hits)
        self.flagged += len({(hit.channel, hit.message) for hit in judged.hits})
        for hit in judged.hits:
            tier = hit.finding.tier
            self.by_category[hit.finding.category, tier] += 1
            self.by_channel[source.channel(hit), tier] += 1
            self.by_month[source.when(hit).strftime("%Y-%m"), tier] += 1
        self.cleared += judged.cleared
        self.skipped += judged.skipped
        self.first = min(self.first or judged.first, judged.first)
        self.last = max(self.last or judged.last, judged.last)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: how many of each tier."""

    label: str
    act: int
    review: int
    anchor: str = ""

    @property
    def total(self) -> int:
        """Both tiers together."""
        return self.act + self.review


def category_name(category: Category) -> str:
    """The category as people say it."""
    return say("en", f"category.{category}.name")


def category_bars(tally: Tally) -> list[Bar]:
    """The categories with findings, in the order of the contracts."""
    counts = {(category.value, tier): n for (category, tier), n in tally.by_category.items()}
    return [
        Bar(category_name(category), *_tiers(counts, category.value), category.value)
        for category in Category
        if any(_tiers(counts, category.value))
    ]


def channel_bars(tally: Tally) -> list[Bar]:
    """The channels with findings, those with most first."""
    labels = sorted({label for label, _ in tally.by_channel})
    rows = [Bar(label, *_tiers(tally.by_channel, label)) for label in labels]
    return sorted(rows, key=lambda bar: -bar.total)


def month_bars(tally: Tally) -> list[Bar]:
    """The months from the first finding to the last, also those between with none."""
    labels = sorted({label for label, _ in tally.by_month})
    if not labels:
        return []
    return [Bar(label, *_tiers(tally.by_month, label)) for label in _months(labels[0], labels[-1])]


def _months(first: str, last: str) -> Iterator[str]:
    year, month = map(int, first.split("-"))
    while (label := f"{year:04}-{month:02}") <= last:
        yield label
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _tiers(counts: Mapping[tuple[str, Tier], int], label: str) -> tuple[int, int]:
    return counts.get((label, Tier.ACT), 0), counts.get((label, Tier.REVIEW), 0)
