"""Rules over several messages: what the newest message completes, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine import evaluate
from rules.errors import PackError
from rules.loader import load
from rules.matching.scan import Budget
from rules.types import Category, Context, Finding, Message, Skip, Tier
from tests.rules.conversations import BENIGN, VIOLATING, Conversation, messages
from tests.rules.making import pack, rule, ruleset

RULES = load(run_examples=False)


def judged(talk: tuple[Message, ...]) -> Iterator[tuple[int, Finding]]:
    """Every live finding, with the number of its message."""
    for number, message in enumerate(talk):
        for finding in evaluate(message, Context(recent=talk[:number]), RULES).live:
            yield number, finding


def completed(*lines: str, by: str) -> list[int]:
    """At which lines the rule finds something."""
    return [number for number, finding in judged(messages(lines)) if finding.rule == by]


@pytest.mark.parametrize("talk", VIOLATING, ids=lambda talk: talk.name)
def test_what_shows_over_several_messages_is_found(talk: Conversation) -> None:
    """In its category, and not long after it shows."""
    found = [number for number, f in judged(talk.messages) if f.category is talk.category]

    assert found
    assert talk.trigger is not None
    assert min(found) <= talk.trigger + 1


@pytest.mark.parametrize("talk", BENIGN, ids=lambda talk: talk.name)
def test_what_only_looks_like_it_is_let_be(talk: Conversation) -> None:
    """Banter, a surprise, trash talk, help, logistics, public places: no rule completes."""
    assert [f.rule for _, f in judged(talk.messages) if f.message_index is not None] == []


def test_nobody_is_told_before_a_person_has_read_the_talk() -> None:
    """Every rule over several messages is for review."""
    assert {each.tier for each, _ in RULES.over_talk} == {Tier.REVIEW}


PILE_ON = (
    "kai: here is my poster for the show",
    "bo: did a toddler draw that",
    "ana: nobody asked",
    "jo: touch grass kai",
)


def test_the_message_that_completes_it_has_the_finding() -> None:
    """With its own place, the messages behind it, and a sentence that says so."""
    talk = messages(PILE_ON)
    (finding,) = (f for f in evaluate(talk[3], Context(recent=talk[:3]), RULES).live if f.earlier)

    assert (finding.rule, finding.message_index) == ("cyberbullying.pile-on", 3)
    assert finding.earlier == (1, 2)
    assert talk[3].text[finding.start : finding.end] == "touch grass"
    assert finding.explanation.endswith("It rests on 3 messages of 3 people, within a minute.")


def test_it_is_found_again_only_for_who_is_new_to_it() -> None:
    """The third and the fourth person are each found once, however long they go on."""
    lines = (*PILE_ON, "jo: nobody asked kai", "lee: get a life kai", "lee: cry about it kai")

    assert completed(*lines, by="cyberbullying.pile-on") == [3, 5]


def test_who_goes_on_is_found_again_after_another_stop() -> None:
    """The first message after each "stop" counts, whatever it says."""
    lines = (
        "kai: new haircut",
        "bo: you look like a thumb",
        "kai: please stop",
        "bo: but it is so round",
        "kai: please stop",
        "bo: so very round",
        "bo: round and round",
    )

    assert completed(*lines, by="cyberbullying.needling") == [3, 5]


def test_who_gives_back_plays_along_until_they_ask_for_an_end() -> None:
    """Banter is let be; the first message after the objection is not."""
    banter = (
        "kai: new haircut",
        "bo: you look like a thumb",
        "kai: says the potato",
        "bo: did your grandma cut that",
        "kai: your dog looks like a mop",
        "bo: touch grass kai",
    )

    assert completed(*banter, by="cyberbullying.needling") == []
    assert completed(*banter, "kai: ok stop", "bo: aw poor baby", by="cyberbullying.needling") == [
        7
    ]


def test_an_apology_ends_it() -> None:
    """Who says sorry after being asked to stop has stopped."""
    lines = ("kai: hi", "bo: you look like a thumb", "kai: stop it", "bo: sorry, my bad")

    assert completed(*lines, by="cyberbullying.needling") == []


def test_each_thread_is_a_talk_of_its_own() -> None:
    """What was said in another thread of the channel is not counted."""
    talk = messages(PILE_ON)
    elsewhere = tuple(replace(one, thread="t1") for one in talk[:3])

    verdict = evaluate(talk[3], Context(recent=elsewhere), RULES)

    assert [f.rule for f in verdict.findings if f.earlier] == []


def test_what_begins_in_an_earlier_message_has_no_place() -> None:
    """Pieces typed one by one: the span is empty, the pieces before are named."""
    talk = messages(("bo: you", "bo: are", "bo: such a", "bo: loser"))
    (finding,) = (f for f in evaluate(talk[3], Context(recent=talk[:3]), RULES).live if f.earlier)

    assert finding.rule == "cyberbullying.typed-apart"
    assert (finding.start, finding.end, finding.earlier) == (None, None, (0, 1, 2))


@pytest.mark.parametrize(
    "lines",
    [
        ("bo: you are", "kai: hm", "ana: ok", "jo: fine", "bo: so ugly"),
        ("bo: you are", "ana: ugly"),
    ],
)
def test_pieces_belong_together_only_side_by_side(lines: tuple[str, ...]) -> None:
    """Not with a talk of others in between, and never those of two authors."""
    assert completed(*lines, by="cyberbullying.typed-apart") == []


def test_pieces_hours_apart_are_not_one_sentence() -> None:
    """Time parts them too."""
    talk = messages(("bo: you are", "bo: so ugly"), apart=timedelta(hours=2))

    assert [f.rule for _, f in judged(talk) if f.earlier] == []


def test_the_same_datum_is_put_together_once() -> None:
    """Said again by the same author it is no news; another one is."""
    lines = (
        "ana: how do i reach Saoirse Whitlock",
        "cy: 414-555-0173",
        "cy: 414-555-0173",
        "cy: 414-555-0188",
    )

    assert completed(*lines, by="pii_student.put-together") == [1, 3]


def test_private_data_that_completes_it_is_masked() -> None:
    """As in a rule on one message."""
    talk = messages(("ana: how do i reach Saoirse Whitlock", "cy: 414-555-0173"))
    found = [f for _, f in judged(talk) if f.rule == "pii_student.put-together"]

    assert [part.label for f in found for part in f.masked]
    assert all(f.category is Category.PII_STUDENT for f in found)


@given(st.lists(st.sampled_from([line for talk in VIOLATING for line in talk.lines]), max_size=8))
def test_what_was_seen_before_changes_no_answer(lines: list[str]) -> None:
    """A rule set that has judged other things says the same as one that has not."""
    talk = messages(tuple(lines))
    RULES.signs.__init__()  # type: ignore[misc]
    RULES.later_signs.__init__()  # type: ignore[misc]
    fresh = [evaluate(m, Context(recent=talk[:n]), RULES) for n, m in enumerate(talk)]

    assert [evaluate(m, Context(recent=talk[:n]), RULES) for n, m in enumerate(talk)] == fresh


def test_no_words_are_kept() -> None:
    """The memory of signs holds hashes and offsets."""
    list(judged(messages(PILE_ON)))

    assert "toddler" not in repr(vars(RULES.signs)) + repr(vars(RULES.later_signs))


CUE = rule("profanity.cue-darn", 'kind = "cue"\npatterns = ["darn"]')


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('kind = "repeated"\nof = ["profanity.gone"]\nby = "author"', "names no rule"),
        ('kind = "repeated"\nof = ["profanity"]\nby = "author"', "profanity"),
        ('kind = "repeated"\nof = ["profanity.cue-darn"]\nby = "nobody"', "nobody"),
        (
            'kind = "repeated"\nof = ["profanity.cue-darn"]\nby = "author"\nnear = ["x"]',
            "means nothing over several messages",
        ),
        ('kind = "together"\nall = { one = ["profanity.cue-darn"] }', "at least two named parts"),
        (
            'kind = "together"\nlast = ["three"]\n'
            'all = { one = ["profanity.cue-darn"], two = ["profanity.cue-darn"] }',
            "`three` is no part of this rule",
        ),
        (
            'kind = "together"\nleast = 3\n'
            'all = { one = ["profanity.cue-darn"], two = ["profanity.cue-darn"] }',
            "is more than there are parts",
        ),
    ],
)
def test_faults_are_refused_at_load(tmp_path: Path, body: str, fault: str) -> None:
    """Each with a plain sentence."""
    with pytest.raises(PackError, match=fault):
        ruleset(tmp_path, pack(CUE + rule("profanity.talk", body)))


def test_a_cue_is_no_finding(tmp_path: Path) -> None:
    """By itself it leads to nothing."""
    rules = ruleset(tmp_path, pack(CUE))

    assert evaluate(messages(("a: darn",))[0], Context(), rules).findings == ()


TOGETHER = rule(
    "profanity.talk",
    'kind = "together"\nunless = ["joking"]\n'
    'all = { one = ["profanity.cue-darn"], two = ["profanity.cue-heck"] }',
)
HECK = rule("profanity.cue-heck", 'kind = "cue"\npatterns = ["heck"]')
JOKING = """
    [[context]]
    id = "joking"
    scope = "message"
    patterns = ["\\\\bjk\\\\b", "\\\\bkidding\\\\b"]
    reason = "It is a joke."
    match = ["jk", "kidding", "jk a"]
    ignore = ["a", "b", "c"]
