"""Where a thread is a channel by itself, it has the purpose of the channel it hangs in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import settings
from rules.types import Message, MessageKey, Purpose

TOML = """
[district]
name = "Riverbend"
[[workspace]]
platform = "discord"
id = "1"
default_role = "student"
moderators_channel = "9"
channels = { 5 = "literature", 6 = "general", 8 = "games" }
[lists]
moderators = { people = ["discord/1/2"] }
principal = { people = ["discord/1/2"] }
it = { people = ["discord/1/2"] }
counsellors = { people = ["discord/1/2"] }
"""


@pytest.mark.parametrize(
    ("channel", "parent", "purpose"),
    [
        ("5", "", Purpose.LITERATURE),
        ("7", "", Purpose.GENERAL),
        ("7", "5", Purpose.LITERATURE),
        ("8", "5", Purpose.GAMES),  # its own purpose is nearer
        ("6", "5", Purpose.GENERAL),
        ("7", "4", Purpose.GENERAL),
    ],
)
def test_purpose_of_channels_and_threads(channel: str, parent: str, purpose: Purpose) -> None:
    key = MessageKey("discord", "1", channel, "3")
    message = Message(key, "2", "words", datetime(2026, 1, 5, tzinfo=UTC), parent=parent)

    assert settings.parse(TOML).purpose_of(message) is purpose
