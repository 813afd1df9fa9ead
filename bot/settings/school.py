"""School days: which days are ones, and which day is so many of them later."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from bot.settings.shapes import School

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_BREAK = 366  # days without school in a row: a calendar with more has no next school day


def holiday(text: str) -> tuple[date, date]:
    """The first and last day of a holiday as settings write it; ValueError if it is none."""
    first, _, last = text.partition("/")
    begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
    if ends < begins:
        raise ValueError("a holiday ends before it begins")
    return begins, ends


def opening_hours(text: str) -> tuple[time, time]:
    """When calls begin and end on a school day, from `07:30-16:00`; ValueError if it is none."""
    first, _, last = text.partition("-")
    begin, end = time.fromisoformat(first), time.fromisoformat(last)
    if end <= begin:
        raise ValueError("the hours end before they begin")
    return begin, end


def is_school_day(day: date, school: School) -> bool:
    """Whether there is school on this day."""
    free = (holiday(text) for text in school.holidays)
    in_week = _WEEK[day.weekday()] in school.days
    return in_week and not any(first <= day <= last for first, last in free)


def end_of_school_day(after: datetime, days: int, school: School, zone: tzinfo) -> datetime:
    """The end of the `days`-th school day after this moment's day, by the clocks of `zone`."""
    day = after.astimezone(zone).date()
    idle = 0
    while days > 0 and idle < _LONGEST_BREAK:
        day += timedelta(days=1)
        idle += 1
        if is_school_day(day, school):
            days, idle = days - 1, 0
    return datetime.combine(day + timedelta(days=1), time(), zone)


def in_hours(at: datetime, hours: str, school: School, zone: tzinfo) -> datetime:
    """This moment if it is within the hours of a school day, else when they next begin.

    Where no school day comes within a year, the moment itself: late is worse than odd.
    """
    begin, end = opening_hours(hours)
    local = at.astimezone(zone)
    if is_school_day(local.date(), school) and begin <= local.time() < end:
        return at
    first = 0 if local.time() < begin else 1
    days = (local.date() + timedelta(days=n) for n in range(first, _LONGEST_BREAK))
    opens = next((day for day in days if is_school_day(day, school)), None)
    return datetime.combine(opens, begin, zone) if opens else at
