"""The last word of the core: audience, channel, authorisation, and which of them comes first."""

from pathlib import Path

import pytest

from rules.engine import evaluate
from rules.types import (
    Authorisation,
    Category,
    Context,
    Pause,
    Purpose,
    Role,
    Suppression,
    Tier,
)
from tests.rules.making import findings, message, pack, rule, ruleset
from tests.rules.test_contexts import context

RAFFLE = rule(
    "fundraiser.raffle",
    """
    kind = "phrase"
    terms = ["raffle"]
    audience = "staff"
    quiet_in = ["marketplace"]
    unless = ["clear"]
    """,
)
PERMIT = Authorisation(id="a-1", categories=frozenset([Category.FUNDRAISER]))


@pytest.mark.parametrize(
    ("role", "suppressed", "tier"),
    [
        (Role.STAFF, None, Tier.ACT),
        (Role.STUDENT, Suppression.AUDIENCE, Tier.ACT),
        (Role.UNKNOWN, None, Tier.REVIEW),
    ],
)
def test_a_rule_of_one_audience(
    tmp_path: Path, role: Role, suppressed: Suppression | None, tier: Tier
) -> None:
    """Not for the other audience; an unknown author is no reason to keep quiet, but to ask."""
    rules = ruleset(tmp_path, pack(RAFFLE, name="fundraiser"), contexts=context("message", "flyer"))

    (found,) = findings("a raffle", rules, role=role)

    assert (found.suppressed, found.tier) == (suppressed, tier)


@pytest.mark.parametrize(
    ("permit", "covered"),
    [
        (PERMIT, True),
        (Authorisation("a", frozenset([Category.GAMBLING])), False),
        (Authorisation("a", PERMIT.categories, words=("PTA raffle",)), True),
        (Authorisation("a", PERMIT.categories, words=("bake sale",)), False),
        (Authorisation("a", PERMIT.categories, channels=frozenset(["c1"])), True),
        (Authorisation("a", PERMIT.categories, channels=frozenset(["c2"])), False),
        (Authorisation("a", PERMIT.categories, people=frozenset(["u1"])), True),
        (Authorisation("a", PERMIT.categories, people=frozenset(["u2"])), False),
    ],
)
def test_an_authorisation_covers_what_it_names(
    tmp_path: Path, permit: Authorisation, covered: bool
) -> None:
    """Category, words, channel and people must all fit."""
    rules = ruleset(tmp_path, pack(RAFFLE, name="fundraiser"), contexts=context("message", "flyer"))
    post = message("the pta RAFFLE is on", role=Role.STAFF)

    (found,) = evaluate(post, Context(authorisations=(permit,)), rules).findings

    assert found.suppressed is (Suppression.AUTHORISED if covered else None)
    assert found.cleared_by == (permit.id if covered else "")


def test_the_first_reason_is_the_one_given(tmp_path: Path) -> None:
    """Context before authorisation before audience before channel."""
    rules = ruleset(tmp_path, pack(RAFFLE, name="fundraiser"), contexts=context("message", "flyer"))
    market = {"role": Role.STUDENT, "purpose": Purpose.MARKETPLACE}

    def why(text: str, permits: tuple[Authorisation, ...], **about: object) -> Suppression | None:
        post = message(text, **about)  # type: ignore[arg-type]
        return evaluate(post, Context(authorisations=permits), rules).findings[0].suppressed

    assert why("raffle flyer", (PERMIT,), **market) is Suppression.CONTEXT
    assert why("raffle", (PERMIT,), **market) is Suppression.AUTHORISED
    assert why("raffle", (), **market) is Suppression.AUDIENCE
    assert why("raffle", (), purpose=Purpose.MARKETPLACE) is Suppression.CHANNEL
    assert why("raffle", ()) is None


def test_a_pack_caps_and_fills_in(tmp_path: Path) -> None:
    """Tier, audience, contexts and quiet channels of the pack hold for each of its rules."""
    head = """
    max_tier = "review"
    audience = "student"
    unless = ["clear"]
    quiet_in = ["games"]
    """
    rules = ruleset(
        tmp_path,
        pack(rule("profanity.a", "kind = 'phrase'\nterms = ['heck']"), head=head),
        contexts=context("message", "flyer"),
    )

    assert findings("heck", rules, role=Role.STUDENT)[0].tier is Tier.REVIEW
    assert findings("heck", rules, role=Role.STAFF)[0].suppressed is Suppression.AUDIENCE
    assert findings("heck flyer", rules)[0].suppressed is Suppression.CONTEXT
    assert findings("heck", rules, purpose=Purpose.GAMES)[0].suppressed is Suppression.CHANNEL


@pytest.mark.parametrize(("text", "tier"), [("raffle haha", Tier.REVIEW), ("raffle", Tier.ACT)])
def test_a_context_can_lower_what_it_does_not_clear(tmp_path: Path, text: str, tier: Tier) -> None:
    """With `lowers` the finding stays live, and a person looks at it first."""
    lowering = context("message", "haha", more="lowers = true")
    rules = ruleset(tmp_path, pack(RAFFLE, name="fundraiser"), contexts=lowering)

    (found,) = findings(text, rules, role=Role.STAFF)

    assert (found.suppressed, found.cleared_by, found.tier) == (None, "", tier)


@pytest.mark.parametrize(
    ("rule_id", "place", "kept_back"),
    [
        ("fundraiser.raffle", "", True),
        ("fundraiser.*", "", True),
        ("fundraiser.raf", "", False),
        ("fund.*", "", False),
        ("", "test/w1/c1", True),
        ("", "test/w1/c2", False),
        ("", "test/w2/c1", False),
        ("", "other/w1/c1", False),
        ("fundraiser.raffle", "test/w1/c1", True),
        ("fundraiser.raffle", "test/w1/c2", False),
        ("gambling.*", "test/w1/c1", False),
    ],
)
def test_a_pause_keeps_back_what_it_names(
    tmp_path: Path, rule_id: str, place: str, kept_back: bool
) -> None:
    """The rule or its category, in the channel or in all; with its id, so that it can be found."""
    rules = ruleset(tmp_path, pack(RAFFLE, name="fundraiser"), contexts=context("message", "flyer"))
    pauses = (Pause("P-0", "hate.*"), Pause("P-1", rule_id, place))

    verdict = evaluate(message("raffle", role=Role.STAFF), Context(pauses=pauses), rules)

    (found,) = verdict.findings
    expected = (Suppression.PAUSED, "P-1") if kept_back else (None, "")
    assert (found.suppressed, found.cleared_by) == expected
