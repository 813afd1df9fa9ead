"""Folding: the view of a text that rules match against, with the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from rules.folding.letters import LONE, fold_letter, is_foreign, lookalike, strict_lookalike, styled

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TOKEN = re.compile(r"\w+")
_BACKTICK = re.compile(r"(?<=[a-z])`(?=[a-z])")
_INDICATORS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_FLAG = 2  # two regional indicators are a country's flag, other runs spell something


@dataclass(frozen=True, slots=True)
class View:
    """A text to match against. `starts` and `ends` lead back to the original, None: unmoved."""

    text: str = field(repr=False)
    starts: tuple[int, ...] | None = field(default=None, repr=False)
    ends: tuple[int, ...] | None = field(default=None, repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch that is not empty stands in the original text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def within(self, start: int, end: int) -> str:
        """What a stretch of the original reads as in this view."""
        if self.starts is None or self.ends is None:
            return self.text[start:end]
        return self.text[bisect_left(self.starts, start) : bisect_right(self.ends, end)]

    def place(self, original: int) -> int:
        """The first place of the view that stems from there or from later on."""
        return original if self.starts is None else bisect_left(self.starts, original)


class _Table(dict[int, str]):
    """`str.translate`'s table, filled as characters are met; `uneven` are those that change length.

    At most 0x110000 entries, each a short string: a few megabytes if somebody tries.
    """

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, point: int) -> str:
        folded = fold_letter(chr(point))
        if len(folded) != 1:
            self.uneven.add(chr(point))
        self[point] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> View:
    """Lower case, one form per letter, nothing invisible; offsets lead back to `text`.

    Texts in other scripts keep their letters; look-alikes are folded only inside tokens that mix
    scripts, so that real Cyrillic or Greek stays what it is.
    """
    if text.isascii():
        return View(_plain_ascii(text))
    if _INDICATORS.search(text):
        text = _INDICATORS.sub(_spelled, text)
    folded = text.translate(_TABLE)
    starts = ends = None
    if not _TABLE.uneven.isdisjoint(text):
        starts, ends = _offsets(text)
    return View(_plain_ascii(_unmix(folded)), starts, ends)


def _plain_ascii(text: str) -> str:
    text = text.lower() if text.isascii() else text
    if _CONTROL.search(text):
        text = _CONTROL.sub(" ", text)
    return _BACKTICK.sub("'", text) if "`" in text else text


def _spelled(run: re.Match[str]) -> str:
    if len(run[0]) == _FLAG:
        return run[0]
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("a")) for letter in run[0])


def _offsets(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    starts: list[int] = []
    ends: list[int] = []
    for at, letter in enumerate(text):
        width = len(_TABLE[ord(letter)])
        if width == 0 and ends:
            ends[-1] = at + 1 if unicodedata.combining(letter) else ends[-1]
        starts.extend([at] * width)
        ends.extend([at + 1] * width)
    return tuple(starts), tuple(ends)


def _unmix(text: str) -> str:
    """Fold look-alike letters in tokens that mix scripts (`lоser` with a Cyrillic о).

    A token of look-alikes alone is folded too, in a text that is Latin otherwise.
    """
    if not any(map(is_foreign, set(text))):
        return text
    text = _TOKEN.sub(_mixed, text)
    if not LONE.search(text) or any(is_foreign(c) and not strict_lookalike(c) for c in text):
        return text
    return "".join(map(lookalike, text))


def _mixed(found: re.Match[str]) -> str:
    word = found[0]
    if word.isascii() or not LONE.search(word):
        return word
    return styled("".join(map(lookalike, word)))
