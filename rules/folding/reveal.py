"""Disguise lifted: letters behind which somebody hid a listed word, put back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.folding.leet import leet
from rules.folding.lexicon import Lexicon
from rules.folding.normalize import View
from rules.folding.spaced import spaced
from rules.folding.tracing import Lift, odd_tokens, traced

_BLANKS = re.compile(r"[ \t]{2,}|\t")
# A sentence broken over two lines: the first ends, or the second begins, in mid phrase.
_WRAPPED = re.compile(
    r"""(?<![a-z])(?:the|an?|of|to|for|your?|ur?|my|is|are|r|with|and|or|in|on|at|by|from|so|such
        |this|that|his|her|their|our|not|very|be|if|because|we|they|he|she|who|i|im|as|than
        |de|del|la|las|los|el|una?|que|por|para|con|en|es|eres|tu|su|mi|muy|y|se|te|me)
        (?P<before>[ ]?\n)(?=[a-z0-9$@])
      |(?<=[a-z0-9,])(?P<after>[ ]?\n)(?=(?:of|for|to|than|from|with|and|or|but|because|like|de|del
        |por|para|con|que|y)[ ][a-z])""",
    re.VERBOSE,
)
_BROKEN = re.compile(r"(?<![a-z])([a-z]{1,12})-?\n([a-z]{1,12})(?![a-z])")


def reveal(view: View, lexicon: Lexicon) -> View:
    """The view with disguised words of the lexicon in clear; offsets still lead to the original.

    Nothing else changes, but that blanks in a row are one: codes, handles, headings and names are
    no words of the lexicon.
    """
    text = view.text
    lifts: list[Lift] = []
    for lift in _lifts(text, lexicon) if lexicon.words else _blanks(text):
        if all(lift.end <= other.start or other.end <= lift.start for other in lifts):
            lifts.append(lift)
    return _replaced(view, sorted(lifts, key=lambda lift: lift.start)) if lifts else view


def _lifts(text: str, lexicon: Lexicon) -> Iterator[Lift]:
    yield from spaced(text, lexicon)
    yield from odd_tokens(text, lexicon)
    for start, token in lexicon.strange(text):
        if word := lexicon.hidden.get(token):
            at = tuple(min(start + n, start + len(token) - 1) for n in range(len(word)))
            yield Lift(start, start + len(token), word, at)
        else:
            yield from traced(start, token, lexicon)
    for start, parts in lexicon.in_parts(text):
        gap = parts.index(" ")
        at = tuple(start + n for n in range(len(parts)) if n != gap)
        yield Lift(start, start + len(parts), lexicon.parted[parts], at)
    yield from leet(text, lexicon)
    yield from _blanks(text)
    if "\n" in text:
        for found in _BROKEN.finditer(text):
            yield from _broken(found, lexicon)
        for found in _WRAPPED.finditer(text):
            start, end = found.span("before" if found["before"] else "after")
            yield Lift(start, end, " ", (start,))


def _blanks(text: str) -> Iterator[Lift]:
    """Several blanks as one: patterns write a single space."""
    if "  " in text or "\t" in text:
        for found in _BLANKS.finditer(text):
            yield Lift(found.start(), found.end(), " ", (found.start(),))


def _broken(found: re.Match[str], lexicon: Lexicon) -> Iterator[Lift]:
    """A word split over two lines; both halves together are the word."""
    word = found[1] + found[2]
    if len(word) >= 5 and word in lexicon.words:
        at = (*range(*found.span(1)), *range(*found.span(2)))
        yield Lift(found.start(), found.end(), word, at)


def _replaced(view: View, lifts: list[Lift]) -> View:
    text = view.text
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0

    def keep(first: int, last: int) -> None:
        parts.append(text[first:last])
        places = [view.original(n, n + 1) for n in range(first, last)]
        starts.extend(place[0] for place in places)
        ends.extend(place[1] for place in places)

    for lift in lifts:
        keep(at, lift.start)
        places = [view.original(n, n + 1) for n in lift.at]
        parts.append(lift.letters)
        starts.extend(place[0] for place in places)
        ends.extend(place[1] for place in places)
        starts[-len(places)] = view.original(lift.start, lift.start + 1)[0]
        ends[-1] = view.original(lift.end - 1, lift.end)[1]
        at = lift.end
    keep(at, len(text))
    return View("".join(parts), tuple(starts), tuple(ends))
