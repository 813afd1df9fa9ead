"""What a Discord application can meet: servers, people, channels, threads and messages."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000

VIEW = 1 << 10
SEND = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
HISTORY = 1 << 16
MANAGE_THREADS = 1 << 34
PRIVATE_THREADS = 1 << 36
SEND_IN_THREADS = 1 << 38
ALL_NEEDED = VIEW | SEND | MANAGE_MESSAGES | EMBED_LINKS | HISTORY | PRIVATE_THREADS
ALL_NEEDED |= SEND_IN_THREADS

TEXT, DIRECT, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 11, 12, 15
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)


@dataclass
class User:
    """Somebody on Discord."""

    id: str
    name: str
    bot: bool = False
    locale: str = "en-US"
    closed_to_bot: bool = False  # 4.2: 50007 is normal


@dataclass
class Channel:
    """A channel, a thread or a private channel. `denied` are permission bits the bot lacks here."""

    id: str
    type: int
    name: str = ""
    guild: str = ""
    parent: str = ""
    owner: str = ""
    recipient: str = ""
    denied: int = 0
    archived: bool = False
    members: set[str] = field(default_factory=set)  # of a private thread
    messages: dict[str, Json] = field(default_factory=dict)


@dataclass
class Guild:
    """A server. `members` maps a user's id to the ids of their roles."""

    id: str
    name: str
    members: dict[str, list[str]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    permissions: int = ALL_NEEDED  # the bot's own
    commands: list[Json] = field(default_factory=list)
    takes_commands: bool = True


@dataclass
class File:
    """A file and its bytes."""

    id: str
    name: str
    content_type: str
    content: bytes
    url: str = ""


class World:
    """The state, without any rule of the API."""

    def __init__(self) -> None:
        self._last = 0
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.bot = self.add_user("hallmonitor", bot=True)
        self.application = self.snowflake()

    def snowflake(self) -> str:
        """A new id: later ones are greater, and it tells its time."""
        ms = int(time.time() * 1000) - EPOCH_MS
        self._last = max(ms << 22, self._last + 1)
        return str(self._last)

    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> str:
        user = User(self.snowflake(), name, bot=bot, locale=locale)
        self.users[user.id] = user
        return user.id

    def add_guild(self, name: str) -> Guild:
        guild = Guild(self.snowflake(), name)
        self.guilds[guild.id] = guild
        role = self.snowflake()
        guild.roles[role] = "Hall Monitor"
        guild.members[self.bot] = [role]
        return guild

    def add_channel(self, guild: str, name: str, kind: int = TEXT, **about: Any) -> Channel:
        channel = Channel(self.snowflake(), kind, name, guild, **about)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The private channel between the bot and a person."""
        for channel in self.channels.values():
            if channel.type == DIRECT and channel.recipient == user:
                return channel
        made = Channel(self.snowflake(), DIRECT, recipient=user)
        self.channels[made.id] = made
        return made

    def channels_of(self, guild: str, kinds: Iterable[int]) -> list[Channel]:
        wanted = set(kinds)
        return [c for c in self.channels.values() if c.guild == guild and c.type in wanted]

    def share_a_guild(self, user: str) -> bool:
        """4.2: 50278 where bot and person have no server in common."""
        return any({user, self.bot} <= set(g.members) for g in self.guilds.values())

    def may(self, channel: Channel, bits: int) -> bool:
        """Whether the bot has these permissions there; a thread has its parent's."""
        if channel.type == DIRECT:
            return True
        guild = self.guilds[channel.guild]
        denied = channel.denied
        if channel.parent:
            denied |= self.channels[channel.parent].denied
        if channel.type == PRIVATE_THREAD and self.bot not in channel.members:
            return bool(guild.permissions & MANAGE_THREADS)  # 4.5
        return bits & guild.permissions & ~denied == bits

    def add_file(self, name: str, content: bytes, content_type: str) -> File:
        file = File(self.snowflake(), name, content_type, content)
        self.files[file.id] = file
        return file

    def roles_of(self, guild: str, user: str) -> Sequence[str]:
        return self.guilds[guild].members[user]
