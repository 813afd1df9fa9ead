"""Digits and signs in place of letters, read as any word that a rule looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from string import digits

from rules.folding.lexicon import Lexicon
from rules.folding.tracing import LEET, Lift

# A quick look that lets ordinary text pass: a sign or digit that touches a letter.
_ODD = re.compile(
    r"(?<=[a-z])[0-9@$!|+€£][a-z0-9@$!|+€£]|[0-9@$!|€£](?=[a-z])|(.)\1\1|(?<=[a-z]{3})[0135$]\b"
)
_PIECE = re.compile(r"[^\s/,;:()\[\]\"?*~…&=<>]+")
_TOKEN = re.compile(r"\S+")
_LINK = re.compile(r"://|\.[a-z]{2,}/|\w@\w[\w-]*\.[a-z]")  # stands in a link, or in an address
_SIGNS = re.compile(r"[0-9@$!|+€£]")
_STRETCHED = re.compile(r"([a-z0-9@$!])\1{2,}")
_LONGEST = 24  # letters of a piece that are looked at
_MOST_READINGS = 32  # 1 is an i or an l
_NUMBERED = re.compile(r"\d\d.*|.*\d{3,}|.*(\d)(?!\1)\d")  # 600k, win95
# Words of two letters hide nothing by themselves: `b3` is a square, `m3` a screw.
_SHORT = {
    **{"n0": "no", "0n": "on", "t0": "to", "g0": "go", "s0": "so", "d0": "do", "0f": "of"},
    **{"m3": "me", "w3": "we", "h3": "he", "b3": "be", "d3": "de", "1n": "in", "1s": "is"},
    **{"1t": "it", "1m": "im", "4m": "am", "4t": "at", "@t": "at", "l4": "la", "3s": "es"},
    **{"3l": "el", "1f": "if", "0r": "or", "y0": "yo"},
}


def leet(text: str, lexicon: Lexicon) -> Iterator[Lift]:
    """The pieces of a text that read as a word known to some rule once signs are letters.

    Words of two letters are read only in the company of another such piece.
    """
    if not _ODD.search(text):
        return
    links = [found.span() for found in _TOKEN.finditer(text) if _LINK.search(found[0])]
    stretched = _STRETCHED.search(text) is not None
    short: list[Lift] = []
    company = False
    for found in _PIECE.finditer(text):
        if not stretched and found[0].isalpha():
            continue
        start, piece = _bare(found)
        if any(first <= start < last for first, last in links):
            continue
        if piece in _SHORT:
            word = _SHORT[piece]
            short.append(Lift(start, start + 2, word, (start, start + 1)))
        elif lift := _read(start, piece, lexicon):
            company = company or _SIGNS.search(piece) is not None
            yield lift
    if company:
        yield from short


def _bare(found: re.Match[str]) -> tuple[int, str]:
    """The piece without punctuation round it, and where it begins."""
    piece = found[0].lstrip("'`.|-")
    start = found.end() - len(piece)
    return start, piece.rstrip("'`.!|-+")


def _read(start: int, piece: str, lexicon: Lexicon) -> Lift | None:
    """The word that a piece stands for; a mention, a code or a plain word is none."""
    if not 3 <= len(piece) <= _LONGEST or piece[0] == "@" or _NUMBERED.fullmatch(piece):
        return None
    stem = piece.rstrip(digits)
    if stem != piece and stem in lexicon.known:
        return None  # room5 is a room
    signs = sum(not letter.isalpha() for letter in piece)
    if signs * 3 > 2 * len(piece) or len(piece) - signs < 2:
        return None
    if not signs and not _STRETCHED.search(piece):
        return None
    if len(piece) == 3 and piece[1].isalpha() and signs:
        return None  # a1b, mp3: a code as likely as a word
    for places in _places(piece):
        for letters in _readings(piece, places):
            if letters in lexicon.known and letters != piece:
                at = tuple(start + place for place in places)
                return Lift(start, start + len(piece), letters, at)
    return None


def _places(piece: str) -> Iterator[list[int]]:
    """The letters that count: all of them, or of three and more of a kind two or one."""
    runs = [found.span() for found in _STRETCHED.finditer(piece)]
    for most in (2, 1) if runs else (1,):
        dropped = {n for start, end in runs for n in range(start + most, end)}
        yield [n for n in range(len(piece)) if n not in dropped]


def _readings(piece: str, places: list[int]) -> Iterator[str]:
    options = [LEET.get(piece[n], piece[n]) if not piece[n].isalpha() else piece[n] for n in places]
    total = 1
    for option in options:
        total *= len(option)
    if total <= _MOST_READINGS:
        yield from map("".join, product(*options))
