"""What the model reads of a message: the folded view, evened out."""

from __future__ import annotations

import re
import unicodedata

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_DIGIT = re.compile(r"\d")
_BLANKS = re.compile(r"\s+")
_PICTURES = frozenset(("So", "Sk"))  # Unicode's categories of emoji and of their skin tones
_UNSEEN = frozenset(("Mn", "Cf"))  # combining marks, joiners


def as_read(view: str) -> str:
    """The text of a folded and revealed view as the model is trained on it and reads it.

    Emoji become their Unicode names. Every digit is a 0: a number tells by its form, and made-up
    numbers in training data must teach nothing.
    """
    if not view.isascii():
        view = _BEYOND_ASCII.sub(_named, view)
    return _BLANKS.sub(" ", _DIGIT.sub("0", view)).strip()


def _named(found: re.Match[str]) -> str:
    category = unicodedata.category(found[0])
    if category in _PICTURES:
        return f" {unicodedata.name(found[0], '').lower()} "
    return "" if category in _UNSEEN else found[0]
