"""What is wrong with a pattern though it compiles: found by reading it, and by trying it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rules.folding.normalize import fold
from rules.regexes import Token, repeat_bounds, tokens

_WIDE = frozenset((".", r"\S", r"\W", r"\D", r"\P"))
_SAYS_NOTHING = frozenset((r"\w", r"\s", r"\W", r"\S", r"\D", r"\b", r"\B", "."))
_OPEN_ENDED = re.compile(r"[*+]|\d,\}")
_CAPITAL = re.compile("[A-Z]")

Fault = tuple[str, str]  # what is wrong, and the remedy


def faults_of(source: str, *, plain: bool) -> Iterator[Fault]:
    """The faults of one pattern or list entry, as it is written; `plain`: for the plain view."""
    if _OPEN_ENDED.search(source):
        yield from _unbounded(list(tokens(source)))
    if plain:
        yield from unreachable(source)


def says_something(source: str) -> bool:
    """Whether a pattern holds anything but wildcards; a `{list}` does."""
    return any(
        token.kind in ("literal", "list", "set")
        or (token.kind == "escape" and token.text not in _SAYS_NOTHING)
        for token in tokens(source)
    )


def _unbounded(parts: list[Token]) -> Iterator[Fault]:
    for before, token in pairwise(parts):
        if token.kind != "repeat" or repeat_bounds(token.text)[1] is not None:
            continue
        wide = before.text in _WIDE or before.text.startswith("[^")
        if wide or before.kind in ("close", "list"):
            least = repeat_bounds(token.text)[0]
            what = f"`{before.text}{token.text}` repeats without a bound"
            yield what, f"write {{{least},40}} or as many as are needed"


def unreachable(source: str) -> Iterator[Fault]:
    """The letters of a pattern that the plain view can never hold."""
    if source.isascii() and (source.islower() or not _CAPITAL.search(source)):
        return
    parts = list(tokens(source))
    for token in parts:
        if token.kind == "literal" and (folded := fold(token.text).text) != token.text:
            yield (
                f"`{token.text}` never matches: the plain view is folded",
                f'write `{folded}`, or set view = "raw"',
            )
    for one, other in pairwise(parts):
        for border, letter in ((one, other.text[0]), (other, one.text[-1])):
            beyond = not letter.isascii() and {one.kind, other.kind} == {"literal", "escape"}
            if border.text == r"\b" and beyond:
                yield (
                    f"`\\b` beside `{letter}` never matches: in the plain view it knows a to z",
                    r"leave it out, or write (?<!\w) and (?!\w)",
                )
