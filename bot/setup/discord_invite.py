"""The link that brings the Discord bot into a server, with just the permissions it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

AUTHORISE = "https://discord.com/oauth2/authorize"


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission of Discord: its name on the screen, its bit, and what the bot does with it."""

    name: str
    bit: int
    why: str


# Bits: "Permissions" of Discord's documentation.
ALWAYS = (
    Permission("View Channels", 10, "reading the channels it is let into"),
    Permission("Read Message History", 16, "catching up after a break"),
    Permission("Send Messages", 11, "cards in the moderators' channel"),
    Permission("Embed Links", 14, "the sections of a card"),
    Permission(
        "Create Private Threads", 36, "a note to an author whose direct messages are closed"
    ),
    Permission("Send Messages in Threads", 38, "writing that note"),
)
TO_HIDE = Permission("Manage Messages", 13, "deleting messages of the categories in `hide`")


def permissions(*, hide: bool) -> tuple[Permission, ...]:
    """What the bot needs; deleting messages only where the settings name categories to hide."""
    return (*ALWAYS, TO_HIDE) if hide else ALWAYS


def bitmask(needed: Iterable[Permission]) -> int:
    """The number that stands for these permissions in the link."""
    return sum({1 << permission.bit for permission in needed})


def invite_link(application: str, server: str, needed: Iterable[Permission]) -> str:
    """The link to open: it offers this server and these permissions, and no other."""
    query = {
        "client_id": application,
        "scope": "bot applications.commands",
        "permissions": str(bitmask(needed)),
        "guild_id": server,
        "disable_guild_select": "true",
    }
    return f"{AUTHORISE}?{urlencode(query)}"


def explained(needed: Iterable[Permission]) -> Iterator[str]:
    """One line for each permission: its name and what it is for."""
    for permission in needed:
        yield f"{permission.name}: {permission.why}"
