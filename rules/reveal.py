"""Disguise lifted: letters behind which somebody hid a listed word, put back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.lexicon import Lexicon, Node
from rules.normalize import View

# What stands for a letter. Evasion: l0ser, a$$, sh!t, b1tch, $#!+
_LEET = {
    **{"0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b"},
    **{"9": "g", "@": "a", "$": "s", "!": "il", "|": "li", "+": "t", "€": "e", "£": "l", "¢": "c"},
    **{"(": "c", "<": "c", "#": "h", "¥": "y", "µ": "u", "§": "s", "%": "x"},
}
_MASKS = frozenset("*#_-.%&^~?•█")  # f*ck, b_tch, l--er: each hides one letter
_BOLD_MASKS = frozenset("*#•█")
_MARKUP = frozenset("*_~|`-.'/\\\"")  # lo**s**er, ||lo||ser, lo.ser: stands between letters
_EDGES = ".,;:?!\"'()[]{}<>*_~|`/\\-+=^&%#…•"
_OPENING = frozenset("(<|")  # at the front of a word they are themselves
_MOST_MASKED = 3
_SHORTEST_SPACED = 4
_SHORTEST_COMPANY = 3  # a.m. is no company
_CHAT_LETTERS = frozenset("urykniamcdb")  # u r a, y r u, i m: words of one letter
_ENUMERATES = frozenset(",/|+")
_LONGEST = 40

# Quick looks that let ordinary text pass: each begins with a class that letters are not in.
_ODD = re.compile(
    r"[^\sa-z'](?:(?<=[^,.?:;!\"()])|(?=[a-z0-9]))"
)  # more than punctuation at an end
_APART = re.compile(r"[\s._\-*~,|/+][a-z0-9@$!][\s._\-*~,|/+]{1,4}[a-z0-9@$!](?![a-z0-9])")

_SPACED = re.compile(
    r"(?<![a-z0-9@$])[a-z0-9@$!](?:[\s._\-*~,|/+]{1,4}[a-z0-9@$!](?![a-z0-9])){2,59}"
)
_BLANKS = re.compile(r"[ \t]{2,}|\t")
_NUMBER = re.compile(r"[^a-z]*\d[^a-z]*|[^a-z@$!]*")  # 212, $20, 2:45, or signs that spell nothing
_TOKEN_END = re.compile(r"\s|$")
_STRETCHED = re.compile(r"([a-z0-9@$!])\1\1")
_BROKEN = re.compile(r"(?<![a-z])([a-z]{1,12})-?\n([a-z]{1,12})(?![a-z])")

# Words that may stand beside a listed one when both are spaced out: y o u l o s e r
_COMPANY = frozenset(
    """a i u r y o n ur you youre your are is an am im so such the this that it me my he she we
    all off up of in to and go ho no not yes hey hi yo dumb big fat""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Lift:
    """Letters that take the place of a stretch; `at[i]` is the place of letter `i` in the view."""

    start: int
    end: int
    letters: str
    at: tuple[int, ...]


def reveal(view: View, lexicon: Lexicon) -> View:
    """The view with disguised words of the lexicon in clear; offsets still lead to the original.

    Nothing else changes, but that blanks in a row are one: codes, handles, headings and names are
    no words of the lexicon.
    """
    text = view.text
    lifts: list[_Lift] = []
    for lift in _lifts(text, lexicon) if lexicon.words else _blanks(text):
        if all(lift.end <= other.start or other.end <= lift.start for other in lifts):
            lifts.append(lift)
    return _replaced(view, sorted(lifts, key=lambda lift: lift.start)) if lifts else view


def _lifts(text: str, lexicon: Lexicon) -> Iterator[_Lift]:
    if _APART.search(text):
        for found in _SPACED.finditer(text):
            yield from _spaced(found, lexicon)
    if _ODD.search(text):
        for start, token in _odd_tokens(text):
            yield from _odd(start, token, lexicon)
    for start, token in lexicon.strange(text):
        if word := lexicon.hidden.get(token):
            at = tuple(min(start + n, start + len(token) - 1) for n in range(len(word)))
            yield _Lift(start, start + len(token), word, at)
        else:
            yield from _traced(start, token, lexicon)
    yield from _blanks(text)
    if "\n" in text:
        for found in _BROKEN.finditer(text):
            yield from _broken(found, lexicon)


def _blanks(text: str) -> Iterator[_Lift]:
    """Several blanks as one: patterns write a single space."""
    if "  " in text or "\t" in text:
        for found in _BLANKS.finditer(text):
            yield _Lift(found.start(), found.end(), " ", (found.start(),))


def _odd_tokens(text: str) -> Iterator[tuple[int, str]]:
    """Tokens with something in them that is neither a letter nor punctuation at the end."""
    end = 0
    for odd in _ODD.finditer(text):
        if odd.start() < end:
            continue
        start = odd.start()
        while start > end and not text[start - 1].isspace():
            start -= 1
        found = _TOKEN_END.search(text, odd.start())
        end = found.start() if found else len(text)
        yield start, text[start:end]


