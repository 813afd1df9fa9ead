"""Letters set apart from each other, read together as words again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rules.lexicon import Lexicon
from rules.tracing import LEET, Lift

_SHORTEST_SPACED = 4
_SHORTEST_COMPANY = 3  # a.m. is no company
_CHAT_LETTERS = frozenset("urykniamcdb")  # u r a, y r u, i m: words of one letter
_ENUMERATES = frozenset(",/|+")

# A quick look that lets ordinary text pass: it begins with a class that letters are not in.
_APART = re.compile(r"[\s._\-*~,|/+][a-z0-9@$!][\s._\-*~,|/+]{1,4}[a-z0-9@$!](?![a-z0-9])")
_SPACED = re.compile(
    r"(?<![a-z0-9@$])[a-z0-9@$!](?:[\s._\-*~,|/+]{1,4}[a-z0-9@$!](?![a-z0-9])){2,59}"
)

# Words that may stand beside a listed one when both are spaced out: y o u l o s e r
_COMPANY = frozenset(
    """a i u r y o n ur you youre your are is an am im so such the this that it me my he she we
    all off up of in to and go ho no not yes hey hi yo dumb big fat""".split()  # noqa: SIM905
)


def spaced(text: str, lexicon: Lexicon) -> Iterator[Lift]:
    """The words that stand in a text with their letters set apart."""
    if _APART.search(text):
        for found in _SPACED.finditer(text):
            yield from _spaced(found, lexicon)


def _spaced(found: re.Match[str], lexicon: Lexicon) -> Iterator[Lift]:
    """Letters set apart, as words: wider gaps part them, else listed words do.

    A run that reads as no listed word is one word: a heading is none, `A S S` and the rest of it.
    """
    last = None
    for chunk in _chunks(found):
        lift = _joined(found.string, chunk, lexicon)
        if lift is None:
            continue
        gap = found.string[last : chunk[0]] if last else ""
        if last and len(gap) > 1 and gap.isspace():
            yield Lift(last, chunk[0], " ", (last,))
        last = lift.end
        if lift.end - lift.start > 1:
            yield lift


def _joined(signs: str, places: list[int], lexicon: Lexicon) -> Lift | None:
    letters = "".join(LEET.get(signs[at], signs[at])[0] for at in places)
    shown = sum(signs[at].isalpha() for at in places)
    words = _segmented(letters, lexicon) if shown * 2 >= len(places) else None
    if words is None and letters in _COMPANY and len(letters) >= _SHORTEST_COMPANY:
        words = [letters]
    if words is None:
        places = _without_numbers(signs, places)
        words = ["".join(signs[at] for at in places)]
        if not _reads_as_word(signs, places):
            return None
    out: list[tuple[str, int]] = []
    following = iter(places)
    for word in words:
        if out:
            out.append((" ", out[-1][1] + 1))
        out += [(letter, next(following)) for letter in word]
    at = tuple(place for _, place in out)
    return Lift(places[0], places[-1] + 1, "".join(letter for letter, _ in out), at)


def _without_numbers(signs: str, places: list[int]) -> list[int]:
    """The places from the first letter to the last."""
    letters = [n for n, at in enumerate(places) if signs[at].isalpha()]
    return places[letters[0] : letters[-1] + 1] if letters else []


def _reads_as_word(signs: str, places: list[int]) -> bool:
    """Whether letters that spell nothing listed are one word all the same, not an enumeration."""
    if len(places) == 1:
        return True
    whole = signs[places[0] : places[-1] + 1] if places else ""
    return (
        len(places) >= _SHORTEST_SPACED
        and all(signs[at].isalpha() for at in places)
        and not _CHAT_LETTERS.issuperset(signs[at] for at in places)
        and _ENUMERATES.isdisjoint(whole)
    )


def _chunks(found: re.Match[str]) -> list[list[int]]:
    """The places of the letters, parted where the gap is not the usual one."""
    places = [
        found.start() + n for n, sign in enumerate(found[0]) if sign.isalnum() or sign in "@$!"
    ]
    gaps = [found.string[a + 1 : b] for a, b in pairwise(places)]
    usual = min(set(gaps), key=lambda gap: (len(gap), -gaps.count(gap)))
    chunks = [[places[0]]]
    for gap, place in zip(gaps, places[1:], strict=True):
        if gap == usual:
            chunks[-1].append(place)
        else:
            chunks.append([place])
    return chunks


def _segmented(letters: str, lexicon: Lexicon) -> list[str] | None:
    """The run as words, with at least one of the lexicon; None if it does not read so."""
    best: list[tuple[int, list[str]] | None] = [(0, [])] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 20), end):
            before, word = best[start], letters[start:end]
            if before is None or not (word in lexicon.words or word in _COMPANY):
                continue
            score = before[0] + (len(word) ** 2 if word in lexicon.words else len(word))
            known = best[end]
            if known is None or score > known[0]:
                best[end] = score, [*before[1], word]
    whole = best[-1]
    if whole is None or not any(word in lexicon.words for word in whole[1]):
        return None
    return whole[1]
