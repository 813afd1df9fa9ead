"""The model beside the rules, through `evaluate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rules.classifier.opinion import MODEL, Opinion
from rules.classifier.words import WEIGHED
from rules.engine import WINDOW, evaluate
from rules.matching.scan import Budget
from rules.ruleset import RuleSet
from rules.types import (
    Category,
    Context,
    Finding,
    Purpose,
    Role,
    Skip,
    Suppression,
    Tier,
    Verdict,
)
from rules.weighing import MOST
from tests.rules.classifier.making import FAR, Broken, Weighing, heard, weights
from tests.rules.making import message, pack, rule, ruleset

BULLYING, SWEARING, DATA = Category.CYBERBULLYING, Category.PROFANITY, Category.PII_GENERAL
EXAMPLES = {"match": '["darn", "oh darn", "darn it"]', "ignore": '["a", "b", "c"]'}
DARN = rule("profanity.darn", 'kind = "phrase"\nterms = ["darn"]\n', **EXAMPLES)
MAYBE = DARN.replace('tier = "act"', 'tier = "review"')


def of_model(category: Category, more: str = "") -> str:
    """The rule of a category that stands for what the model finds."""
    return (
        f'[[rule]]\nid = "{category}.model"\ncategory = "{category}"\nkind = "model"\n'
        f'severity = "medium"\nreason = "It reads so."\n{more}\n'
    )


def with_model(
    folder: Path, opinion: Opinion, rules: str, head: str = "weighed = true\n"
) -> RuleSet:
    """These rules of a pack, with a model that was measured beside them."""
    return ruleset(folder, pack(rules, head=head)).advised(opinion)


def judged(text: str, rules: RuleSet, **about: object) -> Verdict:
    """The verdict on a text."""
    return evaluate(message(text, **about), Context(), rules, Budget.patient())  # type: ignore[arg-type]


def test_the_model_finds_what_no_rule_lists(tmp_path: Path) -> None:
    """For review, with its probability, the words that weighed most, and no place of its own."""
    rules = with_model(tmp_path, heard(SWEARING, "frak", 2.0), of_model(SWEARING))

    (found,) = judged("oh frak it", rules).live

    assert (found.rule, found.tier, found.confidence) == ("profanity.model", Tier.REVIEW, 0.88)
    assert (found.start, found.end, found.masked) == (None, None, ())
    assert [(p.label, p.start, p.end) for p in found.parts] == [(WEIGHED, 3, 7)]


@pytest.mark.parametrize("rules", [DARN, MAYBE])
def test_what_a_district_s_own_pack_finds_is_left_alone(tmp_path: Path, rules: str) -> None:
    """The model was not measured beside it, and does not know why the rule is there."""
    both = rules + of_model(SWEARING)
    advised = with_model(tmp_path, heard(SWEARING, "frak", -9.0), both, head="")
    alone = ruleset(tmp_path, pack(both))

    assert judged("darn it", alone).live
    assert judged("darn it", advised) == judged("darn it", alone)


def test_without_its_rule_the_model_finds_nothing(tmp_path: Path) -> None:
    """The rule names severity, audience and words: without one there is nothing to say."""
    rules = with_model(tmp_path, heard(SWEARING, "frak", 2.0), DARN)

    assert judged("oh frak it", rules) == Verdict()


@pytest.mark.parametrize(
    ("logit", "tier", "suppressed"),
    [(0.0, Tier.ACT, None), (-9.0, Tier.REVIEW, None)],
)
def test_a_finding_of_the_act_tier_is_lowered(
    tmp_path: Path, logit: float, tier: Tier, suppressed: Suppression | None
) -> None:
    """Where the model is sure of the opposite; a person looks at it."""
    rules = with_model(tmp_path, heard(SWEARING, "darn", logit), DARN + of_model(SWEARING))

    (found,) = judged("oh darn", rules).findings

    assert (found.rule, found.tier, found.suppressed) == ("profanity.darn", tier, suppressed)


def test_a_finding_for_review_is_cleared(tmp_path: Path) -> None:
    """It stays in the verdict, and says that the model did it."""
    rules = with_model(tmp_path, heard(SWEARING, "darn", -9.0), MAYBE + of_model(SWEARING))

    verdict = judged("oh darn", rules)

    (found,) = verdict.findings
    assert (found.suppressed, found.cleared_by) == (Suppression.CONTEXT, MODEL)
    assert verdict.live == ()


HEAVENS = rule("hate.heavens", 'kind = "phrase"\nterms = ["heavens"]\n', **EXAMPLES)
STANDS_FOR = MAYBE + 'absorbs = ["hate.heavens"]\nabsorbs_in = "message"\n'


@pytest.mark.parametrize(
    ("darn", "heavens", "standing"),
    [
        (3.0, -1.0, {"profanity.darn": Tier.REVIEW}),
        (-9.0, -1.0, {"hate.heavens": Tier.ACT}),
        (-9.0, -9.0, {"hate.heavens": Tier.REVIEW}),
    ],
)
def test_what_a_cleared_finding_stood_for_comes_back(
    tmp_path: Path, darn: float, heavens: float, standing: dict[str, Tier]
) -> None:
    """Weighed as any other finding of the rules; and the model does not flag its category anew."""
    logits = {(SWEARING, "darn"): darn - FAR, (Category.HATE, "heavens"): heavens - FAR}
    rules = ruleset(
        tmp_path,
        pack(STANDS_FOR + of_model(SWEARING), head="weighed = true\n"),
        pack(HEAVENS + of_model(Category.HATE), name="hate", head="weighed = true\n"),
    )

    verdict = judged("heavens darn", rules.advised(Opinion(Weighing(logits), weights())))

    assert {one.rule: one.tier for one in verdict.live} == standing


@pytest.mark.parametrize(
    ("role", "tier", "suppressed"),
    [
        (Role.STAFF, Tier.REVIEW, None),
        (Role.STUDENT, Tier.REVIEW, Suppression.AUDIENCE),
        (Role.UNKNOWN, Tier.REVIEW, None),
    ],
)
def test_it_is_for_its_rules_audience(
    tmp_path: Path, role: Role, tier: Tier, suppressed: Suppression | None
) -> None:
    """As any other rule."""
    rules = with_model(
        tmp_path, heard(SWEARING, "frak", 2.0), of_model(SWEARING, 'audience = "staff"')
    )

    (found,) = judged("oh frak", rules, role=role).findings

    assert (found.tier, found.suppressed) == (tier, suppressed)


def test_it_is_quiet_where_its_rule_is(tmp_path: Path) -> None:
    """In channels whose lesson is the subject."""
    quiet = of_model(SWEARING, 'quiet_in = ["literature"]')
    rules = with_model(tmp_path, heard(SWEARING, "frak", 2.0), quiet)

    (there,) = judged("oh frak", rules, purpose=Purpose.LITERATURE).findings
    (elsewhere,) = judged("oh frak", rules).findings

    assert (there.suppressed, elsewhere.suppressed) == (Suppression.CHANNEL, None)


@pytest.mark.parametrize(
    ("state", "new", "known"),
    [
        ("draft", [], Tier.ACT),
        ("shadow", [Suppression.SHADOW], Tier.ACT),
        ("live", [None], Tier.REVIEW),
    ],
)
def test_the_state_of_its_rule_holds_for_the_model(
    tmp_path: Path, state: str, new: list[Suppression | None], known: Tier
) -> None:
    """In shadow what it would flag is counted, and what rules find is left as it is."""
    both = {(SWEARING, "frak"): 2.0 - FAR, (SWEARING, "darn"): -9.0 - FAR}
    rules = with_model(
        tmp_path,
        Opinion(Weighing(both), weights()),
        DARN + of_model(SWEARING, f'state = "{state}"'),
    )

    assert [found.suppressed for found in judged("oh frak", rules).findings] == new
    assert [found.tier for found in judged("oh darn", rules).findings] == [known]


def test_a_model_without_an_answer_leaves_the_rules_alone(tmp_path: Path) -> None:
    """What they found stays; that the model was not asked is on record."""
    rules = with_model(tmp_path, Opinion(Broken(), weights()), DARN + of_model(SWEARING))
    without = ruleset(tmp_path, pack(DARN + of_model(SWEARING)))

    verdict = judged("oh darn", rules)

    assert verdict.findings == judged("oh darn", without).findings != ()
    assert verdict.skipped == (Skip(MODEL, "the model took too long"),)


def masked(folder: Path, logit: float) -> Finding:
    """What is found of a message that reads like personal data."""
    rules = with_model(folder, heard(DATA, "lives", logit), of_model(DATA))
    (found,) = judged("she lives behind the gym", rules).findings
    return found


def test_personal_data_is_masked_as_a_whole(tmp_path: Path) -> None:
    """Where it stands is not known, so none of the message is shown, and no word is named."""
    found = masked(tmp_path, 2.0)

    assert [(part.start, part.end) for part in found.masked] == [(0, 24)]
    assert found.parts == ()


def test_what_rules_mask_is_not_open_to_doubt(tmp_path: Path) -> None:
    """A number that was found is a number, whatever the model makes of the sentence."""
    phone = MAYBE.replace("profanity.darn", "pii_general.darn").replace(
        'kind = "phrase"', 'category = "pii_general"\nkind = "phrase"'
    )
    opinion = heard(DATA, "darn", -9.0)
    plain = ruleset(tmp_path, pack(phone + of_model(DATA)))

    found = judged("oh darn", plain.advised(opinion)).findings

    assert found == judged("oh darn", plain).findings
    assert found[0].masked


@pytest.mark.parametrize("text", ["", "12:30", "!!!", "  \n"])
def test_a_message_without_words_is_not_asked_about(tmp_path: Path, text: str) -> None:
    """There is nothing to weigh, so the model is spared."""
    scorer = Weighing({}, bias=30.0)
    rules = with_model(tmp_path, Opinion(scorer, weights()), of_model(SWEARING))

    verdict = judged(text, rules)

    assert (verdict, scorer.asked) == (Verdict(), [])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("see you at practice", False),  # nothing found, and the quick model sees nothing
        ("oh frak it", True),  # the quick model is not sure
        ("oh darn it", True),  # the rules found something, which is to be weighed
    ],
)
def test_the_slow_model_is_asked_only_where_something_may_be(
    tmp_path: Path, text: str, asked: bool
) -> None:
    """The quick one and the rules rule out most of what is said."""
    slow = Weighing({})
    quick = heard(SWEARING, "frak", 0.0)
    opinion = Opinion(slow, weights(), first=quick)

    judged(text, with_model(tmp_path, opinion, DARN + of_model(SWEARING)))

    assert (slow.asked == [text]) is asked


def test_disguise_is_folded_before_the_model_reads(tmp_path: Path) -> None:
    """What the rules see, the model sees."""
    scorer = Weighing({})
    rules = with_model(tmp_path, Opinion(scorer, weights()), DARN + of_model(SWEARING))

    judged("oh da\u200brn, ＤＡＲＮ 2026", rules)

    assert scorer.asked == ["oh darn, darn 0000"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("calm " * (MOST // 5 - 1) + "frak", True),
        ("calm " * (MOST // 5) + "frak", False),
        ("\N{CLOWN FACE}" * (MOST // 10) + " frak", False),  # a picture is read by its name
    ],
)
def test_of_a_long_message_the_beginning_is_read(tmp_path: Path, text: str, found: bool) -> None:
    """And that the rest was not is on record: nobody may take it for clean."""
    opinion = heard(SWEARING, "frak", 2.0)
    verdict = judged(text, with_model(tmp_path, opinion, of_model(SWEARING)))

    assert [one.rule for one in verdict.live] == (["profanity.model"] if found else [])
    assert [skip.rule for skip in verdict.skipped] == ([] if found else [MODEL])
    assert max(map(len, opinion.scorer.asked)) <= MOST  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("before", "lowered"),
    [("", True), ("calm " * 700, True), ("calm " * 900, False), ("\N{CLOWN FACE}" * 900, False)],
)
def test_what_was_not_read_is_not_weighed(tmp_path: Path, before: str, lowered: bool) -> None:
    """Whatever the model makes of the beginning; the rules read all of it."""
    opinion = heard(SWEARING, "darn", -9.0)
    rules = with_model(tmp_path, opinion, DARN + of_model(SWEARING))

    verdict = judged(f"{before} darn {'calm ' * WINDOW}", rules)

    assert [one.tier for one in verdict.live] == [Tier.REVIEW if lowered else Tier.ACT]
    assert [skip.rule for skip in verdict.skipped] == [MODEL]


def test_a_long_message_without_words_at_its_beginning_is_not_clean(tmp_path: Path) -> None:
    """There is nothing to ask the model about, and much that it was not asked about."""
    rules = with_model(tmp_path, heard(SWEARING, "frak", 2.0), of_model(SWEARING))

    verdict = judged("!" * 2 * WINDOW + " frak", rules)

    assert (verdict.live, [skip.rule for skip in verdict.skipped]) == ((), [MODEL])


def test_without_a_model_nothing_changes(tmp_path: Path) -> None:
    """Its rules find nothing by themselves."""
    plain = ruleset(tmp_path, pack(DARN + of_model(SWEARING)))
    unsure = plain.advised(Opinion(Weighing({}, bias=0.0), weights(flag=1.0)))

    (alone,) = judged("oh darn", plain).findings
    (both,) = judged("oh darn", unsure).findings

    assert both == replace(alone, confidence=both.confidence)
