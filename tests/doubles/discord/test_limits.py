"""Requests beyond a rate limit are refused."""

from __future__ import annotations

from tests.doubles.discord.limits import Limits


def test_an_empty_bucket_refuses_and_says_until_when() -> None:
    """4.2: X-RateLimit-* always; Retry-After on 429."""
    now = 0.0
    limits = Limits(lambda: now)
    limits.special["r"] = (2, 5.0)
    told = [limits.spend("r", "c") for _ in range(3)]
    other = limits.spend("r", "d")
    now = 5.0
    again = limits.spend("r", "c")

    assert [left.refused for left in told] == [False, False, True]
    assert told[2].headers(0.0)["Retry-After"] == "5.000"
    assert told[0].headers(0.0)["X-RateLimit-Remaining"] == "1"
    assert not other.refused
    assert not again.refused
