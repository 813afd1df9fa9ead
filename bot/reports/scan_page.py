"""A scan as one self-contained HTML page: no script, nothing fetched, fit for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.reports.judging import Hit
from bot.reports.scan import (
    Source,
    Tally,
    category_bars,
    category_name,
    channel_bars,
    month_bars,
)
from rules.types import Category

MOST_LISTED = 300  # findings of one category; JSONL and CSV hold every one
MOST_CHANNELS = 12
MOST_DAMAGE = 50

_templates = Environment(
    loader=PackageLoader("bot.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one category, newest matters of high severity first."""

    category: Category
    name: str
    total: int
    hits: Sequence[Hit]

    @property
    def care(self) -> bool:
        """Whether this is a care route and no violation."""
        return self.category is Category.WELFARE


class Gathered:
    """The findings that the page will list: the gravest of each category, the rest counted."""

    def __init__(self) -> None:
        self._hits: dict[Category, list[Hit]] = {}
        self._total: dict[Category, int] = {}

    def add(self, hits: Sequence[Hit]) -> None:
        """Take the findings of one batch."""
        for hit in hits:
            category = hit.finding.category
            kept = self._hits.setdefault(category, [])
            kept.append(hit)
            self._total[category] = self._total.get(category, 0) + 1
            if len(kept) >= 2 * MOST_LISTED:
                self._hits[category] = sorted(kept, key=_gravity)[:MOST_LISTED]

    def groups(self) -> list[Group]:
        """One group per category with findings."""
        return [
            Group(
                category,
                category_name(category),
                self._total[category],
                sorted(self._hits[category], key=_gravity)[:MOST_LISTED],
            )
            for category in Category
            if category in self._hits
        ]


def render(
    tally: Tally, gathered: Gathered, source: Source, damage: Sequence[str], now: datetime
) -> str:
    """The whole page."""
    channels = channel_bars(tally)
    page = _templates.get_template("scan.html")
    return page.render(
        source=source,
        tally=tally,
        now=now.astimezone(source.timezone),
        period=[t.astimezone(source.timezone) for t in (tally.first, tally.last) if t],
        categories=category_bars(tally),
        channels=channels[:MOST_CHANNELS],
        more_channels=channels[MOST_CHANNELS:],
        months=month_bars(tally),
        groups=gathered.groups(),
        damage=damage[:MOST_DAMAGE],
        more_damage=max(0, len(damage) - MOST_DAMAGE),
    )


def _gravity(hit: Hit) -> tuple[int, int, float]:
    """Severe before slight, sure before unsure; the sort keeps the order of time."""
    finding = hit.finding
    return -finding.severity.rank, finding.tier != "act", -finding.confidence
