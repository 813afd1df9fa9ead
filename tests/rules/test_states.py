"""Draft, shadow, live: a rule on its way into force changes nothing for anybody before it is."""

from pathlib import Path

import pytest

from rules.engine import evaluate
from rules.errors import PackError
from rules.loader import load
from rules.ruleset import RuleSet
from rules.types import Context, Role, RuleState, Suppression, Tier
from tests.rules.making import findings, folder, message, pack, rule, ruleset

DARN = 'kind = "phrase"\nterms = ["darn"]\n'
EXAMPLES = {"match": '["darn", "oh darn", "darn it"]', "ignore": '["a", "b", "c"]'}


def swearing(state: str = "", *, in_pack: str = "") -> str:
    """A pack of one rule in a state of its own, of its pack, or of neither."""
    own = f'state = "{state}"\n' if state else ""
    head = f'state = "{in_pack}"' if in_pack else ""
    return pack(rule("profanity.darn", DARN + own, **EXAMPLES), head=head)


@pytest.mark.parametrize(
    ("own", "packs", "states", "stands"),
    [
        ("", "", {}, RuleState.LIVE),
        ("shadow", "", {}, RuleState.SHADOW),
        ("", "draft", {}, RuleState.DRAFT),
        ("live", "draft", {}, RuleState.LIVE),
        ("", "", {"profanity.*": RuleState.SHADOW}, RuleState.SHADOW),
        ("draft", "", {"profanity.darn": RuleState.LIVE}, RuleState.LIVE),
        (
            "",
            "",
            {"profanity.*": RuleState.DRAFT, "profanity.darn": RuleState.SHADOW},
            RuleState.SHADOW,
        ),
        ("", "", {"fundraiser.*": RuleState.DRAFT}, RuleState.LIVE),
    ],
)
def test_which_word_holds(
    tmp_path: Path, own: str, packs: str, states: dict[str, RuleState], stands: RuleState
) -> None:
    """The district's for the rule, then for its category; then the rule's own; then its pack's."""
    rules = load(folder(tmp_path, swearing(own, in_pack=packs)), states=states)

    assert rules.by_id["profanity.darn"].state is stands


@pytest.mark.parametrize(
    ("state", "suppressed"),
    [("draft", []), ("shadow", [Suppression.SHADOW]), ("live", [None])],
)
def test_what_each_state_finds(
    tmp_path: Path, state: str, suppressed: list[Suppression | None]
) -> None:
    """A draft nothing; a rule in shadow what it would flag, which leads to no flag."""
    verdict = evaluate(message("oh darn"), Context(), ruleset(tmp_path, swearing(state)))

    assert [found.suppressed for found in verdict.findings] == suppressed
    assert len(verdict.live) == (state == "live")


@pytest.mark.parametrize("state", list(RuleState))
def test_examples_are_held_in_every_state(tmp_path: Path, state: str) -> None:
    """A draft whose examples fail is refused like any other rule."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    load(folder(good, swearing(state)))

    with pytest.raises(PackError):
        load(folder(bad, swearing(state).replace("darn it", "dang it")))


def test_shadow_comes_last(tmp_path: Path) -> None:
    """What an audience or a channel clears would not have been flagged, so it is not counted."""
    rules = ruleset(tmp_path, swearing("shadow").replace(DARN, f'{DARN}audience = "staff"\n'))

    (of_student,) = findings("darn", rules, role=Role.STUDENT)
    (of_somebody,) = findings("darn", rules, role=Role.UNKNOWN)

    assert of_student.suppressed is Suppression.AUDIENCE
    assert (of_somebody.suppressed, of_somebody.tier) == (Suppression.SHADOW, Tier.REVIEW)


def beside(tmp_path: Path, state: str, second: str) -> RuleSet:
    """The rule in a state, and a live one beside it that has to do with it."""
    return ruleset(tmp_path, swearing(state), pack(second, name="cyberbullying"))


def test_a_rule_in_shadow_absorbs_nothing(tmp_path: Path) -> None:
    """What is live beside it is found as if it were not there."""
    other = rule("cyberbullying.oh", 'kind = "phrase"\nterms = ["oh darn"]\n')
    absorbing = swearing("shadow").replace(DARN, f'{DARN}absorbs = ["cyberbullying.oh"]\n')
    rules = ruleset(tmp_path, absorbing, pack(other, name="cyberbullying"))

    live = evaluate(message("oh darn"), Context(), rules).live

    assert [found.rule for found in live] == ["cyberbullying.oh"]


@pytest.mark.parametrize(
    ("base", "follows", "live"),
    [("live", "live", True), ("shadow", "live", False), ("draft", "live", False)],
)
def test_a_live_rule_does_not_follow_one_that_is_not(
    tmp_path: Path, base: str, follows: str, live: bool
) -> None:
    """A rule that builds on another's findings would tell what the other keeps to itself."""
    body = 'kind = "found"\nrules = ["profanity.darn"]\nnear = ["\\\\byou\\\\b"]\n'
    rules = beside(tmp_path, base, rule("cyberbullying.darn-you", f'{body}state = "{follows}"\n'))

    found = evaluate(message("darn you"), Context(), rules).live

    assert ("cyberbullying.darn-you" in {one.rule for one in found}) is live


def test_shadow_follows_shadow(tmp_path: Path) -> None:
    """Two rules that come into force together are tried together."""
    body = (
        'kind = "found"\nstate = "shadow"\nrules = ["profanity.darn"]\nnear = ["\\\\byou\\\\b"]\n'
    )
    rules = beside(tmp_path, "shadow", rule("cyberbullying.darn-you", body))

    verdict = evaluate(message("darn you"), Context(), rules)

    assert {one.rule for one in verdict.findings} == {"profanity.darn", "cyberbullying.darn-you"}
    assert verdict.live == ()


TALK = """
kind = "repeated"
of = ["cyberbullying.cue-jab"]
by = "author"
times = 2
"""
CUE = """
[[rule]]
id = "cyberbullying.cue-jab"
kind = "cue"
reason = "A jab."
patterns = ['\\bjab\\b']
match = ["jab", "a jab", "jab!"]
ignore = ["a", "b", "c"]
"""
TALKS = {
    "match": '["k: x\\nb: jab\\nb: jab", "k: y\\nb: jab\\nb: a jab", "k: a\\nb: jab\\nb: jab"]',
    "ignore": '["kai: hi\\nbo: jab", "k: hi\\nb: j\\nb: j", "k: a\\nb: jab\\nc: jab"]',
}


@pytest.mark.parametrize(
    ("state", "suppressed"),
    [("draft", []), ("shadow", [Suppression.SHADOW]), ("live", [None])],
)
def test_rules_over_several_messages_too(
    tmp_path: Path, state: str, suppressed: list[Suppression | None]
) -> None:
    """A pack in shadow keeps its cues: without them its rules could be tried on nothing."""
    text = pack(CUE + rule("cyberbullying.jabs", TALK, **TALKS), name="cyberbullying")
    rules = load(folder(tmp_path, text.replace("[vocabulary]", f'state = "{state}"\n[vocabulary]')))
    said = [message("hi", author="kai"), message("jab", author="bo")]

    verdict = evaluate(message("jab", author="bo"), Context(recent=tuple(said)), rules)

    assert [found.suppressed for found in verdict.findings] == suppressed
