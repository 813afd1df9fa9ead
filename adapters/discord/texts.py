"""Text for Discord: mark-up escaped, mentions in Discord's form, never longer than it takes.

What does not fit is shortened and says by how many characters; the record has it whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.ports import Person, Place, spell
from rules.types import well_formed

COUNTED_FROM = 25  # shorter limits have no room for the number of what is missing

# Whatever Discord could take for mark-up, a mention, a link or an emoji.
_MARK = re.compile(r"([\\*_~`|<>@:\[\]()#-])")
# What must not be cut apart: an escaped character, a mention, anything else by itself.
_ATOM = re.compile(r"\\.|<[@#]\d+>|.", re.DOTALL)


def visible(text: str) -> str:
    """Text without what Discord or JSON chokes on."""
    return well_formed(text).replace("\0", "␀")


def escape(text: str) -> str:
    """Text that Discord shows as it is: no mention, link or mark-up can come of it."""
    return _MARK.sub(r"\\\1", visible(text))


def spelt(text: str) -> str:
    """A text that may name people and channels, in Discord's form; nobody is pinged by it."""

    def person(named: Person) -> str:
        ours = named.platform == "discord" and named.id.isdecimal()
        return f"<@{named.id}>" if ours else escape(f"@{named}")

    def channel(named: Place) -> str:
        ours = named.platform == "discord" and named.channel.isdecimal()
        whole = f"#{named.platform}/{named.workspace}/{named.channel}"
        return f"<#{named.channel}>" if ours else escape(whole)

    return spell(text, plain=escape, person=person, channel=channel)


def plain_words(text: str) -> str:
    """A text for where Discord parses nothing; people stand there by their ids."""
    return spell(
        text,
        plain=visible,
        person=lambda person: f"@{person.id}",
        channel=lambda place: f"#{place.channel}",
    )


def fit(text: str, limit: int) -> str:
    """The text, or its beginning and how many characters are missing."""
    if weight(text) <= limit:
        return text
    atoms = _ATOM.findall(text)
    counted = limit >= COUNTED_FROM
    room = max(0, limit - (len(f"… (+{len(atoms):,})") if counted else 1))
    kept = _take(atoms, 0, room)
    tail = f"… (+{len(atoms) - kept:,})" if counted else "…"
    return "".join(atoms[:kept]) + tail


def pieces(text: str, limit: int) -> list[str]:
    """The text in pieces of at most this weight, cut at line ends where that is possible."""
    atoms, found, at = _ATOM.findall(text), [], 0
    while at < len(atoms):
        end = _take(atoms, at, limit)
        if end < len(atoms):
            line_end = next((n for n in range(end, at, -1) if atoms[n - 1] == "\n"), end)
            end = line_end if line_end - at > (end - at) // 2 else end
        piece = "".join(atoms[at:end])
        found.extend([piece] if piece.strip() else [])
        at = max(end, at + 1)
    return found


def weight(text: str) -> int:
    """The text's length as the strictest reader counts it: in UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def share(weights: Sequence[int], budget: int) -> int:
    """The largest limit that brings the sum of all weights, each cut to it, within the budget."""
    left = budget
    for place, one in enumerate(sorted(weights)):
        fair = left // (len(weights) - place)
        if one > fair:
            return fair
        left -= one
    return budget


def _take(atoms: Sequence[str], at: int, room: int) -> int:
    """Up to where the atoms from `at` on fit into the room."""
    used, end = 0, at
    while end < len(atoms) and used + weight(atoms[end]) <= room:
        used += weight(atoms[end])
        end += 1
    return end
