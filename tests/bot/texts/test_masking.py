"""Masking: what is secret in a text is hidden, whatever cleared it, at the cost of one look."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.texts.masking import Masker
from rules.classifier.opinion import Opinion
from rules.loader import load
from rules.ruleset import RuleSet
from rules.types import Category
from tests.rules.classifier.making import FAR, Weighing, weights
from tests.rules.making import folder, pack, rule

PHONES = pack(
    rule(
        "pii_general.phone",
        'kind = "pattern"\npatterns = ["\\\\d{3}-\\\\d{4}"]\nunless = ["made_up"]',
    ),
    name="pii_general",
)
MADE_UP = """
    [[context]]
    id = "made_up"
    scope = "message"
    patterns = ["in the book"]
    reason = "It is made up."
    match = ["in the book", "in the book a", "in the book b"]
    ignore = ["a", "b", "c"]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """A number that is personal data, but for those in a book."""
    path: Path = folder(tmp_path_factory.mktemp("packs"), PHONES, contexts=MADE_UP)
    return load(path, run_examples=False)


@pytest.mark.parametrize("text", ["call 555-0123", "in the book they call 555-0123"])
def test_secrets_are_hidden_wherever_a_text_is_shown(text: str, rules: RuleSet) -> None:
    """What a context cleared as well: allowed to say is not the same as to repeat."""
    masker = Masker(rules)

    shown = (
        masker.opening(text, 80),
        masker.excerpt(text, (), 80),
        masker.quote(text, (), (0, len(text)), 80),
    )

    assert ["call ••••" in one for one in shown] == [True, True, True]
    assert "555" not in " ".join(shown)


def test_a_text_is_judged_once(rules: RuleSet) -> None:
    """A card asks about the same text for each of its quotes; another text is judged anew."""
    masker = Masker(rules)

    first = masker.judged("call 555-0123")

    assert masker.judged("call 555-0123") is first
    assert masker.judged("good morning") == ()


def test_a_text_is_not_sent_to_a_district_s_own_model_again(tmp_path: Path) -> None:
    """What is shown is worked out where the bot must not wait; no words are left out one by one."""
    by_model = (
        '[[rule]]\nid = "profanity.model"\nkind = "model"\n'
        'severity = "medium"\nreason = "It reads so."\n'
    )
    own, theirs = Weighing({(Category.PROFANITY, "frak"): 3.0 - FAR}), Weighing({})
    opinion = Opinion(own, weights(), outside=Opinion(theirs, weights()))
    rules = load(folder(tmp_path, pack(by_model)), run_examples=False).advised(opinion)

    (found,) = Masker(rules).judged("oh frak it")

    assert (found.rule, found.parts) == ("profanity.model", ())
    assert (own.asked, theirs.asked) == (["oh frak it"], [])
