"""Tokens with digits, signs or mark-up in place of letters, traced to a listed word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.folding.lexicon import Lexicon, Node

# What stands for a letter. Evasion: l0ser, a$$, sh!t, b1tch, $#!+
LEET = {
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
_LONGEST = 40  # letters of a token that are looked at

# A quick look that lets ordinary text pass: more than punctuation at the end of a word.
_ODD = re.compile(r"[^\sa-z'](?:(?<=[^,.?:;!\"()])|(?=[a-z0-9]))")
_NUMBER = re.compile(r"[^a-z]*\d[^a-z]*|[^a-z@$!]*")  # 212, $20, 2:45, or signs that spell nothing
_TOKEN_END = re.compile(r"\s|$")
_NUMBERED = re.compile(r"\d\d.*|.*\d{3,}|[a-z]{2,}[24-9]|.*(\d)(?!\1)\d")  # 600k, room12, win7
_STRETCHED = re.compile(r"([a-z0-9@$!])\1\1")


@dataclass(frozen=True, slots=True)
class Lift:
    """Letters that take the place of a stretch; `at[i]` is the place of letter `i` in the view."""

    start: int
    end: int
    letters: str
    at: tuple[int, ...]


def _numbered(token: str) -> bool:
    """Whether the digits of a token are a number before or after it, no letters of it."""
    return _NUMBERED.fullmatch(token) is not None


def odd_tokens(text: str, lexicon: Lexicon) -> Iterator[Lift]:
    """The words behind the odd tokens of a text."""
    if _ODD.search(text):
        for start, token in _odd_tokens(text):
            yield from _odd(start, token, lexicon)


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


def _odd(start: int, token: str, lexicon: Lexicon) -> Iterator[Lift]:
    if _NUMBER.fullmatch(token) or "://" in token:
        return
    tried = ""
    for edges in ("", ".,;:?!\"')]}", _EDGES):
        bare = token.strip(edges) if edges else token
        if bare == tried:
            continue
        tried = bare
        lifts = list(traced(start + token.find(bare), bare, lexicon))
        if lifts:
            yield from lifts
            return


def traced(start: int, token: str, lexicon: Lexicon) -> Iterator[Lift]:
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
        yield Lift(start, start + len(token), letters, at)


def _may_begin(sign: str, lexicon: Lexicon) -> bool:
    """Whether a word may begin so: its first letter is shown, or else any word would do."""
    if sign.isalpha():
        return sign in lexicon.root.next
    return sign not in _OPENING and any(x in lexicon.root.next for x in LEET.get(sign, ""))


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
            self.token[at] != letter and letter not in LEET.get(self.token[at], "")
            for letter, at in trace
        )
        numbers = any(self.token[at].isdigit() for _, at in trace)
        if not masked and not numbers:
            return True
        if _numbered(self.token):
            return False
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
        for letter in sign if sign.isalpha() else LEET.get(sign, ""):
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
        pictured = sign > "\u2190" and not sign.isalnum()  # sh💩t
        if (sign not in _MASKS and not pictured) or not 0 < place < len(self.token) - 1:
            return False
        around = self.token[place - 1] + self.token[place + 1]
        if pictured or sign in _BOLD_MASKS:
            return True
        inside = self.token[place:].strip(sign) != ""
        return inside and all(near.isalpha() or near == sign for near in around)
