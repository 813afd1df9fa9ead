"""Regular expressions read as text: tokens, looser forms for re2, and the words they stand for."""

import pytest
import re2
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.regexes import loosen, repeat_bounds, spelled_out, tokens
from tests.rules.patterns import compiles, patterns, texts_for


@pytest.mark.parametrize(
    "source",
    [
        r"\b(?:a|b){0,3}?[^\]x-z]+(?<!\w)(?=c)(?P<name>d)\1(?P=name)(?#why)(?i)\p{Lu}\x41\u00e9",
        r"{name} {2,3} x{,4}y++z*?(?>a|b)(?i:c)[[:alpha:]]\$\{",
        r"[]a][^]b]a|b^c$.",
    ],
)
def test_tokens_together_are_the_pattern(source: str) -> None:
    """Nothing of a pattern is lost when it is taken apart."""
    assert "".join(token.text for token in tokens(source)) == source


@given(st.text(alphabet=r"ab\(){}[]|?*+^$.,1<>=!:PwbW-", max_size=30))
def test_tokens_take_anything(source: str) -> None:
    """Even what is no pattern comes apart and together again."""
    assert "".join(token.text for token in tokens(source)) == source


@pytest.mark.parametrize(
    ("repeat", "bounds"),
    [
        ("*", (0, None)),
        ("+?", (1, None)),
        ("?", (0, 1)),
        ("{3}", (3, 3)),
        ("{2,}", (2, None)),
        ("{,4}", (0, 4)),
        ("{2,5}+", (2, 5)),
    ],
)
def test_bounds_of_repetitions(repeat: str, bounds: tuple[int, int | None]) -> None:
    """The least and the greatest count are read from the repetition."""
    assert repeat_bounds(repeat) == bounds


@pytest.mark.parametrize(
    ("source", "loose"),
    [
        (r"(?<!\w)a(?=b|(?!c))*d", "ad"),
        (r"x.{0,40}y{2,3}z{1}", "x.*y{2,}z"),
        (r"(?P<datum>a)(b)(?>c)", "(?:a)(?:b)(?:c)"),
        (r"a++b", "a+b"),
        (r"a(?#why)b\Z", "ab"),
        (r"\u00e9", r"\x{00e9}"),
        (r"(a)\1", None),
        (r"(?P<n>a)(?P=n)", None),
        (r"(?(1)a|b)", None),
        (r"(?x) a b", None),
    ],
)
def test_looser_forms(source: str, loose: str | None) -> None:
    """What re2 does not know is left out where that only widens, else there is no such form."""
    assert loosen(source, unicode=False) == (None if loose is None else f"(?m){loose}")


@given(st.data(), patterns(), st.booleans())
def test_a_looser_form_misses_nothing(data: st.DataObject, source: str, raw: bool) -> None:
    """Wherever `regex` finds a match, re2 finds one of the looser form."""
    assume(compiles(source))
    flags = regex.MULTILINE | (regex.IGNORECASE if raw else regex.ASCII)
    text = data.draw(texts_for(raw=raw))
    loose = loosen(source, unicode=raw)
    if loose is None or not regex.compile(source, flags).search(text):
        return

    assert re2.search(f"(?i){loose}" if raw else loose, text)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("loser", [("loser", False)]),
        (r"idiot\w*", [("idiot", True)]),
        (r"\bf[uv]ck(?:er)?\b", [(word, False) for word in ("fuck", "fucker", "fvck", "fvcker")]),
        ("clowns?", [("clown", False), ("clowns", False)]),
        (r"a\.b", [("a.b", False)]),
        ("a.b", None),
        (r"\d+", None),
        (r"\w*s", None),
        ("(?:a|b", None),
        ("[ab][ab][ab][ab][ab][ab][ab][ab]", None),
    ],
)
def test_words_that_a_pattern_stands_for(source: str, words: list[tuple[str, bool]] | None) -> None:
    """Simple patterns are spelled out, whatever else is not."""
    assert spelled_out(source, 200) == words
