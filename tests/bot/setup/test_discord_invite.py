"""The invite link: the permissions it asks for are those that are named, and no other."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.check import NEEDED, TO_HIDE
from bot.setup.discord_invite import bitmask, explained, invite_link, permissions

NAMES = {  # as Discord shows them -> as discord.py calls them
    "View Channels": "view_channel",
    "Read Message History": "read_message_history",
    "Send Messages": "send_messages",
    "Embed Links": "embed_links",
    "Create Private Threads": "create_private_threads",
    "Send Messages in Threads": "send_messages_in_threads",
    "Manage Messages": "manage_messages",
}


@pytest.mark.parametrize("hide", [True, False])
def test_each_bit_is_the_permission_it_is_called(hide: bool) -> None:
    """Held against the SDK's own table."""
    needed = permissions(hide=hide)
    expected = discord.Permissions(**{NAMES[permission.name]: True for permission in needed})

    assert bitmask(needed) == expected.value
    assert not expected.administrator
    assert len(list(explained(needed))) == len(needed)


@pytest.mark.parametrize("hide", [True, False])
def test_it_asks_for_what_the_adapter_needs(hide: bool) -> None:
    """The two tables say the same, so that `doctor` misses nothing that `init` left out."""
    asked = {permission.name for permission in permissions(hide=hide)}

    assert asked == {*NEEDED.values(), *(TO_HIDE.values() if hide else ())}


def test_the_link_is_for_one_server_and_cannot_be_turned_to_another() -> None:
    """An application invited elsewhere would be ignored there anyway."""
    query = parse_qs(urlsplit(invite_link("1", "2", permissions(hide=False))).query)

    assert query["guild_id"] == ["2"]
    assert query["disable_guild_select"] == ["true"]
    assert query["scope"] == ["bot applications.commands"]
