"""Digits and signs for letters: read as words that rules look for, and as nothing else."""

import pytest

from rules.folding.leet import leet
from rules.folding.lexicon import Lexicon

KNOWN = ("vote", "board", "school", "sale", "friends", "union", "free", "name", "good", "caucus")
LEXICON = Lexicon(["loser"], [*KNOWN, "for", "side", "say", "room", "shoot", "eel", "ten"])


def read(text: str) -> str:
    """The text with every lift in place."""
    for lift in sorted(leet(text, LEXICON), key=lambda lift: -lift.start):
        text = text[: lift.start] + lift.letters + text[lift.end :]
    return text


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("v0te f0r sch00l b0ard", "vote for school board"),
        ("$ale, fr!ends & n@me", "sale, friends & name"),
        ("un1on un!on un|on", "union union union"),
        ("v0te n0 0n it", "vote no on it"),
        ("5hoot", "shoot"),
        ("caucu5", "caucus"),
        ("fr33 (v0te) 'v0te'", "free (vote) 'vote'"),
        ("saaay goooood", "say good"),
        ("v0teeee", "vote"),
    ],
)
def test_signs_are_read_as_letters(written: str, seen: str) -> None:
    """Whatever list the word is in, if any: some rule looks for it."""
    assert read(written) == seen


@pytest.mark.parametrize(
    "text",
    [
        *("n0 0n b3 m3", "room5 room12 sale2 vote24 vote123", "3el 10en 2sale", "v0t3z vqt3"),
        *("@v0te hi", "v0te@x.example", "https://x.example/v0te", "x.example/v0te", "xx_v0te_xx"),
        *("t3n and l0-5er", "ten-four", "4 sale", "f.0.r", "1010101", "e3l"[::-1], "..."),
    ],
)
def test_codes_handles_and_numbers_stay(text: str) -> None:
    """Two letters need company; rooms, mentions, links, mail and gamer tags are themselves."""
    kept = text.replace("t3n", "ten")  # a word between two letters is one: h1m, n0t

    assert read(text) == kept


def test_a_word_that_says_itself_is_not_lifted() -> None:
    """Nothing is lifted that is a word already."""
    assert list(leet("vote for good friends", LEXICON)) == []
    assert list(leet("aaa bbb", LEXICON)) == []


def test_too_many_readings_are_none() -> None:
    """A token of ones could be anything and is left alone."""
    assert read("a1!1!1!b") == "a1!1!1!b"
