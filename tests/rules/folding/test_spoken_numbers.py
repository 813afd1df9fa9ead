"""Digits written as words, in English and Spanish, glued, spaced and sounding alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folding.spoken_numbers import spelled_words, to_digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("three seven one, five five five, oh one oh four", "3715550104"),
        ("eight seven three, fifty-five, twelve oh nine", "873551209"),
        ("tres siete uno, cinco cinco cinco, cero uno dos nueve", "3715550129"),
        ("setecientos ocho", "708"),
        ("cincuenta y cinco", "55"),
        ("double five, triple one", "55111"),
        ("eight hundred five five five", "800555"),
        ("nine6eight..2two0", "968220"),
        ("threeSixSeven", "367"),
        ("s e v e n oh 8", "708"),
        ("tr3s f0ur", "34"),
        ("OI47", "0147"),
    ],
)
def test_words_become_digits(text: str, digits: str) -> None:
    """The digits are those a listener would write down."""
    assert to_digits(text) == digits


@pytest.mark.parametrize("text", ["larch avenue", "room B-twelve", "seven dwarfs"])
def test_what_is_no_number_is_none(text: str) -> None:
    """One word that is no number, and nothing is."""
    assert to_digits(text) is None


def test_sound_alikes_alone_prove_nothing() -> None:
    """`to`, `for` and `ate` are words of their own."""
    assert spelled_words("to for ate won") == 0
    assert spelled_words("two four eight one") == 4


@given(st.text(max_size=80))
def test_only_digits_come_out(text: str) -> None:
    """Whatever goes in, what comes out is None or ASCII digits."""
    found = to_digits(text)

    assert found is None or found == "" or (found.isascii() and found.isdigit())
