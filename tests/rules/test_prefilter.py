"""The prefilter: it never leaves out a rule that would find something."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine import evaluate
from rules.loader import load
from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import Context
from tests.rules.making import message, pack, rule, ruleset, unfiltered
from tests.rules.texts import any_text


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    """The packs that come with the product."""
    return load(run_examples=False)


def both(text: str, rules: RuleSet) -> tuple[object, object]:
    """The findings with the prefilter, and those of a plain loop over all rules."""
    post = message(text)
    return (
        evaluate(post, Context(), rules, Budget.patient()),
        evaluate(post, Context(), unfiltered(rules), Budget.patient()),
    )


def test_the_examples_give_what_a_plain_loop_gives(shipped: RuleSet) -> None:
    """Quick and slow agree to the last finding, on an example of every twelfth rule.

    A plain loop takes nearly half a second for each text: all 2,000 would take many minutes.
    Those that a rule finds by itself are held against it whenever packs are tried.
    """
    texts = [text for each in shipped.rules[::12] for text in each.match[:1]]

    different = [text for text in texts if len(set(both(text, shipped))) > 1]

    assert different == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=20)
@given(st.data())
def test_any_text_gives_what_a_plain_loop_gives(shipped: RuleSet, data: st.DataObject) -> None:
    """The same for texts that nobody thought of, parts of examples among them."""
    examples = st.sampled_from([text for each in shipped.rules for text in each.match])
    text = data.draw(st.one_of(any_text, st.tuples(any_text, examples, any_text).map("".join)))

    quick, plain = both(text, shipped)

    assert quick == plain


@pytest.mark.parametrize("text", ["İs it", "ıs ıt", "IS IT", "is it"])
def test_turkish_letters_hide_nothing(tmp_path: Path, text: str) -> None:
    """`regex` takes them for an i where it ignores case: so must the prefilter."""
    rules = ruleset(
        tmp_path, pack(rule("profanity.i", "kind='pattern'\nview='raw'\npatterns=['is [iI]t']"))
    )

    quick, plain = both(text, rules)

    assert quick == plain


def test_patterns_that_nothing_quick_can_find_are_tried_always(tmp_path: Path) -> None:
    """A back-reference has no re2 form: the rule runs on every text, and says so."""
    rules = ruleset(
        tmp_path, pack(rule("profanity.b", "kind='pattern'\npatterns=['([a-z])[xy]\\1']"))
    )

    assert [pattern.source for pattern in rules.prefilter.unfiltered] == [r"([a-z])[xy]\1"]  # type: ignore[attr-defined]
    assert evaluate(message("x axa"), Context(), rules).findings
