"""Letters set apart from each other, read together as words again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rules.folding.lexicon import SHORT_WORDS, Lexicon
from rules.folding.tracing import LEET, Lift

_SHORTEST_SPACED = 4
_SHORTEST_COMPANY = 3  # a.m. is no company
_FRAGMENT = 4  # letters of a listed word that other words hold by chance
_CHAT_LETTERS = frozenset("urykniamcdb")  # u r a, y r u, i m: words of one letter
_ENUMERATES = frozenset(",/|+()[]")

# A quick look that lets ordinary text pass: it begins with a class that letters are not in.
_GAP = r"[\s._\-*~,|/+=:;^()\[\]·\u2022-\u2bff\u3000-\u3020\U0001f000-\U0001faff]"
_APART = re.compile(_GAP + "[a-z0-9@$!]" + _GAP + "{1,4}[a-z0-9@$!](?![a-z0-9])")
_SPACED = re.compile(
    r"(?<![a-z0-9@$])[a-z0-9@$!](?:" + _GAP + "{1,4}[a-z0-9@$!](?![a-z0-9])){2,79}"
)

# Words that would fall apart into a listed one and another.
_WHOLE = frozenset(
    """therapist therapists cocktail cocktails cockpit assassin assassins assume assumed assumption
    assistance sextant sextet dickens peacock hancock analyst title document documents titan
    shellfish mishit grapefruit skyscraper passage massage classify compass hellenic""".split()  # noqa: SIM905
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
    chunks = _chunks(found)
    for chunk in chunks:
        lift = _joined(found.string, chunk, lexicon, parted=len(chunks) > 1)
        if lift is None:
            continue
        gap = found.string[last : chunk[0]] if last else ""
        if last and len(gap) > 1 and gap.isspace():
            yield Lift(last, chunk[0], " ", (last,))
        last = lift.end
        if lift.end - lift.start > 1:
            yield lift


def _joined(signs: str, places: list[int], lexicon: Lexicon, *, parted: bool) -> Lift | None:
    """The letters as words; where wider gaps part words, only listed ones part a run further."""
    letters = "".join(LEET.get(signs[at], signs[at])[0] for at in places)
    shown = sum(signs[at].isalpha() for at in places)
    words = _segmented(letters, lexicon) if shown * 2 >= len(places) else None
    if parted and words and len(words) > 1 and lexicon.words.isdisjoint(words):
        words = None
    if words is None and letters in SHORT_WORDS and len(letters) >= _SHORTEST_COMPANY:
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
        and len({signs[at] for at in places}) > 1
        and not _CHAT_LETTERS.issuperset(signs[at] for at in places)
        and _ENUMERATES.isdisjoint(whole)
    )


def _chunks(found: re.Match[str]) -> list[list[int]]:
    """The places of the letters, parted where the gap is not the usual one."""
    places = [
        found.start() + n for n, sign in enumerate(found[0]) if sign.isalnum() or sign in "@$!"
    ]
    gaps = [found.string[a + 1 : b] for a, b in pairwise(places)]
    # Of two that are as usual the first: a set would give now one, now the other.
    usual = min(dict.fromkeys(gaps), key=lambda gap: (len(gap), -gaps.count(gap)))
    chunks = [[places[0]]]
    for gap, place in zip(gaps, places[1:], strict=True):
        if gap == usual:
            chunks[-1].append(place)
        else:
            chunks.append([place])
    return chunks


def _segmented(letters: str, lexicon: Lexicon) -> list[str] | None:
    """The run as known words, longer ones first; None if it does not read so."""
    best: list[tuple[int, list[str]] | None] = [(0, [])] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 20), end):
            before, word = best[start], letters[start:end]
            if before is None or not _may_stand(word, lexicon):
                continue
            score = before[0] + len(word) ** 2
            known = best[end]
            if known is None or score > known[0]:
                best[end] = score, [*before[1], word]
    words = best[-1][1] if best[-1] else []
    if all(word in SHORT_WORDS for word in words) or len(set(letters)) == 1:
        return None
    if (
        _CHAT_LETTERS.issuperset(letters)
        and letters not in lexicon.words
        and len(letters) < _SHORTEST_SPACED
    ):
        return None  # i m a
    short = any(word in lexicon.words and len(word) <= _FRAGMENT for word in words)
    if short and any(word not in SHORT_WORDS and word not in lexicon.words for word in words):
        return None  # `ass` and `ess`
    return words


def _may_stand(word: str, lexicon: Lexicon) -> bool:
    return word in SHORT_WORDS or word in lexicon.known or word in _WHOLE
