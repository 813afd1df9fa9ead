"""Judging many messages: the same result in any number of processes, and nothing in clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.process.thresholds import sure_enough
from bot.reports import judging
from bot.reports.judging import BATCH, Judged, judge_all
from rules.errors import PackError
from rules.types import Category, Message, Role, Tier
from tests.bot.reports.packs import hit, message, terms

TALKS = (Path(__file__).parents[2] / "scenarios" / "packs" / "talks.toml").read_text("utf-8")
TEXTS = ("hello there", "you grumblewort", "my badge 4711 grumblewort", "", "see you\x00 later")


def many(count: int) -> list[Message]:
    """Messages of three channels, in their order."""
    return [
        message(TEXTS[n % len(TEXTS)], n, channel=f"C{channel}")
        for channel in range(3)
        for n in range(count)
    ]


def test_the_result_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    """Same findings, same order, same counts."""
    messages = many(BATCH // 2)
    asked = terms(tmp_path)

    alone = list(judge_all(messages, asked, 1))
    together = list(judge_all(messages, asked, 2))

    assert [judged.messages for judged in alone] == [BATCH, BATCH // 2]
    assert together == alone
    assert sum(len(judged.hits) for judged in alone) == 3 * 3 * (BATCH // 2) // len(TEXTS)


def test_a_hit_shows_its_neighbourhood_and_masks_what_others_found(tmp_path: Path) -> None:
    """The excerpt of the insult does not tell the number that stands beside it."""
    (judged,) = judge_all([message("my badge 4711 grumblewort")], terms(tmp_path), 1)

    assert [(h.finding.category, h.excerpt) for h in judged.hits] == [
        (Category.PII_GENERAL, "my badge •••• grumblewort"),
        (Category.CYBERBULLYING, "my badge •••• grumblewort"),
    ]
    assert judged.hits[0].finding.clauses == ("cps-2018:26",)
    assert "4711" not in repr(judged)
    assert "grumblewort" not in repr(judged)


def test_a_hit_names_the_messages_that_it_rests_on(tmp_path: Path) -> None:
    """As the platform calls them, so that a reader finds them."""
    asked = terms(tmp_path)
    (tmp_path / "talks.toml").write_text(TALKS)
    talk = [message("jabword", n, author=author) for n, author in enumerate("ABC", start=1)]

    (judged,) = judge_all([message("hi"), *talk], asked, 1)

    (hit,) = judged.hits
    assert hit.message == talk[2].key.message
    assert hit.earlier == (talk[0].key.message, talk[1].key.message)


def test_the_first_and_last_time_are_told(tmp_path: Path) -> None:
    """For the period that a report covers."""
    (judged,) = judge_all([message("a", 5), message("b", 1)], terms(tmp_path), 1)

    assert (judged.last - judged.first) == timedelta(minutes=4)


def test_findings_that_lead_to_no_flag_are_counted_only(tmp_path: Path) -> None:
    """A rule for staff does not concern a student."""
    asked = terms(tmp_path)
    pack = tmp_path / "cyberbullying.toml"
    pack.write_text(pack.read_text().replace("[pack]", '[pack]\naudience = "staff"'))
    by_student = replace(message("you grumblewort"), author_role=Role.STUDENT)

    (judged,) = judge_all([by_student], asked, 1)

    assert judged.hits == ()
    assert dict(judged.cleared) == {"audience": 1}


def test_thresholds_drop_and_lower(tmp_path: Path) -> None:
    """The district's settings hold for a scan as they do for live messages."""
    limits = {Category.CYBERBULLYING: (0.0, 0.95), Category.PII_GENERAL: (0.7, 0.7)}
    asked = terms(tmp_path, thresholds=limits)

    (judged,) = judge_all([message("my badge 4711 grumblewort")], asked, 1)

    assert [(h.finding.category, h.finding.tier) for h in judged.hits] == [
        (Category.CYBERBULLYING, Tier.REVIEW)
    ]


def test_where_somebody_may_need_help_everything_is_for_review() -> None:
    """As for live messages: care comes before conduct."""
    findings = [hit().finding, hit(category=Category.WELFARE).finding]

    assert [finding.tier for finding in sure_enough(findings, {})] == [Tier.REVIEW] * 2


def test_context_reaches_across_batches_within_the_channel_and_the_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message is judged with what stood before it in its channel, and with nothing else."""
    seen: dict[str, list[str]] = {}
    real = judging.evaluate

    def watched(one: Message, context: judging.Context, *rest: object) -> object:
        seen[one.key.message] = [m.key.message for m in context.recent]
        assert all(m.key.channel == one.key.channel for m in context.recent)
        return real(one, context, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "evaluate", watched)
    lone = [message("a", n, channel="C1") for n in range(BATCH + 10)]
    other = [message("b", n + 2000, channel="C2") for n in range(0, 200, 40)]

    list(judge_all([*lone, *other], terms(tmp_path, minutes=30), 1))

    for at in (5, BATCH - 1, BATCH, BATCH + 5):
        assert seen[lone[at].key.message] == [m.key.message for m in lone[max(0, at - 30) : at]]
    assert all(seen[m.key.message] == [] for m in other)


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_packs_are_named(tmp_path: Path, workers: int) -> None:
    """In this process or another, the faults come through with file and line."""
    asked = terms(tmp_path)
    (tmp_path / "pii_general.toml").write_text("[pack]\nid = 4\n")

    with pytest.raises(PackError, match=r"pii_general\.toml:2"):
        list(judge_all([message("a")], asked, workers))


def test_messages_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    """An export is not loaded whole: judging runs a bounded number of batches ahead."""
    taken = 0

    def stream() -> Iterator[Message]:
        nonlocal taken
        for n in range(50 * BATCH):
            taken += 1
            yield message("a", n)

    results = judge_all(stream(), terms(tmp_path), 2)
    first: Judged = next(results)
    results.close()  # type: ignore[attr-defined]

    assert first.messages == BATCH
    assert taken <= 8 * BATCH
