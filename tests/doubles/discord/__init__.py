"""Discord on loopback, strict: see `double.py`."""

from tests.doubles.discord.double import DiscordDouble
from tests.doubles.discord.inbox import CountingInbox

__all__ = ["CountingInbox", "DiscordDouble"]
