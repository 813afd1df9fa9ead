"""The page about a year in a school is what happens."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.school_year import PAGE, told


async def test_the_page_tells_what_happens(tmp_path: Path) -> None:
    """If this fails and the change is meant: python -m tests.scenarios.school_year."""
    assert await told(tmp_path) == PAGE.read_text(encoding="utf-8")
