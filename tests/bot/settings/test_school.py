"""School days: weekends and holidays do not count towards a deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.school import (
    end_of_school_day,
    holiday,
    in_hours,
    is_school_day,
    opening_hours,
)
from bot.settings.shapes import School

CHICAGO = ZoneInfo("America/Chicago")
SCHOOL = School(holidays=["2026-11-26", "2026-12-21/2027-01-01"])


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 26), False),  # a holiday
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 12, 18), True),
        (date(2026, 12, 21), False),  # both ends of a break belong to it
        (date(2027, 1, 1), False),
        (date(2027, 1, 4), True),
    ],
)
def test_school_days(day: date, open_: bool) -> None:
    """Monday to Friday, but not on holidays."""
    assert is_school_day(day, SCHOOL) is open_


@pytest.mark.parametrize(
    ("after", "days", "end"),
    [
        # A Friday evening in Chicago is Saturday in UTC: the day counts where the school is.
        (datetime(2026, 11, 21, 2, tzinfo=UTC), 1, datetime(2026, 11, 24, tzinfo=CHICAGO)),
        (datetime(2026, 11, 25, 12, tzinfo=CHICAGO), 1, datetime(2026, 11, 28, tzinfo=CHICAGO)),
        (datetime(2026, 12, 18, 12, tzinfo=CHICAGO), 2, datetime(2027, 1, 6, tzinfo=CHICAGO)),
    ],
)
def test_deadlines_end_with_the_day(after: datetime, days: int, end: datetime) -> None:
    """Through the last minute of the day, by the district's clocks."""
    assert end_of_school_day(after, days, SCHOOL, CHICAGO) == end


@given(
    st.integers(0, 4 * 366 * 24),
    st.integers(1, 60),
)
def test_a_deadline_is_never_short(hours: int, days: int) -> None:
    """At least so many days pass, and the last of them is a school day."""
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    end = end_of_school_day(after, days, SCHOOL, CHICAGO)

    assert end - after >= timedelta(days=days)
    assert is_school_day((end - timedelta(hours=12)).date(), SCHOOL)


@pytest.mark.parametrize("text", ["2026-02-30", "2027-01-01/2026-12-21"])
def test_no_holiday(text: str) -> None:
    """A day that there is not, and a break that ends before it begins."""
    with pytest.raises(ValueError, match=r"day|ends"):
        holiday(text)


@pytest.mark.parametrize(
    ("at", "called"),
    [
        ("2026-11-24T07:29:59", "2026-11-24T07:30"),
        ("2026-11-24T07:30", "2026-11-24T07:30"),
        ("2026-11-24T15:59", "2026-11-24T15:59"),
        ("2026-11-24T16:00", "2026-11-25T07:30"),
        ("2026-11-25T22:00", "2026-11-27T07:30"),  # over a holiday
        ("2026-11-27T22:00", "2026-11-30T07:30"),  # over a weekend
        ("2026-12-18T17:00", "2027-01-04T07:30"),  # over a break
        ("2027-03-12T20:00", "2027-03-15T07:30"),  # the clocks go forward
    ],
)
def test_calls_wait_for_the_hours(at: str, called: str) -> None:
    """Within the hours at once, else when they next begin, by the district's clocks."""
    asked, wanted = (datetime.fromisoformat(text).replace(tzinfo=CHICAGO) for text in (at, called))

    assert in_hours(asked, "07:30-16:00", SCHOOL, CHICAGO) == wanted


@given(st.integers(0, 4 * 366 * 24 * 60))
def test_a_call_is_never_early_and_always_in_hours(minutes: int) -> None:
    """What waits once need not wait again."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    called = in_hours(at, "07:30-16:00", SCHOOL, CHICAGO)

    assert called >= at
    assert in_hours(called, "07:30-16:00", SCHOOL, CHICAGO) == called
    assert is_school_day(called.astimezone(CHICAGO).date(), SCHOOL)


def test_a_school_that_never_opens_is_called_at_once() -> None:
    """Two years of holidays: somebody is called all the same."""
    closed = School(holidays=["2026-01-01/2029-01-01"])
    at = datetime(2026, 11, 24, 12, tzinfo=CHICAGO)

    assert in_hours(at, "07:30-16:00", closed, CHICAGO) == at


@pytest.mark.parametrize("text", ["16:00-07:30", "07:30-07:30"])
def test_no_hours(text: str) -> None:
    """They begin before they end."""
    with pytest.raises(ValueError, match="end before they begin"):
        opening_hours(text)
