"""The main job on Discord, end to end, over real sockets with the unmodified discord.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.port import Status
from tests.scenarios.discord_school import School, said, school_in


@pytest_asyncio.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    """A connected school with the application at work."""
    async with school_in(tmp_path) as made, made.running():
        yield made


async def test_message_flag_notice_card_third_strike_administrators(school: School) -> None:
    """The whole way from one message to the principal and IT."""
    await school.bully(3)
    await school.discord.until(lambda: school.letters("principal") and school.letters("novak"))
    await school.discord.until(lambda: len(school.cards()) == 3)

    flags = await school.flags()
    letters = school.letters("maya")
    cards = [said(card) for card in school.cards()]
    assert len(flags) == len(cards) == 3
    assert "A private note about your message" in letters[0]
    assert "This has happened before" in letters[1]
    assert "The administrators are being told" in letters[2]
    assert "Repeat: number 2" in cards[1]
    assert all(flag.id in school.letters("principal")[0] for flag in flags)
