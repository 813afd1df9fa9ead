"""Looking for patterns in one text: the quick way finds what the plain way finds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.folding.normalize import fold
from rules.matching.expression import Pattern, Sight
from rules.matching.scan import shown_by_re2
from tests.rules.patterns import compiles, patterns, texts_for


def shown(pattern: Pattern, text: str) -> list[tuple[int, int]]:
    """Where a pattern matches, with re2 before `regex`; what is empty does not count."""
    matches = shown_by_re2(pattern, text, text.encode(), lambda: 60)
    return [match.span() for match in matches if match[0]]


def found(pattern: Pattern, text: str) -> list[tuple[int, int]]:
    """The same, of `regex` alone."""
    return [match.span() for match in pattern.regex.finditer(text) if match[0]]


@given(st.data(), patterns(), st.booleans())
def test_re2_shows_regex_every_place(data: st.DataObject, source: str, raw: bool) -> None:
    """For any pattern and text: with re2 before it, `regex` finds the same matches."""
    assume(compiles(source))
    pattern = Pattern(source, Sight.RAW if raw else Sight.PLAIN)
    text = data.draw(texts_for(raw=raw))
    text = text if raw else fold(text).text
    assume(pattern.quick)

    assert shown(pattern, text) == found(pattern, text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"a(?!b)\w", "ab ac é ad" * 30),  # more places than re2 is asked for
        (r"\w*(?=d)", "abd dd"),  # matches that are empty
        (r"(?<=é )b\b", "é b bé é b"),  # letters of two bytes before it
        (r"\B|c", "u🔪c"),  # a place inside a letter of four bytes
        (r"^b|\bc", "ab\nb c xc"),  # what stands before the place counts
    ],
)
def test_places_are_found_one_after_another(source: str, text: str) -> None:
    """Lookarounds, empty matches and wide letters change nothing."""
    pattern = Pattern(source, Sight.RAW)

    assert shown(pattern, text) == found(pattern, text) != []
