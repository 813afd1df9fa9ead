"""Texts for properties: any characters, and plenty of those that matter to folding."""

from __future__ import annotations

from hypothesis import strategies as st

from rules.types import well_formed

_TRICKY = st.sampled_from(
    [
        *("l0ser", "l o s e r", "f*ck", "sh!t", "you are a", "loser", "\n", " ", ".", '"', "||"),
        *("\u200b", "\u0336", "\u202e", "ﬁ", "ß", "İ", "ı", "ſ", "K", "é", "e\u0301", "🅱", "🇱"),
        *("о", "а", "ж", "中", "口", "ᑌ", "ﷺ", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "٣", "½"),
        *(
            "414-555-0134",
            "vote for",
            "$20",
            "@everyone",
            "<@U1>",
            "http://a.example/b",
            "...",
            "**",
        ),
    ]
)

any_text = st.one_of(
    st.text(max_size=60),
    st.lists(_TRICKY | st.text(max_size=4), max_size=16).map("".join),
    st.lists(_TRICKY | st.text(max_size=4), max_size=16).map(" ".join),
).map(well_formed)
