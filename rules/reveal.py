"""Disguise lifted: letters that somebody hid a listed word behind, put back."""

from __future__ import annotations

from dataclasses import dataclass

from rules.normalize import View


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that a disguise may be lifted into."""

    words: frozenset[str] = frozenset()


def reveal(view: View, lexicon: Lexicon) -> View:
    """The view with disguised words of the lexicon in clear; offsets still lead to the original."""
    return view
