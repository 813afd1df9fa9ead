"""Figures on decided flags, as a table for people and as JSONL for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from rich.table import Column, Table

from bot.learning.decided import Silent
from bot.learning.figures import Figures, mean, wilson
from rules.types import Tier

UNSEEN = (
    "Only messages that were flagged were decided: "
    "what rules and model miss cannot be seen from decisions."
)

ONE_WAY = (
    "Only flagged messages were decided: what the model clears is never decided again, "
    "so an error there cannot be unlearned from decisions."
)


def table(by: str, figures: Mapping[str, Figures]) -> Table:
    """One row a rule or a category."""
    shown = Table(
        Column(by, no_wrap=True),
        *("decided", "confirmed", "share", "act", "review"),
        *("model, confirmed", "model, dismissed", "cleared", "lowered", "not found"),
    )
    for name, of in figures.items():
        low, high = wilson(of.confirmed, of.decided)
        shown.add_row(
            name,
            str(of.decided),
            str(of.confirmed),
            f"{of.confirmed / of.decided:.0%} ({low:.0%} to {high:.0%})",
            *(f"{of.right[tier]} of {of.right[tier] + of.wrong[tier]}" for tier in Tier),
            _chance(mean(of.chances_right)),
            _chance(mean(of.chances_wrong)),
            *(_told(count) for count in (of.cleared, of.lowered, of.unfound)),
        )
    return shown


def json_line(by: str, name: str, of: Figures) -> str:
    """One rule or category as a line of JSONL."""
    low, high = wilson(of.confirmed, of.decided)
    line = {
        "by": by,
        "name": name,
        "decided": of.decided,
        "confirmed": of.confirmed,
        "share": round(of.confirmed / of.decided, 4),
        "share_low": round(low, 4),
        "share_high": round(high, 4),
        "tiers": {tier: {"confirmed": of.right[tier], "wrong": of.wrong[tier]} for tier in Tier},
        "model_confirmed": mean(of.chances_right),
        "model_wrong": mean(of.chances_wrong),
        "cleared": _both(of.cleared),
        "lowered": _both(of.lowered),
        "not_found": _both(of.unfound),
    }
    return json.dumps(line)


def silence(silent: Mapping[Silent, int]) -> str:
    """How many decided flags say nothing, and why; empty if none."""
    if not silent:
        return ""
    why = ", ".join(f"{count}: {reason}" for reason, count in sorted(silent.items()))
    return f"Left out: {why}."


def _chance(chance: float | None) -> str:
    return "-" if chance is None else f"{chance:.2f}"


def _told(count: Counter[bool]) -> str:
    return f"{count.total()}, {count[True]} right" if count else "-"


def _both(count: Counter[bool]) -> dict[str, int]:
    return {"confirmed": count[True], "wrong": count[False]}
