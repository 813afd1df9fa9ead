"""Text for Slack: escaped where Slack parses it, raw where it does not, never longer than it takes.

What does not fit is shortened and says by how many characters; the record has it whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.ports import Person, Place, spell
from rules.types import well_formed

Node = dict[str, object]

RUN_TEXT = 2_900  # Slack states no limit for a run of rich text; a section's is 3,000
MENTION_WEIGHT = 50
COUNTED_FROM = 25  # shorter limits have no room for the number of what is missing

_ENTITY_TAIL = re.compile(r"&[a-z]{0,3}$")


def visible(text: str) -> str:
    """Text without what Slack or JSON chokes on."""
    return well_formed(text).replace("\0", "␀")


def escape(text: str) -> str:
    """Text that Slack shows as it is where it parses: no mention or link can come of it."""
    shown = visible(text)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_words(text: str) -> str:
    """A text that may name people, escaped; they stand by their ids, which nobody is pinged by."""
    return spell(
        text,
        plain=escape,
        person=lambda person: escape(f"@{person.id}"),
        channel=lambda place: escape(f"#{place.channel}"),
    )


def rich_runs(text: str) -> list[Node]:
    """A text that may name people, as elements of rich text: exact, and parsed by nobody."""
    runs: list[Node] = []

    def add_text(part: str) -> str:
        if part:
            runs.append({"type": "text", "text": visible(part)})
        return ""

    def add_person(person: Person) -> str:
        if person.platform == "slack":
            runs.append({"type": "user", "user_id": person.id})
            return ""
        return add_text(f"@{person}")

    def add_channel(place: Place) -> str:
        if place.platform == "slack":
            runs.append({"type": "channel", "channel_id": place.channel})
            return ""
        return add_text(f"#{place.platform}/{place.workspace}/{place.channel}")

    spell(text, plain=add_text, person=add_person, channel=add_channel)
    return runs


def cut_runs(runs: Sequence[Node], limit: int) -> list[Node]:
    """The runs, shortened to a weight, in pieces that Slack takes."""
    kept: list[Node] = []
    left = limit
    for number, run in enumerate(runs):
        if left <= 0:
            kept.append({"type": "text", "text": f"… (+{len(runs) - number})"})
            break
        if run["type"] != "text":
            kept.append(run)
            left -= MENTION_WEIGHT
            continue
        text = fit(str(run["text"]), left)
        kept.extend({"type": "text", "text": piece} for piece in _pieces(text))
        left -= weight(str(run["text"]))
    return kept


def weigh_runs(runs: Sequence[Node]) -> int:
    """The weight of all runs together."""
    return sum(
        weight(str(run["text"])) if run["type"] == "text" else MENTION_WEIGHT for run in runs
    )


def fit(text: str, limit: int) -> str:
    """The text, or its beginning and how many characters are missing."""
    if weight(text) <= limit:
        return text
    counted = limit >= COUNTED_FROM
    room = max(0, limit - len(f"… (+{len(text):,})" if counted else "…"))
    cut = min(room, len(text))
    while cut and (excess := weight(text[:cut]) - room) > 0:
        cut = max(0, cut - max(1, excess // 6))
    tail = _ENTITY_TAIL.search(text, max(0, cut - 4), cut)  # not inside an `&amp;`
    cut = tail.start() if tail is not None else cut
    return text[:cut] + (f"… (+{len(text) - cut:,})" if counted else "…")


def weight(text: str) -> int:
    """The text's length in JSON: quotes, line ends and control characters count for more."""
    return len(json.dumps(text, ensure_ascii=False)) - 2


def share(weights: Sequence[int], budget: int) -> int:
    """The largest limit that brings the sum of all weights, each cut to it, within the budget."""
    left = budget
    for place, one in enumerate(sorted(weights)):
        fair = left // (len(weights) - place)
        if one > fair:
            return fair
        left -= one
    return budget


def _pieces(text: str) -> list[str]:
    return [text[at : at + RUN_TEXT] for at in range(0, len(text), RUN_TEXT)]
