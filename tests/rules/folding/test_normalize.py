"""Folding: one form for every way to write a letter, and the way back to what was written."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folding.normalize import View, fold
from tests.rules.texts import any_text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("You ARE a Loser", "you are a loser"),
        ("you’re “it” ‘now’ ´ok´", "you're \"it\" 'now' 'ok'"),
        ("you`re", "you're"),
        ("Ñandú año ÉL", "nandu ano el"),
        ("n\u0303o a\u0301", "no a"),
        ("ｌｏｓｅｒ １２", "loser 12"),
        ("𝓵𝓸𝓼𝓮𝓻 𝕝𝕠𝕤𝕖𝕣 𝗹𝗼𝘀𝗲𝗿", "loser loser loser"),
        ("ⓛⓞⓢⓔⓡ 🅛🅞🅢🅔🅡 🅱🅰🅳 🄻🄾🅂🄴🅁 ⒧⒪⒮⒠⒭", "loser loser bad loser loser"),
        ("ʟᴏꜱᴇʀ", "loser"),
        ("🇱🇴🇸🇪🇷", "loser"),
        ("l\u200bo\u200ds\ufeffe\u2060r", "loser"),
        ("lo\u00adser", "loser"),
        ("\u202eresol\u202c", "resol"),
        ("l̷̢̛o̶s̸e̴r̶", "loser"),
        ("ﬁne ß ½", "fine ss 1⁄2"),
        ("1️⃣2️⃣", "12"),
        ("٣٤٥", "345"),
        ("a\u00a0b\u2003c\u2028d", "a b c\nd"),
        ("a\x00b\rc\x0bd\te\nf", "a b c d\te\nf"),
        ("4–5 — 6−7", "4-5 - 6-7"),
        ("lоser", "loser"),
        ("ᑌᑎioᑎ", "union"),
        ("卄丨几ᗪㄩs", "hlndus"),
    ],
)
def test_disguised_letters_come_out_plain(written: str, folded: str) -> None:
    """Every way to write a letter differently ends in the same plain letter."""
    assert fold(written).text == folded


@pytest.mark.parametrize(
    "text",
    [
        "привет, мама",
        "наша школа открыта",
        "καλημέρα κόσμε",
        "مرحبا بالعالم",
        "你好世界",
        "山 口 一",
        "नमस्ते दुनिया",
        "안녕하세요",
        "ᐃᓄᒃᑎᑐᑦ",
        "🤡 🐷 🔪 😂",
        "🇺🇸 🇲🇽",
    ],
)
def test_real_words_of_other_scripts_stay(text: str) -> None:
    """No other language is turned into Latin noise, and pictures and flags stay pictures."""
    letters = [c for c in unicodedata.normalize("NFC", text) if not c.isspace()]

    kept = fold(text).text

    assert not any("a" <= letter <= "z" for letter in kept)
    assert sum(letter in kept or not letter.isalpha() for letter in letters) >= len(letters) - 2


def test_lookalikes_alone_are_folded_only_beside_latin() -> None:
    """`сосо` is Russian in a Russian message, and `coco` in an English one."""
    assert fold("сосо").text == "сосо"
    assert fold("сосо chanel").text == "coco chanel"
    assert fold("сосо и жираф chanel").text.startswith("сосо")


def test_offsets_lead_to_what_was_written() -> None:
    """A stretch of the view is the same stretch of the original, invisible letters included."""
    written = "x l\u200bo\u0336\u0336ser ﬁn"
    view = fold(written)

    start, end = view.original(2, 7)

    assert view.text == "x loser fin"
    assert written[start:end] == "l\u200bo\u0336\u0336ser"
    assert written[slice(*view.original(8, 10))] == "ﬁ"


@given(any_text)
def test_offsets_are_in_order_and_inside(text: str) -> None:
    """For any text: places are within it, never empty, and never run backwards."""
    view = fold(text)

    places = [view.original(at, at + 1) for at in range(len(view.text))]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(places))


@given(any_text)
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is folded: rules written for the view see a fixed form."""
    once = fold(text).text

    assert fold(once).text == once


@given(st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32), max_size=80))
def test_plain_text_is_only_made_small(text: str) -> None:
    """Ordinary ASCII keeps its place and its signs."""
    view = fold(text)

    assert view.starts is None
    assert view.text.replace("'", "`") == text.lower().replace("'", "`")


def test_a_view_does_not_show_its_text() -> None:
    """People's words are in no `repr`."""
    assert "secret" not in repr(fold("secret")) + repr(View("secret", (0,), (1,)))


def test_what_a_stretch_reads_as() -> None:
    """A stretch of the original, in the words of the view; what is invisible belongs to none."""
    text = "ｌ\u200bo\u0301ser!"
    view = fold(text)

    assert view.within(0, len(text)) == "loser!"
    assert view.within(0, 4) == "lo"
    assert fold("plain").within(1, 3) == "la"
