"""What a pattern cannot do without: found by reading, and never more than is true."""

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.folding.normalize import fold
from rules.matching.expression import Pattern, Sight
from rules.matching.literals import BORDER, DIGIT, either
from rules.matching.words import Needed
from rules.packfiles.vocabulary import Vocabulary
from tests.rules.patterns import compiles, patterns, texts_for

NO_LISTS = Vocabulary({})


def bare(source: str, lists: Vocabulary = NO_LISTS) -> list[set[frozenset[str]]]:
    """The ways to match, their borders shown as `|`."""
    return [
        {frozenset(word.replace(BORDER, "|") for word in clause) for clause in way}
        for way in lists.ways(source, plain=True)
    ]


def test_words_of_a_pattern_are_needed() -> None:
    """Each stretch of plain text is a clause; alternatives are one clause of several words."""
    assert bare(r"\byou\b.{0,9}\b(?:loser|clown)s?\b") == [
        {
            frozenset(["|you|"]),
            frozenset(["|loser|", "|losers|", "|clown|", "|clowns|"]),
        }
    ]


def test_alternatives_of_the_whole_pattern_are_ways() -> None:
    """A pattern may be met in any of its ways; each has its own clauses."""
    assert bare(r"vote \w+|elect (?:him|her)") == [
        {frozenset(["vote|"])},
        {frozenset(["elect him", "elect her"])},
    ]


def test_lists_need_one_of_their_words() -> None:
    """A vocabulary is a clause; where words begin at its border, its literals do too."""
    lists = Vocabulary({"insult": ("loser", r"idiot\w*"), "deep": ("{insult}", "fool")})

    assert bare(r"\b{insult} x", lists) == [{frozenset(["|loser|", "|idiot"])}]
    assert bare(r"a{deep}b", lists) == [{frozenset(["loser", "idiot", "fool"])}]


def test_what_may_be_absent_is_not_needed() -> None:
    """Optional parts, sets, wildcards and what looks around need nothing."""
    assert bare(r"(?:loser)? \w+ (?=clown)[a-z]*") == []
    assert bare(r"\w{3}-\w{4}") == []
    assert bare(r"loser|\w+") == []


def test_repeated_words_are_needed_once() -> None:
    """`aw+` begins with aw, and a word after it follows on a w."""
    assert bare(r"aw+ is") == [{frozenset(["aw"]), frozenset(["w is"])}]


def test_alternatives_need_the_rarest_of_each() -> None:
    """A group whose branches are no plain lists needs what each branch needs most."""
    (way,) = bare(r"(?:the \w+ loser|a\d+clown)x")

    assert frozenset(["|loser", "clown"]) in way
    assert either([]).exact == frozenset()


@given(st.data(), patterns(), st.booleans())
def test_whatever_matches_has_what_is_needed(data: st.DataObject, source: str, raw: bool) -> None:
    """For any pattern and text: a match means that one way has all its clauses in the text."""
    assume(compiles(source))
    sight = Sight.RAW if raw else Sight.PLAIN
    pattern = Pattern(source, sight, lambda: NO_LISTS.ways(source, plain=not raw))
    text = data.draw(texts_for(raw=raw))
    text = text if raw else fold(text).text
    ways = pattern.ways
    if not ways or not pattern.regex.search(text):
        return

    assert Needed({pattern: ways}).match(text.casefold() if raw else text) == {pattern}
    assert pattern.may_match(text.encode())


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    """Preparing a pattern costs time once and none later."""
    pattern = Pattern("a(b)", Sight.PLAIN)

    first, second = pattern.prepare(), pattern.prepare()

    assert first > 0.0 == second
    assert pattern.regex.flags & regex.ASCII


@pytest.mark.parametrize(
    ("source", "digits"),
    [
        (r"\bon \d{1,3} |at \d\b", 1),
        (r"\d{3}-\d{4}", 7),
        (r"(?:\d[ -]?){13,16}", 13),
        (r"[2-9]\d{2,}x?(?:\d|12|\d{4}\.)", 4),
        (r"20(?:2[4-9]|3\d) \w", 4),
    ],
)
def test_digits_are_counted(source: str, digits: int) -> None:
    """A text needs as many digits as a match has at least; in the raw view they may be of any
    script and are not counted."""
    assert all(frozenset([DIGIT * digits]) in way for way in bare(source))
    assert all(DIGIT not in "".join(c) for way in NO_LISTS.ways(source, plain=False) for c in way)


def test_signs_are_needed_where_they_are_rare() -> None:
    """A dollar sign tells something by itself, a comma or a lone letter nothing."""
    assert bare(r"\$ ?\w") == [{frozenset(["$", "$|"])}]
    assert bare(r", \w+[ab]") == []
