"""Contexts: what clears a speaker, by where it stands beside a finding."""

from pathlib import Path

import pytest

from rules.types import Suppression
from tests.rules.making import findings, pack, rule, ruleset

LOSER = rule("profanity.loser", "kind = 'phrase'\nterms = ['loser']\nunless = ['clear']")


def context(scope: str, pattern: str, *, within: int | None = None, more: str = "") -> str:
    """A contexts file with one context; `more`: further keys of it."""
    bound = f"within = {within}" if within else ""
    return f"""
    [[context]]
    id = "clear"
    scope = "{scope}"
    {bound}
    {more}
    patterns = ['{pattern}']
    reason = "It clears."
    match = ["a", "b", "c"]
    ignore = ["d", "e", "f"]
    """


BUT = r"stops = ['\bbut\b']"
AGREED = r"despite = ['\bi agree\b']"


@pytest.mark.parametrize(
    ("contexts", "text", "cleared"),
    [
        (context("message", "reported"), "loser! i reported it. twice", True),
        (context("message", "reported"), "loser!", False),
        (context("sentence", "quote"), "in a quote: loser. ok", True),
        (context("sentence", "quote"), "a quote. loser", False),
        (context("sentence", "quote"), "a quote\nloser", False),
        (context("before", "not a", within=10), "not a big loser", True),
        (context("before", "not a", within=10), "not a very big sore loser", False),
        (context("before", "not a", within=10), "not a. loser", False),
        (context("before", "not a", within=10), "loser, not a", False),
        (context("after", "at chess", within=10), "loser at chess", True),
        (context("after", "at chess", within=10), "loser. at chess", False),
        (context("beside", "of me", within=10), "loser of me", True),
        (context("beside", "of me", within=10), "of me a loser", True),
        (context("beside", "of me", within=10), "loser. of me", False),
        (context("inside", '"[^"]{1,40}"'), 'she said "you loser" and left', True),
        (context("inside", '"[^"]{1,40}"'), '"hi" you loser, "bye"', False),
        (context("inside", '"[^"]{1,40}"'), '"hi", you loser', False),
        (context("inside", '"[^"]{1,40}"'), "“you loser”", True),
        (context("message", "kidding", more=BUT), "kidding, loser", True),
        (context("message", "kidding", more=BUT), "kidding, but you loser", False),
        (context("message", "kidding", more=BUT), "but who is a loser? kidding", True),
        (context("sentence", "quote", more=BUT), "you loser but a quote", False),
        (context("before", "not a", within=30, more=BUT), "not a foe but a loser", False),
        (context("after", "at chess", within=30, more=BUT), "loser but good at chess", False),
        (context("message", "he said", more=AGREED), "he said loser", True),
        (context("message", "he said", more=AGREED), "he said loser. i agree", False),
    ],
)
def test_a_context_clears_by_its_scope(
    tmp_path: Path, contexts: str, text: str, cleared: bool
) -> None:
    """The finding stays in the verdict; a context that reaches it is named."""
    rules = ruleset(tmp_path, pack(LOSER), contexts=contexts)

    (found,) = findings(text, rules)

    assert (found.suppressed, found.cleared_by) == (
        (Suppression.CONTEXT, "clear") if cleared else (None, "")
    )


def test_what_stands_before_the_last_part_stands_before_the_finding(tmp_path: Path) -> None:
    """A finding of several parts is cleared by what stands between them."""
    both = rule(
        "profanity.aimed",
        """
        kind = "conjunction"
        unless = ["clear"]
        [rule.all]
        who = ['\\byou\\b']
        what = ['\\bloser\\b']
        """,
    )
    rules = ruleset(tmp_path, pack(both), contexts=context("before", "never", within=10))

    (cleared,) = findings("you are never a loser", rules)
    (live,) = findings("never mind. you are a loser", rules)

    assert (cleared.cleared_by, live.cleared_by) == ("clear", "")
