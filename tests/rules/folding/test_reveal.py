"""Disguise: lifted into the words of the lexicon, and into nothing else."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from rules.folding.lexicon import Lexicon
from rules.folding.normalize import fold
from rules.folding.reveal import reveal
from tests.rules.texts import any_text

ROOT = Path(__file__).parents[3]
LEXICON = Lexicon(
    [
        *("loser", r"idiot\w*", "stupid", "ass", "asshole", "shit", "fuck(?:ing|er)?"),
        *("bitch(?:es)?", "moron", "kys", "devil", "clown", "vote", "fck", "gook", "bet", "yes"),
        *("slap", "whites", "ctm"),
    ]
)


def lifted(text: str) -> str:
    """The view that rules see."""
    return reveal(fold(text), LEXICON).text


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("you are a l0ser", "you are a loser"),
        ("1d10t", "idiot"),
        ("1d10tic", "idiotic"),
        ("$#!+ happens", "shit happens"),
        ("a$$ and @$$hole", "ass and asshole"),
        ("b1tches", "bitches"),
        ("sh!t!", "shit!"),
        ("f*ck f**k f-ck f.ck f_ck f#ck", "fuck fuck fuck fuck fuck fuck"),
        ("l**er", "loser"),
        ("looooser fuuuuck", "loser fuck"),
        ("l00000ser", "loser"),
        ("l" + 900 * "o" + "ser", "loser"),
        ("l o s e r", "loser"),
        ("L.O.S.E.R", "loser"),
        ("l-o-s-e-r l_o_s_e_r", "loser loser"),
        ("l\no\ns\ne\nr", "loser"),
        ("f u c k y o u", "fuck you"),
        ("y o u   a r e   a   l o s e r", "you are a loser"),
        ("k y s", "kys"),
        ("stpd", "stupid"),
        ("you resol", "you loser"),
        ("ɹǝsol", "loser"),
        ("lo**s**er", "loser"),
        ("||lo||ser", "||loser"),
        ("**l0ser** (l0ser) 'l0ser'", "**loser** (loser) 'loser'"),
        ("lo\nser", "loser"),
        ("lo-\nser", "loser"),
        ("🅵*ck", "fuck"),
        ("v0te  f0r\tn0 y3s b3t", "vote f0r no yes bet"),
        ("kcuf", "fuck"),
        ("ｌ０ｓｅｒ", "loser"),
    ],
)
def test_disguises_are_lifted(written: str, seen: str) -> None:
    """Each way to hide a listed word shows the word."""
    assert lifted(written) == seen


@pytest.mark.parametrize(
    "text",
    [
        *("part a55-1234, id 455, rev b16", "0xdeadbeef c0ffee b16b00b5", "room 12b at 3:30pm"),
        *("@l0ser99", "xx_l0s3r_xx", "https://x.example/l0ser", "mail me at l0ser@x.example"),
        *("she lived here", "as-is, t-shirt, e-mail, x-ray, co-op", "a+b*c-d", "2*3*4", "**bold**"),
        *("dick kuntz of essex", "scunthorpe class assignment", "soooo good", "p.m. and u.s."),
        *(
            "well-known",
            "its 5th avenue",
            "the cost is $100 (really)",
            "a, b, c or d?",
            "p.o. box 12",
        ),
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    """Codes, hex, handles, links, names, and words that only look like a disguise stay."""
    assert lifted(text) == text


def test_a_spaced_heading_is_one_word() -> None:
    """`A S S I G N M E N T` is an assignment and nothing else."""
    assert lifted("A S S I G N M E N T 4") == "assignment 4"


def test_numbers_set_apart_stay_numbers() -> None:
    """A spaced phone number is for the rules of personal data, as it was written."""
    assert lifted("4 1 4 5 5 5 0 1 3 4") == "4 1 4 5 5 5 0 1 3 4"


@pytest.mark.parametrize(
    ("written", "word", "stretch"),
    [
        ("oh l 0 s e r!", "loser", "l 0 s e r"),
        ("oh f\u200b*ck", "fuck", "f\u200b*ck"),
        ("oh stpd.", "stupid", "stpd"),
        ("oh ||lo||ser", "loser", "lo||ser"),
    ],
)
def test_offsets_lead_to_the_disguise(written: str, word: str, stretch: str) -> None:
    """What is found in the view points at the whole of what was written."""
    view = reveal(fold(written), LEXICON)
    at = view.text.index(word)

    start, end = view.original(at, at + len(word))

    assert written[start:end] == stretch


@given(any_text)
def test_offsets_stay_in_order_and_inside(text: str) -> None:
    """For any text, lifting keeps every place within it and in order."""
    view = reveal(fold(text), LEXICON)

    places = [view.original(at, at + 1) for at in range(len(view.text))]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(places))


@given(any_text)
def test_without_a_lexicon_only_blanks_change(text: str) -> None:
    """Packs that list no disguised words get the folded text, with single blanks."""
    view = fold(text)

    assert reveal(view, Lexicon()).text == re.sub(r"[ \t]+", " ", view.text)


def test_entries_that_are_no_words_are_told() -> None:
    """An entry that cannot be spelled out is left aside, and said to be."""
    lexicon = Lexicon(["loser", r"\d+ losers", "lo.er"])

    assert lexicon.words == {"loser"}
    assert lexicon.left_aside == (r"\d+ losers", "lo.er")


# Gaps of two kinds, each as usual as the other; parts and masks that fit more than one word.
UNSURE = "l.o.s.e.r s*t*u*p*i*d, vo te f.o.r b*e*t, cl own sh*t f*ck"
READ = f"from tests.rules.folding.test_reveal import *; print(lifted({UNSURE!r}))"


def test_every_process_reads_the_same() -> None:
    """Sets of words have another order in each process; what is read must not hang on it."""
    said = {
        subprocess.run(
            [sys.executable, "-c", READ],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(6)
    }

    assert len(said) == 1
