"""`evaluate`: long texts, budgets, absorption, and texts made to break it."""

from collections.abc import Callable, Iterator
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine import OVERLAP, WINDOW, evaluate, windows
from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import Context, Finding, Skip
from tests.rules.making import findings, message, pack, rule, ruleset

LOSER = rule("profanity.loser", "kind = 'pattern'\npatterns = ['\\bloser\\b']")


def clock(*readings: float) -> Callable[[], float]:
    """A clock that shows these readings, and then ever later ones."""
    later: Iterator[float] = (readings[-1] + n for n in count(1))
    ahead = iter(readings)
    return lambda: next(ahead, None) or next(later)


def spans(found: tuple[Finding, ...]) -> list[tuple[int | None, int | None]]:
    """Where the findings stand."""
    return [(finding.start, finding.end) for finding in found]


@pytest.mark.parametrize("at", [0, 3390, 3995, 3999, 4000, 7000, 39_995])
def test_a_word_is_found_once_wherever_it_stands(tmp_path: Path, at: int) -> None:
    """A long text is judged in windows: nothing is cut, doubled or moved."""
    rules = ruleset(tmp_path, pack(LOSER))
    text = ("ab " * 14_000)[:at].ljust(at) + " loser " + ("cd " * 14_000)[: 40_000 - at]

    assert spans(findings(text, rules)) == [(at + 1, at + 6)]


def test_no_window_cuts_a_word(tmp_path: Path) -> None:
    """`classloser` is no loser, even where a window would begin in the middle of it."""
    rules = ruleset(tmp_path, pack(LOSER))
    text = "xx " * 1100 + "classloser " * 300

    assert findings(text, rules) == ()


@given(st.integers(0, 30_000), st.sampled_from(["ab ", "a", "word\n"]))
def test_windows_cover_the_text(length: int, piece: str) -> None:
    """Windows are in order, none too long, and what two share is longer than a pattern reaches."""
    text = (piece * 30_000)[:length]

    covered = list(windows(text))

    assert all(len(part) <= WINDOW and text[at : at + len(part)] == part for at, part in covered)
    assert covered[-1][0] + len(covered[-1][1]) == length
    for (first, part), (second, _) in pairwise(covered):
        assert first < second <= first + len(part) - OVERLAP


def test_a_message_out_of_time_is_not_clean(tmp_path: Path) -> None:
    """What could not be tried is named; nothing is taken for clean."""
    rules = ruleset(tmp_path, pack(LOSER))
    budget = Budget(seconds=1, now=clock(1.0, 5.0))

    verdict = evaluate(message("you loser"), Context(), rules, budget)

    assert verdict.findings == ()
    assert verdict.skipped == (Skip("profanity.loser", "budget"),)


def test_a_pattern_out_of_time_is_not_clean(tmp_path: Path) -> None:
    """A pattern that runs away is stopped and named, and the other rules go on."""
    slow = rule("profanity.slow", "kind = 'pattern'\npatterns = ['(?:a|aa){1,80}(?:a|aa){1,80}c']")
    rules = ruleset(tmp_path, pack(LOSER + slow))
    budget = Budget(seconds=60, call=0.001)

    verdict = evaluate(message("loser " + "a" * 3000 + " c"), Context(), rules, budget)

    assert [finding.rule for finding in verdict.findings] == ["profanity.loser"]
    assert verdict.skipped in ((), (Skip("profanity.slow", "timeout"),))


@pytest.fixture
def absorbing(tmp_path: Path) -> RuleSet:
    """A rule that stands for the phone numbers inside its span."""
    student = rule(
        "pii_student.phone",
        """
        kind = "conjunction"
        absorbs = ["pii_general.phone"]
        [rule.all]
        name = ['mia torres']
        phone = ['555-\\d{4}']
        """,
    )
    phone = rule("pii_general.phone", "kind = 'datum'\npatterns = ['555-\\d{4}']")
    return ruleset(tmp_path, pack(student, name="pii_student"), pack(phone, name="pii_general"))


def test_what_another_finding_stands_for_is_dropped(absorbing: RuleSet) -> None:
    """The phone of a student's data is no finding of its own; another phone is."""
    found = findings("mia torres 555-0134. office" + " x" * 80 + " 555-0199", absorbing)

    assert [finding.rule for finding in found] == ["pii_student.phone", "pii_general.phone"]
    assert findings("555-0134", absorbing)[0].rule == "pii_general.phone"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00" * 500 + "loser",
        "\ud800loser\udfff loser",
        "e" + "\u0301" * 10_000 + " loser",
        "ﷺ" * 5_000,
        "l" * 40_000,
        "l o s e r " * 4_000,
        "*" * 40_000,
        "l*" * 20_000,
        "\n" * 40_000,
        '"' * 40_000,
        "🤡" * 20_000 + " loser",
        "l0" * 15_000,
        "@$!#" * 10_000,
    ],
)
def test_odd_texts_are_judged(tmp_path: Path, text: str) -> None:
    """Whatever the text, every rule is tried, and what is found lies inside."""
    rules = ruleset(
        tmp_path,
        pack(LOSER, head="disguised = ['bad']", vocabulary="bad = ['loser', 'idiot\\w*']"),
    )
    post = message(text)

    verdict = evaluate(post, Context(), rules, Budget.patient())

    assert verdict.skipped == ()
    assert ("loser" in text) <= bool(verdict.findings)
    assert all(0 <= f.start < f.end <= len(post.text) for f in verdict.findings)  # type: ignore[operator]


def test_a_rule_floods_no_verdict(tmp_path: Path) -> None:
    """However often a rule hits, a verdict stays of a size that people can read."""
    rules = ruleset(tmp_path, pack(LOSER))

    assert 0 < len(findings("loser " * 500, rules)) <= 20
