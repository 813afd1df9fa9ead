"""Comparing two rule sets: what counts as a change, and how changes are counted."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.reports.judging import BATCH, Hit, Judged, judge_all, judge_under
from bot.reports.simulation import NO_CLAUSE, Change, Shifts, Step, compare
from bot.reports.simulation_lines import json_line, print_changes, summary
from rules.types import Category, Tier
from tests.bot.reports.packs import START, hit, message, source, terms
from tests.bot.reports.test_judging import TALKS, many

ACT, REVIEW = Tier.ACT, Tier.REVIEW


def found(rule: str, tier: Tier = ACT, place: int = 0, clauses: tuple[str, ...] = ("a:1",)) -> Hit:
    one = hit(tier=tier)
    return replace(one, place=place, finding=replace(one.finding, rule=rule, clauses=clauses))


def places(one: Judged) -> list[tuple[str, str]]:
    return [(found.message, found.finding.rule) for found in one.hits]


def judged(*hits: Hit) -> Judged:
    return Judged(9, hits, Counter(), Counter({("hate.slow", "timeout"): 1}), START, START)


STEPS = [
    ("only the new rules flag it", [], [found("x")], (None, ACT), {"x": (None, ACT)}),
    ("only the old rules", [found("x", REVIEW)], [], (REVIEW, None), {"x": (REVIEW, None)}),
    ("a tier lowered", [found("x")], [found("x", REVIEW)], (ACT, REVIEW), {"x": (ACT, REVIEW)}),
    ("a tier raised", [found("x", REVIEW)], [found("x")], (REVIEW, ACT), {"x": (REVIEW, ACT)}),
    (
        "another rule for the same clause",
        [found("x")],
        [found("y")],
        (ACT, ACT),
        {"x": (ACT, None), "y": (None, ACT)},
    ),
    (
        "the strongest finding of a rule counts",
        [found("x", REVIEW)],
        [found("x", REVIEW), found("x"), found("x", REVIEW)],
        (REVIEW, ACT),
        {"x": (REVIEW, ACT)},
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "step", "rules"), STEPS, ids=[s[0] for s in STEPS])
def test_steps(
    what: str, old: list[Hit], new: list[Hit], step: Step, rules: dict[str, Step]
) -> None:
    """Of the message, and of each rule that changed."""
    (change,) = compare(judged(*old), judged(*new))

    assert change.step == step
    assert change.by_rule == rules


def test_clauses_are_told_apart_from_rules() -> None:
    """A rule that cites another clause is a change; one without clauses is counted as such."""
    old = found("x", clauses=("a:1", "a:2"))
    new = found("x", clauses=("a:2", "b:3"))
    (moved,) = compare(judged(old), judged(new))
    (bare,) = compare(judged(), judged(found("x", clauses=())))

    assert moved.by_rule == {}
    assert moved.by_clause == {"a:1": (ACT, None), "b:3": (None, ACT)}
    assert moved.hit is new
    assert bare.by_clause == {NO_CLAUSE: (None, ACT)}


def test_what_stays_is_no_change_and_the_rest_keeps_its_order() -> None:
    """Also where a message is flagged by one side between messages flagged by the other."""
    same = [found("x", place=1), found("x", REVIEW, place=1)]
    old = judged(found("x", place=0), *same, found("x", place=4))
    new = judged(*same, found("x", place=2), found("x", place=5))

    assert [change.hit.place for change in compare(old, new)] == [0, 2, 4, 5]


def test_the_excerpt_shows_what_changed() -> None:
    """Not what both sides find; a new finding before one that went."""
    same, gone, came = found("x"), found("y"), found("z")

    (change,) = compare(judged(same, gone), judged(same, came))
    (went,) = compare(judged(same, gone), judged(same))

    assert change.hit is came
    assert went.hit is gone


hits = st.lists(
    st.builds(found, st.sampled_from("xyz"), st.sampled_from(Tier), st.integers(0, 3)), max_size=8
)


@given(hits, hits)
def test_the_other_way_round_every_step_is_reversed(old: list[Hit], new: list[Hit]) -> None:
    """What one direction flags newly, the other no longer flags; each message is counted once."""
    there, back = Shifts(), Shifts()
    there.add(judged(), judged(), list(compare(judged(*old), judged(*new))))
    back.add(judged(), judged(), list(compare(judged(*new), judged(*old))))

    assert there.whole == {(b, a): n for (a, b), n in back.whole.items()}
    assert (there.flagged, there.cleared, there.moved) == (back.cleared, back.flagged, back.moved)
    flagged_by_old, flagged_by_new = ({h.place for h in side} for side in (old, new))
    assert there.flagged == len(flagged_by_new - flagged_by_old)
    assert not list(compare(judged(*old), judged(*old)))


def test_the_report_counts_messages_and_names_clauses() -> None:
    """One line of counts, the clause's title, a line for each rule."""
    changes = [
        Change((hit(),), (hit(tier=REVIEW),)),
        Change((hit(),), (replace(hit(), finding=replace(hit().finding, rule="other.rule")),)),
        Change((), (hit(category=Category.WELFARE, text="[bold]x"),)),
    ]
    shifts = Shifts()
    shifts.add(judged(), judged(), changes)
    page = io.StringIO()

    print_changes(changes, shifts, source(), Console(file=page, width=160))

    assert summary(shifts) == (
        "9 messages: 1 newly flagged, 0 no longer flagged, 1 from act to review, "
        "0 from review to act, 1 in the same tier with other findings."
    )
    assert shifts.skipped.total() == 2
    for words in ("cps-2018:1 ", NO_CLAUSE, "other.rule: newly act", "2024-03-01 14:00", "[bold]x"):
        assert words in page.getvalue()
    assert "Maya" not in page.getvalue()


def test_a_line_is_whole_on_one_line() -> None:
    """Whatever stands in the excerpt; the tier of a side without findings is null."""
    line = json_line(Change((), (hit(text='a "b"\u2028ñ'),)), source())

    assert line.count("\n") == 1
    record = json.loads(line)
    assert (record["tier_old"], record["tier_new"]) == (None, "act")
    assert record["excerpt"] == 'a "b"\u2028ñ'


def test_each_side_judges_as_if_alone(tmp_path: Path) -> None:
    """Batch by batch, in one process or several."""
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    old, new = (terms(folder) for folder in folders)
    (folders[1] / "pii_general.toml").unlink()
    messages = many(BATCH // 2)

    pairs = list(judge_under(messages, (old, new), 1))
    alone = list(judge_all(messages, new, 1))

    assert [pair[0] for pair in pairs] == list(judge_all(messages, old, 1))
    assert [places(pair[1]) for pair in pairs] == [places(one) for one in alone]
    assert pairs == list(judge_under(messages, (old, new), 2))


def test_rules_over_several_messages_are_compared_too(tmp_path: Path) -> None:
    """A pile-on that only the new rules know is a change of its last message."""
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    old, new = (terms(folder) for folder in folders)
    (folders[1] / "talks.toml").write_text(TALKS)
    talk = [message("jabword", n, author=author) for n, author in enumerate("ABC", start=1)]

    ((before, after),) = judge_under([message("hi"), *talk], (old, new), 1)
    (change,) = compare(before, after)

    assert change.step == (None, REVIEW)
    assert change.hit.message == talk[2].key.message
    assert change.hit.earlier == (talk[0].key.message, talk[1].key.message)