"""


def test_what_clears_a_talk_is_sought_within_the_time(tmp_path: Path) -> None:
    """With too little, the rule is named: nothing is taken for clean, and nothing breaks."""
    rules = ruleset(tmp_path, pack(CUE + HECK + TOGETHER), contexts=JOKING)
    earlier, newest = messages(("a: darn", "b: heck, kidding"))
    hurried, patient = (
        evaluate(newest, Context(recent=(earlier,)), rules, Budget(ticks, 60, count(1.0).__next__))
        for ticks in (1, 1000)
    )

    assert (hurried.findings, hurried.skipped) == ((), (Skip("profanity.talk", "budget"),))
    assert [f.cleared_by for f in patient.findings] == ["joking"]
    assert patient.skipped == ()


DIG = "nobody asked kai"


@pytest.mark.parametrize(
    ("before", "found"), [({}, False), ({"kai": 1}, False), ({"kai": 2}, True), ({"lee": 9}, False)]
)
def test_a_dig_at_somebody_whom_its_author_was_flagged_against(
    before: dict[str, int], found: bool
) -> None:
    """Two flags that count make one dig enough, with nothing before it; for review only."""
    hi, dig = messages(("kai: good morning", f"bo: {DIG}"))
    for recent in ((), (hi,)):
        said = replace(dig, mentions=("kai",))
        live = evaluate(said, Context(recent=recent, earlier_against=before), RULES).live
        needling = [f for f in live if f.rule == "cyberbullying.needling"]

        assert [f.target for f in needling] == ["kai"] * found
        assert all(f.tier is Tier.REVIEW and "2 times before" in f.explanation for f in needling)


@pytest.mark.parametrize("text", ["good morning kai", "ok", "thanks kai, see you at practice"])
def test_a_plain_word_to_them_is_none(text: str) -> None:
    """Whoever was flagged may still talk to the person."""
    hi, said = messages(("kai: hi", f"bo: {text}"))
    context = Context(recent=(hi,), earlier_against={"kai": 9})

    assert evaluate(replace(said, mentions=("kai",)), context, RULES).live == ()


def test_a_finding_over_a_talk_names_its_target_only_by_id() -> None:
    """A name that nobody in the talk goes by is no person on record."""
    by_id, by_name = (
        [f for _, f in judged(messages(lines)) if f.rule == "cyberbullying.pile-on"]
        for lines in (
            PILE_ON,
            ("bo: who dressed Lena", "ana: she looks like my grandma", "jo: 🤡"),
        )
    )

    assert [f.target for f in by_id] == ["kai"]
    assert [f.target for f in by_name] == [""]
