"""Explanations: why, what it rests on, what cleared the rest, with everything secret masked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.explanation import Explainer
from bot.texts.masking import Masker
from rules.loader import PACKS, load
from rules.messages import LANGUAGES, wording
from rules.policies import load_policies, shipped
from rules.ruleset import RuleSet
from tests.rules.making import findings, folder, pack, rule

INSULTS = pack(
    rule(
        "cyberbullying.insult",
        'kind = "pattern"\npatterns = ["(?:you|u) (?:are|r) a {insult}"]\nunless = ["quoting"]',
    )
    + rule(
        "cyberbullying.at-you",
        'kind = "conjunction"\n[rule.all]\nwho = ["\\\\byou\\\\b"]\nwhat = ["{insult}"]',
    ).replace("Because.", "An insult near somebody."),
    name="cyberbullying",
    head='disguised = ["insult"]',
    vocabulary='insult = ["loser", "clown"]',
)
PHONES = pack(
    rule("pii_general.phone", 'kind = "pattern"\npatterns = ["\\\\d{3}-\\\\d{4}"]'),
    name="pii_general",
)
QUOTING = """
    [[context]]
    id = "quoting"
    scope = "inside"
    patterns = ['"[^"]{1,80}"']
    reason = "It is quoted."
    match = ['"a"', '"b"', '"c"']
    ignore = ["a", "b", "c"]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Two insults that touch, a number to be masked, and quotation marks that clear."""
    path: Path = folder(tmp_path_factory.mktemp("packs"), INSULTS, PHONES, contexts=QUOTING)
    return load(path, policies=load_policies(shipped()), run_examples=False)


def explainer(text: str, rules: RuleSet, *, lang: str = "en", quotes: bool = True) -> Explainer:
    """What explains the verdict on a text."""
    return Explainer(text, findings(text, rules), Masker(rules), lang, quotes=quotes)


def test_what_touches_is_told_as_one_matter(rules: RuleSet) -> None:
    """The gravest rule speaks, with the decisive words and how their disguise was read."""
    (one,) = explainer("well you are a l0ser", rules).flagged()

    assert one.sentences == (
        "Because. It rests on “you are a l0ser”, read as “you are a loser”. "
        "Also: An insult near somebody."
    )
    assert one.basis == "cyberbullying.insult; the author is told at once; 90% sure"
    assert "No cyberbullying (mps-6.34:2(b)5)" in one.clauses


def test_what_stands_apart_is_told_apart(rules: RuleSet) -> None:
    """Two matters of two categories are two explanations."""
    told = explainer("you are a clown, call 555-0123", rules).flagged()

    assert {one.lead.rule for one in told} == {"cyberbullying.insult", "pii_general.phone"}


def test_parts_are_quoted_in_the_order_of_the_text(rules: RuleSet) -> None:
    """Each decisive word once, the last one after an "and"."""
    (one,) = explainer("that clown is you", rules).flagged()

    assert one.sentences == (
        "An insult near somebody. It rests on “clown” (what is said) and “you” (whom it is about)."
    )


@pytest.mark.parametrize("text", ["YOU ARE A LOSER", "you  are a\tloser", "yoú are a lóser"])
def test_capitals_blanks_and_accents_are_no_disguise(text: str, rules: RuleSet) -> None:
    """Only what hides letters is said to have been read as something else."""
    (one,) = explainer(text, rules).flagged()

    assert "read as" not in one.sentences


def test_what_was_cleared_says_by_what(rules: RuleSet) -> None:
    """The words, what they were not counted as, and the context's own sentence."""
    told = explainer('he wrote "you are a clown" to me', rules)

    assert "“you are a clown” was not counted as “Cyberbullying”: It is quoted." in told.cleared()


def test_secrets_are_masked(rules: RuleSet) -> None:
    """Personal data is not repeated, neither alone nor inside other words."""
    text = "you 555-0123 clown"
    told = explainer(text, rules)
    said = " ".join(one.sentences for one in told.flagged()) + " ".join(told.cleared())

    assert "0123" not in said


def test_words_can_be_kept_out(rules: RuleSet) -> None:
    """Where a card must not show words, the reasons stand alone."""
    (one,) = explainer("you are a l0ser", rules, quotes=False).flagged()

    assert one.sentences == "Because. Also: An insult near somebody."


def test_in_spanish(rules: RuleSet) -> None:
    """The sentences around the rule's own reason are in the reader's language."""
    (one,) = explainer("you are a l0ser", rules, lang="es").flagged()

    assert "Se apoya en «you are a l0ser», leído como «you are a loser»." in one.sentences
    assert "seguridad 90%" in one.basis


@given(st.text(st.sampled_from("you arel0s\n\u200b5-01👎é"), max_size=60))
def test_any_text_can_be_explained(rules: RuleSet, text: str) -> None:
    """Whatever is found, each explanation says something and shows no secret."""
    told = explainer("you are a l0ser 555-0123 " + text, rules)

    assert all(one.sentences.startswith(one.lead.explanation) for one in told.flagged())
    assert "0123" not in " ".join(one.sentences for one in told.flagged())


def test_every_part_of_the_shipped_rules_has_a_name() -> None:
    """Moderators read what a word was taken for, in their language, not a label of the pack."""
    labels: set[str] = set()
    for file in PACKS.glob("*.toml"):
        for table in tomllib.loads(file.read_text(encoding="utf-8")).get("rule", []):
            labels |= set(table.get("all", {}))
            labels |= set(re.findall(r"\?P<(\w+)>", str(table)))
    labels.discard("datum")

    for lang in LANGUAGES:
        assert labels == {k.removeprefix("part.") for k in wording(lang) if k.startswith("part.")}
