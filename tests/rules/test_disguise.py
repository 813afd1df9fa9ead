"""Disguise over the shipped packs: every listed word in every supported way, and ordinary words."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.folding.lexicon import Lexicon
from rules.folding.normalize import fold
from rules.folding.reveal import reveal
from rules.loader import load

ROOT = Path(__file__).parents[2]
RULES = load(run_examples=False)
LEXICON = RULES.lexicon
LEET = str.maketrans("oieast", "013457")
CYRILLIC = str.maketrans("aeopcxyijs", "аеорсхуіјѕ")


def seen(text: str, lexicon: Lexicon = LEXICON) -> str:
    """The view that rules see."""
    return reveal(fold(text), lexicon).text


def shifted(first: int) -> Callable[[str], str]:
    """Each letter as the one of an alphabet that begins at this point."""
    return lambda word: "".join(chr(first + ord(letter) - ord("a")) for letter in word)


def at(place: int, sign: str, drop: int = 0) -> Callable[[str], str]:
    """The word with a sign put in, for as many letters as are dropped."""
    return lambda word: word[:place] + sign + word[place + drop :]


# a way to write a word, the letters it takes at least, and the share of words it must show
WAYS: dict[str, tuple[Callable[[str], str], int, float]] = {
    "capitals in turn": (lambda w: w[:1] + w[1:2].upper() + w[2:], 3, 1.0),
    "zero-width": ("\u200b".join, 3, 1.0),
    "right to left mark": ("\u202e".join, 3, 1.0),
    "zalgo": (lambda w: "".join(f"{c}\u0336\u0321" for c in w), 3, 1.0),
    "full width": (shifted(0xFF41), 3, 1.0),
    "mathematical": (shifted(0x1D4EA), 3, 1.0),
    "circled": (shifted(0x24D0), 3, 1.0),
    "squared": (shifted(0x1F130), 3, 1.0),
    "regional indicators": (shifted(0x1F1E6), 3, 1.0),
    "look-alikes": (lambda w: w.translate(CYRILLIC), 3, 1.0),
    "spaced": (" ".join, 3, 1.0),
    "dotted": (".".join, 3, 1.0),
    "dashed": ("-".join, 3, 1.0),
    "underscored": ("_".join, 3, 1.0),
    "parenthesised": (lambda w: "".join(f"({c})" for c in w), 3, 1.0),
    "emoji between": ("🔥".join, 3, 1.0),
    "one letter to a line": ("\n".join, 3, 1.0),
    "stretched end": (lambda w: w + 3 * w[-1], 3, 0.99),
    "over two lines": (at(2, "\n"), 5, 0.99),
    "hyphened over two lines": (at(2, "-\n"), 5, 0.99),
    "bold inside": (at(2, "**"), 5, 0.95),
    "spoiler inside": (at(2, "||"), 5, 0.99),
    "masked": (at(1, "*", 1), 5, 0.95),
    "masked by an emoji": (at(1, "🤬", 1), 5, 0.95),
    "leet": (lambda w: w[:1] + w[1:3].translate(LEET) + w[3:], 5, 0.95),
    "backwards": (lambda w: w[::-1], 6, 0.97),
}


@pytest.mark.parametrize("way", WAYS)
def test_listed_words_show_through_each_disguise(way: str) -> None:
    """Nearly all words of the shipped lists; some masks fit more than one word."""
    disguise, shortest, share = WAYS[way]
    words = sorted(word for word in LEXICON.words if len(word) >= shortest)

    shown = [word for word in words if word in seen(f"oh {disguise(word)} yes")]

    assert len(words) > 300
    assert len(shown) >= share * len(words), sorted(set(words) - set(shown))[:20]


def ordinary_words() -> set[str]:
    """The words of the examples that rules must ignore, and of the documentation."""
    texts = [text for rule in RULES.rules for text in rule.ignore]
    texts += [text for context in RULES.contexts.values() for text in context.ignore]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))]
    words = {
        word
        for text in texts
        for word in re.findall(r"(?<![\w@*.'`-])[^\W\d_]+(?![\w@*.'`-])", text)
    }
    stretched = re.compile(r"(.)\1\1", re.IGNORECASE)
    return {word for word in words if fold(word).text.isascii() and not stretched.search(word)}


def test_ordinary_words_mean_what_they_say() -> None:
    """Thousands of plain words, each in a sentence: none is taken for a disguise of another."""
    disguised = {"loooser", "resol", "stpd", "looooser", "lmaooo"}  # the examples of disguise
    words = ordinary_words() - disguised

    changed = [word for word in sorted(words) if seen(f"a {word} b") != f"a {fold(word).text} b"]

    assert len(words) > 2500
    assert changed == []


@pytest.mark.parametrize(
    "text",
    [
        *("dick kuntz", "essex and sussex", "scunthorpe", "penistone", "lightwater", "mr. hancock"),
        *("assassin's creed", "cumulative", "shiitake", "a cocktail dress", "document title"),
        *("0xdeadbeef", "c0ffee11", "sku b16-55a1", "rev 2b", "h2o", "co2", "mp3", "k-12", "ps5"),
        *("room5", "win95", "xx_l0s3r_xx", "@l0ser99", "pr0gamer_7781", "gr8", "b4", "2day"),
        *("no one", "log in", "be at the gym", "my self", "may or may not", "por no ir"),
        *("wi-fi (5 ghz)", "a) b) c)", "(a) (b) (c)", "a, b, c or d", "i m a", "x.x.x.x"),
    ],
)
def test_names_codes_and_plain_phrases_stay(text: str) -> None:
    """Names that hold a listed word, codes, tags, enumerations."""
    assert seen(text).replace("wifi", "wi-fi") == text


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("A S S I G N M E N T", "assignment"),
        ("C L A S S  N E W S", "class news"),
        ("T H E R A P I S T", "therapist"),
        ("A-S-S-E-S-S", "assess"),
        ("C O C K T A I L S", "cocktails"),
        ("M A S S A G E", "massage"),
    ],
)
def test_spaced_headings_are_their_words(heading: str, read: str) -> None:
    """A word set apart is that word, not the one that its first letters spell."""
    assert seen(heading) == read


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("N o a l a p r o p u e s t a", "no a la propuesta"),
        ("v o t e  f o r  h e r", "vote for her"),
        ("fu ck this", "fuck this"),
        ("b|tch, f🤬ck, sh💩t", "bitch, fuck, shit"),
        ("voted\nfor him", "voted for him"),
        ("you are a\nloser", "you are a loser"),
        ("we won\nsee you", "we won\nsee you"),
        ("п о к а", "п о к а"),
    ],
)
def test_sentences_come_out_whole(written: str, shown: str) -> None:
    """Spaced-out sentences, words in two parts, pictures for letters, lines broken in a phrase."""
    assert seen(written) == shown