def _odd(start: int, token: str, lexicon: Lexicon) -> Iterator[_Lift]:
    if _NUMBER.fullmatch(token) or "://" in token:
        return
    tried = ""
    for edges in ("", ".,;:?!\"')]}", _EDGES):
        bare = token.strip(edges) if edges else token
        if bare == tried:
            continue
        tried = bare
        lifts = list(_traced(start + token.find(bare), bare, lexicon))
        if lifts:
            yield from lifts
            return


def _traced(start: int, token: str, lexicon: Lexicon) -> Iterator[_Lift]:
    """The word that a token may be a disguise of, if any."""
    places = [n for n, sign in enumerate(token) if token[max(n - 3, 0) : n] != 3 * sign]
    signs = "".join(token[n] for n in places)  # three of a kind say what a hundred would
    fits = 0 < len(signs) <= _LONGEST and _may_begin(signs[0], lexicon)
    trace = _Tracer(signs).trace(lexicon.root) if fits else None
    if trace is None:
        return
    letters = "".join(letter for letter, _ in trace)
    if letters != token:
        at = tuple(start + places[n] for _, n in trace)
        yield _Lift(start, start + len(token), letters, at)


def _may_begin(sign: str, lexicon: Lexicon) -> bool:
    """Whether a word may begin so: its first letter is shown, or else any word would do."""
    if sign.isalpha():
        return sign in lexicon.root.next
    return sign not in _OPENING and any(x in lexicon.root.next for x in _LEET.get(sign, ""))


class _Tracer:
    """Looks for a word of the trie that a token may be a disguise of."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.stretched = _STRETCHED.search(token) is not None
        self.dead: set[tuple[int, int, int]] = set()

    def trace(self, root: Node) -> list[tuple[str, int]] | None:
        """The letters of the word, each with its place in the token; None if there is no word."""
        trace = self._step(0, root, 0)
        return trace if trace and self._plausible(trace) else None

    def _plausible(self, trace: list[tuple[str, int]]) -> bool:
        shown = sum(self.token[at] == letter for letter, at in trace)
        masked = sum(
            self.token[at] != letter and letter not in _LEET.get(self.token[at], "")
            for letter, at in trace
        )
        numbers = any(self.token[at].isdigit() for _, at in trace)
        if not masked and not numbers:
            return True
        if self.token[:2].isdigit():
            return False  # 600k/s is a rate
        enough = len(trace) > 3 or (not masked and self.token[1].isdigit())
        return enough and shown >= 2 and shown * 5 >= len(trace) * 2

    def _step(self, place: int, node: Node, masked: int) -> list[tuple[str, int]] | None:
        if place == len(self.token):
            return [] if node.ends or node.open else None
        key = (place, id(node), masked)
        if key in self.dead:
            return None
        for letter, after, mask in self._choices(place, node):
            if masked + mask > _MOST_MASKED:
                continue
            rest = self._step(place + 1, after, masked + mask)
            if rest is not None:
                return [(letter, place), *rest] if letter else rest
        self.dead.add(key)
        return None

    def _choices(self, place: int, node: Node) -> Iterator[tuple[str, Node, int]]:
        """What the character may be: (letter or nothing, the node after it, masked letters)."""
        sign = self.token[place]
        for letter in sign if sign.isalpha() else _LEET.get(sign, ""):
            if letter in node.next:
                yield letter, node.next[letter], 0
            elif node.open and sign.isalpha():
                yield letter, node, 0
        if place and self.stretched and sign == self.token[place - 1]:
            yield "", node, 0
        if self._masks(place):
            for letter, after in node.next.items():
                yield letter, after, 1
        if place and sign in _MARKUP:
            yield "", node, 0

    def _masks(self, place: int) -> bool:
        """Whether the sign may hide a letter: an asterisk anywhere, a dot only among letters."""
        sign = self.token[place]
        if sign not in _MASKS or not 0 < place < len(self.token) - 1:
            return False
        around = self.token[place - 1] + self.token[place + 1]
        return sign in _BOLD_MASKS or all(near.isalpha() or near == sign for near in around)


def _spaced(found: re.Match[str], lexicon: Lexicon) -> Iterator[_Lift]:
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
            yield _Lift(last, chunk[0], " ", (last,))
        last = lift.end
        if lift.end - lift.start > 1:
            yield lift


def _joined(signs: str, places: list[int], lexicon: Lexicon) -> _Lift | None:
    letters = "".join(_LEET.get(signs[at], signs[at])[0] for at in places)
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
    return _Lift(places[0], places[-1] + 1, "".join(letter for letter, _ in out), at)


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


def _broken(found: re.Match[str], lexicon: Lexicon) -> Iterator[_Lift]:
    """A word split over two lines; both halves together are the word."""
    word = found[1] + found[2]
    if len(word) >= 5 and word in lexicon.words:
        at = (*range(*found.span(1)), *range(*found.span(2)))
        yield _Lift(found.start(), found.end(), word, at)


def _replaced(view: View, lifts: list[_Lift]) -> View:
    text, parts, starts, ends = view.text, [], [], []  # type: ignore[var-annotated]
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
