"""What the model reads of a message."""

from __future__ import annotations

import pytest
from hypothesis import given

from rules.classifier.reading import as_read
from tests.rules.texts import any_text


@pytest.mark.parametrize(
    ("view", "read"),
    [
        ("room 112 at 3:45", "room 000 at 0:00"),
        ("room ١١٢", "room 000"),
        ("  a \n\t b  ", "a b"),
        ("nice 🐍", "nice snake"),
        ("hi👋🏽", "hi waving hand sign emoji modifier fitzpatrick type-0"),
        ("🐍🐍", "snake snake"),
        ("mañana", "mañana"),
        ("man\u0303ana", "manana"),
        ("a\u200db", "ab"),
        ("5 € today", "0 € today"),
        ("", ""),
    ],
)
def test_what_is_read(view: str, read: str) -> None:
    """Digits by their form, pictures by their names, nothing that is not seen, single blanks."""
    assert as_read(view) == read


@given(any_text)
def test_reading_again_changes_nothing(text: str) -> None:
    """So that no caller needs to know whether it was done."""
    assert as_read(as_read(text)) == as_read(text)


@given(any_text)
def test_no_number_is_left(text: str) -> None:
    """Made-up numbers in training data must teach nothing."""
    assert {character for character in as_read(text) if character.isdecimal()} <= {"0"}
