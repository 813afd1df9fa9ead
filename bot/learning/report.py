"""What a fit would change, for the person who decides whether it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Column, Table

from bot.learning.judged import Case
from bot.learning.refit import Fit
from rules.types import Category, Tier

Change = tuple[Case, Tier | None]  # a decided flag, and the tier it would have with other weights


def fit_table(fits: Mapping[Category, Fit]) -> Table:
    """One row a category: how wrong either weights are on decisions held apart, what came of it."""
    shown = Table(
        Column("category", no_wrap=True),
        *("decided", "log loss, shipped", "log loss, fitted", "flagged from", "outcome"),
    )
    for category, fit in sorted(fits.items()):
        measured = (fit.loss_shipped, fit.loss_fitted)
        losses = [f"{loss:.3f}" for loss in measured] if any(measured) else ["-", "-"]
        outcome = f"as shipped: {fit.kept}" if fit.kept else "fitted"
        shown.add_row(category, str(fit.decisions), *losses, f"{fit.weights.flag:.3f}", outcome)
    return shown


def change_lines(after: Sequence[Change]) -> Iterator[str]:
    """How many decided flags would differ, then each of them, by its id."""
    changes = [(case, tier) for case, tier in after if tier is not case.both]
    right = sum(case.past.right for case, _ in changes)
    yield (
        f"Of {len(after)} decided flags {len(changes)} would differ today: "
        f"{right} that were right, {len(changes) - right} that were wrong."
    )
    for case, tier in changes:
        was = "right" if case.past.right else "wrong"
        found = f"{_told(case.both)} -> {_told(tier)}"
        yield f"{case.past.flag_id}  {case.past.category}, {was}: {found}"


def _told(tier: Tier | None) -> str:
    return tier or "no flag"
