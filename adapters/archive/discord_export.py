"""Exports that DiscordChatExporter made: a JSON file for each channel, or several parts of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.archive.export import Portion
from adapters.archive.members import Damage, DamagedMemberError, Members
from adapters.archive.rows import read_items
from adapters.archive.slack_tables import string
from adapters.shapes.discord import (
    IGNORED_TYPES,
    mentions,
    readable_text,
    snowflake_to_datetime,
)
from rules.types import Message, MessageKey

# In a JSON string a quote is escaped, so this stands only where the list of messages begins.
_MESSAGES = re.compile(r'"messages"\s*:\s*(?=\[)')
_LOOKED_AT = 20  # files, to tell whether this is such an export
# Lines that Discord wrote; the exporter puts sentences of its own into them.
_NOTED = frozenset(
    {
        "Call",
        "ChannelIconChange",
        "ChannelNameChange",
        "ChannelPinnedMessage",
        "GuildMemberJoin",
        "RecipientAdd",
        "RecipientRemove",
        "ThreadCreated",
    }
)


@dataclass(frozen=True, slots=True)
class _File:
    """What the head of a file says, and its list of messages as text."""

    guild: str
    channel: str
    name: str
    parent: str  # of a thread
    messages: str


class DiscordExport:
    """A folder or zip file of DiscordChatExporter's files as `Export`.

    Names of channels and people are known as far as it has been read.
    """

    platform = "discord"

    def __init__(self, members: Members, names: tuple[str, ...], guild: str) -> None:
        self._members = members
        self._names = names
        self.workspace = guild
        self.channels: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self.damage = members.refused
        self.size = len(names)

    def portions(self, since: datetime | None = None) -> Iterator[Portion]:
        """Read the messages posted since then, file by file."""
        for member in self._names:
            damage: list[Damage] = []
            file = _read(self._members, member, damage)
            found = list(self._messages(file, member, damage)) if file else []
            wanted = [m for m in found if since is None or m.posted_at >= since]
            wanted.sort(key=lambda message: int(message.key.message))
            yield Portion(member, tuple(wanted), tuple(damage))

    def close(self) -> None:
        """Let go of the archive."""
        self._members.close()

    def _messages(self, file: _File, member: str, damage: list[Damage]) -> Iterator[Message]:
        """Yield what people wrote, noting what could not be read."""
        self.channels[file.channel] = f"#{file.name}"
        authors: dict[str, str] = {}  # of the messages so far, for replies
        odd = 0
        for row in read_items(file.messages, member, damage):
            try:
                message = self._message(row, file, authors)
            except ValueError:
                odd += 1
                continue
            if message is not None:
                yield message
        if odd:
            damage.append(Damage(member, f"{odd} of its messages have an unknown form"))

    def _message(self, row: Any, file: _File, authors: dict[str, str]) -> Message | None:
        """Translate one message; None if no person wrote it, ValueError if it is none."""
        if not isinstance(row, Mapping) or not isinstance(row.get("author"), Mapping):
            raise ValueError("no message")
        author, id = row["author"], string(row, "id")
        posted_at, who = snowflake_to_datetime(id), string(author, "id")
        if not who:
            raise ValueError("no author")
        self.people[who] = string(author, "nickname") or string(author, "name")
        authors[id] = who
        if author.get("isBot") is True or _is_noted(string(row, "type")):
            return None
        text = readable_text(_as_sent(row))
        if id == file.channel:  # a forum's post: its title is words too
            text = f"{file.name}\n{text}"
        if not text.strip():
            return None
        reference = row.get("reference")
        answered = string(reference, "messageId") if isinstance(reference, Mapping) else ""
        return Message(
            key=MessageKey(self.platform, file.guild, file.channel, id),
            author_id=who,
            text=text,
            posted_at=posted_at,
            author_groups=_roles(author),
            thread=file.channel if file.parent else "",
            parent=file.parent,
            reply_to=authors.get(answered, ""),
            mentions=mentions(row),
            edited=bool(row.get("timestampEdited")),
        )


def open_export(members: Members, name: str) -> DiscordExport | None:
    """Take the members for such an export if one of their files looks like it."""
    names = tuple(n for n in members.names if n.lower().endswith(".json") and not _is_hidden(n))
    for member in names[:_LOOKED_AT]:
        file = _read(members, member, [])
        if file is not None:
            return DiscordExport(members, names, file.guild)
    return None


def _read(members: Members, member: str, damage: list[Damage]) -> _File | None:
    """Read a file's head; None (and the fault noted) where it is none of the exporter's."""
    try:
        text = members.read(member).decode("utf-8-sig")
    except DamagedMemberError as error:
        damage.append(Damage(member, str(error)))
        return None
    except UnicodeDecodeError:
        damage.append(Damage(member, "is not UTF-8 text"))
        return None
    begin = _MESSAGES.search(text)
    head = _head(text[: begin.start()]) if begin else None
    if begin is None or head is None:
        damage.append(Damage(member, "is no JSON file of DiscordChatExporter"))
        return None
    guild, channel = head
    is_thread = string(channel, "type").endswith("Thread")
    return _File(
        guild=string(guild, "id"),
        channel=string(channel, "id"),
        name=string(channel, "name"),
        parent=string(channel, "categoryId") if is_thread else "",
        messages=text[begin.end() :],
    )


def _head(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Server and channel from what stands before the messages."""
    try:
        head = json.loads(text.rstrip().removesuffix(",") + "}")
    except (ValueError, RecursionError):  # no JSON, or nested too deep
        return None
    guild, channel = head.get("guild"), head.get("channel")
    if not isinstance(guild, Mapping) or not isinstance(channel, Mapping):
        return None
    return (guild, channel) if string(guild, "id") and string(channel, "id") else None


def _as_sent(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message in the form that Discord itself sends."""
    forwarded = row.get("forwardedMessage")
    if not isinstance(forwarded, Mapping):
        return row
    return {**row, "message_snapshots": [{"message": forwarded}]}


def _is_noted(kind: str) -> bool:
    """Whether it is a line of Discord's own; kinds unknown to the exporter stand as numbers."""
    return kind in _NOTED or (kind.isascii() and kind.isdigit() and int(kind) in IGNORED_TYPES)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _roles(author: Mapping[str, Any]) -> frozenset[str]:
    roles = author.get("roles")
    found = [r for r in roles if isinstance(r, Mapping)] if isinstance(roles, list) else []
    return frozenset(filter(None, (string(role, "id") for role in found)))
