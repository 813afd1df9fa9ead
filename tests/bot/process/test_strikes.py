"""Which flags count together: bursts, days, ladders of their own; and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.process import strikes
from bot.process.standing import Standing, lines
from bot.settings import Settings
from bot.store.port import Flag, Status
from rules.types import Category, MessageKey, Role, Severity, Tier

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
PLAYGROUND = settings.PLAYGROUND.read_text(encoding="utf-8")

MINUTES = st.lists(st.integers(0, 200), max_size=12)


def having(toml: str = "") -> Settings:
    """The playground's settings and these."""
    return settings.parse(PLAYGROUND + toml)


def cooling(minutes: int) -> Settings:
    """Settings by which what follows within so many minutes is one strike."""
    return having(f"[ladder]\ncooldown_minutes = {minutes}\n")


def flag(name: str, *, minutes: float = 0, category: str = "cyberbullying") -> Flag:
    """A sure flag of Maya's, so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Flag(
        id=name,
        key=MessageKey("playground", "demo", "class-7b", name),
        author_id="maya",
        author_role=Role.STUDENT,
        posted_at=at,
        created_at=at,
        rule=f"{category}.some",
        category=Category(category),
        severity=Severity.MEDIUM,
        tier=Tier.ACT,
        counts=True,
        status=Status.OPEN,
        source="rules",
        thread="",
        permalink="",
        lang="en",
        revision=0,
    )


def posted(minutes: Sequence[int]) -> list[Flag]:
    """A flag for each of these minutes."""
    return [flag(f"F-{number}", minutes=at) for number, at in enumerate(minutes)]


@pytest.mark.parametrize(
    ("minutes", "cooldown", "expected"),
    [
        ([0, 0, 1], 0, [1, 2, 3]),
        ([0, 4, 5], 5, [1, 1, 2]),
        ([0, 4, 8, 12], 5, [1, 1, 2, 2]),
        ([0, 100], 5, [1, 2]),
    ],
)
def test_a_burst_lasts_from_its_first_flag(
    minutes: list[int], cooldown: int, expected: list[int]
) -> None:
    """Who goes on and on does not make one endless burst; without a cooldown each flag counts."""
    chosen, flags = cooling(cooldown), posted(minutes)

    assert [strikes.place(one, flags, chosen)[0] for one in flags] == expected


@given(MINUTES, st.integers(0, 60))
def test_bursts_share_out_the_strikes(minutes: list[int], cooldown: int) -> None:
    """Each strike stands in one burst, in order, none longer than the cooldown."""
    found = strikes.bursts(posted(minutes), cooling(cooldown))

    assert sorted(f.id for burst in found for f in burst) == sorted(f.id for f in posted(minutes))
    for burst in found:
        lasted = burst[-1].posted_at - burst[0].posted_at
        assert lasted < timedelta(minutes=cooldown) or len(burst) == 1
    heads = [burst[0].posted_at for burst in found]
    assert heads == sorted(heads)


@given(MINUTES, st.integers(0, 200), st.integers(0, 60))
def test_one_more_flag_never_makes_fewer_strikes(
    minutes: list[int], more: int, cooldown: int
) -> None:
    """Posting again cannot help, wherever it falls."""
    chosen = cooling(cooldown)

    before = len(strikes.bursts(posted(minutes), chosen))
    after = len(strikes.bursts(posted([*minutes, more]), chosen))

    assert before <= after <= before + 1


@pytest.mark.parametrize(("days", "late"), [(0, False), (30, False), (29, True)])
def test_a_strike_expires_by_its_own_category(days: int, late: bool) -> None:
    """Thirty days later it counts still, unless its category says otherwise; others do not mind."""
    chosen = having(f"[categories.profanity]\nexpires_days = {days}\n")
    at = NOON + timedelta(days=30)

    assert strikes.expired(flag("F-1", category="profanity"), at, chosen) is late
    assert not strikes.expired(flag("F-2"), at, chosen)


def test_what_is_said_of_each_flag() -> None:
    """One of every kind, with the numbers of two ladders."""
    chosen = having(
        "[ladder]\ncooldown_minutes = 5\n"
        '[[ladder.special]]\napart = true\ncategories = ["profanity"]\n'
        'steps = [{ at = 1, notice = "first" }]\n'
        "[categories.gambling]\nexpires_days = 1\n"
    )
    flags = [
        flag("earlier", minutes=-60 * 24 * 365),
        flag("expired", minutes=-60 * 24 * 2, category="gambling"),
        flag("first", minutes=0),
        flag("burst", minutes=4),
        flag("apart", minutes=4, category="profanity"),
        replace(flag("dismissed", minutes=10), status=Status.DISMISSED),
        replace(flag("overturned", minutes=10), status=Status.OVERTURNED),
        replace(flag("tip", minutes=10), counts=False),
        replace(flag("review", minutes=10), tier=Tier.REVIEW),
        flag("contested", minutes=20),
    ]

    told = lines(flags, {"contested"}, chosen, NOON + timedelta(hours=1))

    assert [(one.flag.id, one.standing, one.number, one.head) for one in told] == [
        ("earlier", Standing.EARLIER, 0, ""),
        ("expired", Standing.EXPIRED, 0, ""),
        ("first", Standing.STRIKE, 1, ""),
        ("burst", Standing.BURST, 1, "first"),
        ("apart", Standing.APART, 1, ""),
        ("dismissed", Standing.TAKEN_BACK, 0, ""),
        ("overturned", Standing.OVERTURNED, 0, ""),
        ("tip", Standing.NEVER, 0, ""),
        ("review", Standing.NOT_DECIDED, 0, ""),
        ("contested", Standing.CONTESTED, 2, ""),
    ]
