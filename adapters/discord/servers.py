"""The servers as discord.py's cache knows them: channels, threads, what the bot may read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import discord
import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or thread whose messages the bot can read."""

    id: str
    newest: str  # id of its last message, where Discord tells


class Servers:
    """The listed servers; others are ignored, and noted once."""

    def __init__(self, client: discord.Client, listed: Collection[str]) -> None:
        self._client = client
        self.listed = tuple(listed)
        self._strangers: set[str] = set()
        self._names: dict[str, str] = {}  # still known while Discord cannot describe a server

    def is_listed(self, guild: str) -> bool:
        """Whether the bot works there."""
        if guild in self.listed:
            return True
        if guild not in self._strangers and len(self._strangers) < 1_000:
            self._strangers.add(guild)
            log.warning("discord-server-not-listed", server=guild)
        return False

    def present(self) -> list[str]:
        """The listed servers that the bot is in, in the order of the settings."""
        inside = {str(guild.id) for guild in self._client.guilds}
        return [guild for guild in self.listed if guild in inside]

    def missing(self) -> list[str]:
        """The servers that Discord has not described yet (or cannot at the moment)."""
        return [name for name in self.present() if (g := self._guild(name)) and g.unavailable]

    def name(self, guild: str) -> str:
        """The server's name, for people to read."""
        found = self._guild(guild)
        if found is not None and found.name:
            self._names[guild] = found.name
        return self._names.get(guild, guild)

    def parent(self, guild: str, channel: str) -> str | None:
        """The channel that a thread hangs in; empty for no thread, None where it is not known."""
        found = self._channel(guild, channel)
        if found is None:
            return None
        return str(found.parent_id) if isinstance(found, discord.Thread) else ""

    def thread_name(self, guild: str, thread: str) -> str:
        """A thread's name, where it is known."""
        found = self._channel(guild, thread)
        return found.name if isinstance(found, discord.Thread) else ""

    def is_own_private(self, guild: str, thread: str) -> bool:
        """Whether the bot made this private thread, to tell one person something."""
        found, me = self._channel(guild, thread), self._client.user
        if not isinstance(found, discord.Thread) or me is None:
            return False
        return found.is_private() and found.owner_id == me.id

    def own_thread(self, guild: str, name: str) -> str:
        """The open thread of this name that the bot itself made, or an empty text."""
        found = self._guild(guild)
        me = self._client.user
        for thread in found.threads if found and me else ():
            if thread.name == name and me and thread.owner_id == me.id and not thread.archived:
                return str(thread.id)
        return ""

    def readable(self, guild: str) -> Iterator[Room]:
        """The channels and open threads whose messages the bot can read."""
        found = self._guild(guild)
        if found is None:
            return
        rooms: list[discord.TextChannel | discord.VoiceChannel | discord.StageChannel] = [
            *found.text_channels,
            *found.voice_channels,
            *found.stage_channels,
        ]
        for channel in rooms:
            may = channel.permissions_for(found.me) if found.me else discord.Permissions.all()
            if may.view_channel and may.read_message_history:
                yield Room(str(channel.id), str(channel.last_message_id or ""))
        for thread in found.threads:
            yield Room(str(thread.id), str(thread.last_message_id or ""))

    def _guild(self, guild: str) -> discord.Guild | None:
        return self._client.get_guild(int(guild)) if guild.isdecimal() else None

    def _channel(self, guild: str, channel: str) -> object | None:
        found = self._guild(guild)
        return found.get_channel_or_thread(int(channel)) if found else None
