"""Excerpts: the neighbourhood of a finding, and never a masked code point."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.excerpt import BLOCK, SHORTEST, excerpt, masked_spans
from rules.types import Category, Finding, Part, Severity, Tier


def finding(
    start: int | None,
    end: int | None,
    *masked: tuple[int, int],
    category: Category = Category.CYBERBULLYING,
) -> Finding:
    return Finding(
        rule=f"{category}.test",
        category=category,
        clauses=(),
        severity=Severity.LOW,
        confidence=0.9,
        tier=Tier.ACT,
        explanation="A test.",
        start=start,
        end=end,
        masked=tuple(Part("secret", *span) for span in masked),
    )


def at(text: str, words: str, **options: Category) -> Finding:
    """A finding that masks these words of the text."""
    start = text.index(words)
    return finding(start, start + len(words), (start, start + len(words)), **options)


def test_a_short_message_is_shown_whole() -> None:
    """Nothing is cut where everything fits."""
    assert excerpt("you are a loser", [finding(10, 15)], width=40) == "you are a loser"


def test_a_long_message_is_cut_between_words_around_the_finding() -> None:
    """Both cuts show, and the finding stands in what is left."""
    text = (
        "the bus was late again today and " + "you are a loser" + " said nobody to anybody at all"
    )

    shown = excerpt(text, [finding(33, 48)], width=40)

    assert shown == "…today and you are a loser said nobody…"
    assert len(shown) <= 40


def test_a_finding_longer_than_the_width_shows_its_beginning() -> None:
    """Where not even the finding fits, its first words do."""
    text = "so " + "word " * 40

    assert excerpt(text, [finding(3, 200)], width=20) == "…word word word…"


def test_what_is_masked_shows_as_one_block() -> None:
    """The block has one length, so that it does not tell how long the secret is."""
    text = "call me at 555-0142 tonight"

    assert excerpt(text, [at(text, "555-0142")], width=60) == f"call me at {BLOCK} tonight"


def test_the_secrets_of_other_findings_are_masked_too() -> None:
    """The neighbourhood of an insult may hold a phone number that another rule found."""
    text = "you loser, call 555-0142"

    shown = excerpt(text, [finding(0, 9), at(text, "555-0142")], width=60)

    assert shown == f"you loser, call {BLOCK}"


def test_a_secret_is_masked_wherever_it_stands() -> None:
    """People repeat themselves; a rule reports one datum once."""
    text = "it is hunter22, again: hunter22"

    assert excerpt(text, [at(text, "hunter22")], width=60) == f"it is {BLOCK}, again: {BLOCK}"


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("the code is 4711x.", "47", f"the code is {BLOCK}."),
        ("at 18.566667 north", "566667", f"at {BLOCK} north"),
        ("call 773-555-0142-call", "555", f"call {BLOCK}"),
        ("to jo.marsh@mail.example.", "marsh@mail", f"to {BLOCK}."),
        ("O'Neil's. Next", "Neil", f"{BLOCK}. Next"),
        ("pin:4711,ok", "4711", f"pin:{BLOCK},ok"),
    ],
)
def test_a_span_that_misses_something_hides_it_all_the_same(
    text: str, found: str, shown: str
) -> None:
    """Spans are widened to whole words, numbers and addresses."""
    assert excerpt(text, [at(text, found)], width=60) == shown


@pytest.mark.parametrize(
    "category", [Category.PII_GENERAL, Category.PII_STUDENT, Category.CREDENTIAL]
)
def test_a_rule_about_secrets_that_masks_nothing_is_masked_whole(category: Category) -> None:
    """A rule that forgot `mask = true` must not show what it found; nor may one without a span."""
    assert excerpt("pin 4711 ok", [finding(4, 8, category=category)], width=40) == f"pin {BLOCK} ok"
    assert excerpt("pin 4711 ok", [finding(None, None, category=category)], width=40) == BLOCK


def test_a_finding_without_a_place_shows_the_beginning() -> None:
    """A finding on the message as a whole shows how the message begins."""
    assert excerpt("one two three four", [finding(None, None)], width=12) == "one two…"


def test_an_excerpt_is_one_harmless_line() -> None:
    """Line breaks, terminal controls and direction marks cannot disturb a table or a card."""
    text = "a\nb\x1b[31mc\u202ed\u2028e\x00f"

    assert excerpt(text, [finding(0, 1)], width=40) == "a b [31mcd e f"


def test_too_narrow_is_refused() -> None:
    """A width that cannot hold a word is the caller's mistake."""
    with pytest.raises(ValueError, match="at least"):
        excerpt("text", [], width=SHORTEST - 1)


OPEN = st.text(st.characters(codec="utf-8", exclude_characters="•…SECRT"), max_size=60)
SECRET = st.text("SECRT", min_size=1, max_size=30)


@settings(deadline=None)
@given(st.lists(st.tuples(OPEN, SECRET), max_size=6), OPEN, st.integers(SHORTEST, 200), st.data())
def test_no_masked_code_point_survives(
    pieces: list[tuple[str, str]], tail: str, width: int, data: st.DataObject
) -> None:
    """Whatever the text, the spans and the width: nothing masked is shown, and the width holds."""
    text, spans = "", []
    for shown, secret in pieces:
        spans.append((len(text) + len(shown), len(text) + len(shown) + len(secret)))
        text += shown + secret
    text += tail
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    line = excerpt(text, [finding(start, end), *(finding(*s, s) for s in spans)], width=width)

    assert not set("SECRT") & set(line)
    assert len(line) <= width
    assert len(line.splitlines()) <= 1


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 99), st.integers(-5, 99))))
def test_spans_are_sorted_and_inside(text: str, spans: list[tuple[int, int]]) -> None:
    """Odd spans (reversed, beyond the text) are clipped; what comes out can be sliced blindly."""
    merged = masked_spans(text, [finding(0, 0, *spans)])

    flat = [edge for span in merged for edge in span]
    assert flat == sorted(set(flat))
    assert all(0 <= edge <= len(text) for edge in flat)
