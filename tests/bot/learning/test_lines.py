"""Figures as people and programs read them."""

from __future__ import annotations

import json
from io import StringIO

from rich.console import Console

from bot.learning.decided import Silent
from bot.learning.figures import Figures, counted
from bot.learning.lines import json_line, silence, table
from tests.bot.learning.making import hearing
from tests.bot.learning.test_figures import ACT, REVIEW, case

CASES = [
    case(True, ACT, ACT, tier=ACT, logit=2.0),
    case(True, logit=2.0),
    case(False, REVIEW, None, logit=-2.0),
]


def figures() -> Figures:
    """Of three decided flags."""
    return counted(CASES, lambda one: one.past.category, hearing())["hate"]


def test_a_row_tells_what_was_right() -> None:
    """With the interval of its share, by tier, and with what the model makes of either kind."""
    written = StringIO()
    Console(file=written, width=200).print(table("category", {"hate": figures()}))

    (row,) = [line for line in written.getvalue().splitlines() if "hate" in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == [
        *("hate", "3", "2", "67% (21% to 94%)", "1 of 1", "1 of 2"),
        *("0.88", "0.12", "1, 0 right", "-", "-"),
    ]


def test_a_line_for_programs() -> None:
    """The same as JSON."""
    line = json.loads(json_line("category", "hate", figures()))

    assert (line["decided"], line["share"], line["share_low"]) == (3, 0.6667, 0.2077)
    assert line["tiers"] == {
        "act": {"confirmed": 1, "wrong": 0},
        "review": {"confirmed": 1, "wrong": 1},
    }
    assert line["cleared"] == {"confirmed": 0, "wrong": 1}


def test_what_says_nothing_is_counted() -> None:
    """And not passed over."""
    assert silence({}) == ""
    assert silence({Silent.PURGED: 3}) == "Left out: 3: its words were deleted."
