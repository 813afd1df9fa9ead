"""Patterns as packs write them, made up by hypothesis, and texts that stand a chance to match."""

from __future__ import annotations

import regex
from hypothesis import strategies as st

_WORDS = ["you", "u", "loser", "vote for", "ass", "mr.", "it's", "ñ", "é", "🔪", "ß", "s", "k", "i"]
_PIECES = st.one_of(
    st.sampled_from(_WORDS).map(regex.escape),
    st.sampled_from(
        [
            *(r"\b", r"\B", r"\w", r"\d", r"\s", r"\W", r"\S", ".", "^", "$", r"\p{L}", "[abc]"),
            *("[^.!?]", r"[\w-]", r"[ -]", "[🔪🐷]", "(?i)", r"(?<!\w)", r"(?!\w)", "(?=x)", r"\."),
            *(
                r"\w+",
                r"\w{0,3}",
                r".{0,20}",
                r"[^\n]{0,9}?",
                " ?",
                " ",
                r"\s+",
                r"(?<=a)",
                "(?!b)",
            ),
        ]
    ),
)
_REPEATS = st.sampled_from(["", "", "", "?", "{0,2}", "{1,3}", "{2}", "+", "*", "{2,}"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sequence = st.lists(inner, min_size=1, max_size=4).map("".join)
    options = st.lists(sequence, min_size=1, max_size=3).map("|".join)
    opening = st.sampled_from(["(?:", "(", "(?P<part>", "(?>", "(?=", "(?!"])
    return st.builds(lambda o, body, r: f"{o}{body}){r}", opening, options, _REPEATS) | sequence


def compiles(source: str) -> bool:
    """Whether `regex` takes the pattern; not asked inside a strategy, since it draws lots."""
    try:
        regex.compile(source, regex.ASCII, cache_pattern=False)
    except regex.error:
        return False
    return True


def patterns() -> st.SearchStrategy[str]:
    """Patterns, most of which `regex` compiles: see `compiles`."""
    piece = st.builds(lambda p, r: f"(?:{p}){r}" if r else p, _PIECES, _REPEATS)
    whole = st.lists(st.recursive(piece, _grown, max_leaves=5), min_size=1, max_size=3)
    return whole.map("".join)


def texts_for(*, raw: bool) -> st.SearchStrategy[str]:
    """Texts of the words that patterns are made of; lower case unless `raw`."""
    extra = ["YOU", "Loser", "ſ", "K", "Ñ", "SS", "é", "中"] if raw else ["é", "中", "ñ"]
    pieces = [*_WORDS, *extra, "x", "a", "b", "abc", " ", ".", "!", "\n", "12", "-", "🐷", "yours"]
    return st.lists(st.sampled_from(pieces), max_size=8).map("".join)
