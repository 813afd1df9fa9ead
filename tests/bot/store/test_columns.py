from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.store.columns import moment, packed, plain, stamp, unpacked

ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=ZONES)  # noqa: DTZ001
ANY_TEXT = st.text(st.characters(), max_size=50)


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_moments_do(one: datetime, two: datetime) -> None:
    """Whatever their zones, stamps compare as the moments they stand for, and come back exact."""
    assert (stamp(one) < stamp(two)) == (one < two)
    assert moment(stamp(one)) == one
    assert moment(stamp(one)).tzinfo == UTC


def test_naive_moments_are_refused() -> None:
    """A moment without a zone has no place on record."""
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 11, 16))  # noqa: DTZ001


@given(ANY_TEXT)
def test_plain_text_suits_any_database(text: str) -> None:
    """Same length, no NUL, no lone surrogate; and once plain it stays as it is."""
    clean = plain(text)

    assert len(clean) == len(text)
    assert "\0" not in clean
    assert clean.encode().decode() == clean
    assert plain(clean) == clean


@given(st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=5))
def test_packed_words_come_back(words: dict[str, str]) -> None:
    """Mappings of words survive; the order they were written in does not show."""
    assume(len({plain(name) for name in words}) == len(words))

    assert unpacked(packed(words)) == {plain(k): plain(v) for k, v in words.items()}
    assert packed(dict(reversed(words.items()))) == packed(words)
