"""Message events into the core's terms: pure translators, the only readers of messages' JSON here.

Facts: a thread is a channel with an id of its own; a forum's post is a thread whose first message
has the thread's id; what was edited says so (`edited_timestamp`), previews of links do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.shapes.discord import (
    IGNORED_TYPES,
    mentions,
    readable_text,
    snowflake_to_datetime,
)
from rules.types import Message, MessageKey

Json = Mapping[str, Any]

PLATFORM = "discord"
MAX_FILE_BYTES = 64 * 1024
_TEXT_TYPES = frozenset({"text/plain", "text/csv", "text/markdown"})
_TEXT_ENDINGS = (".txt", ".csv", ".md")


class Malformed(Exception):
    """A payload that is not what Discord documents; the text names the field, never a value."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A small text file shared with a message."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A new or edited message, before what its JSON does not tell was looked up."""

    key: MessageKey
    author: str
    text: str = field(repr=False)
    posted_at: datetime
    groups: frozenset[str] | None = None  # the author's roles, where the event tells
    reply_to: str = ""
    mentions: tuple[str, ...] = ()
    direct: bool = False
    edited_at: str = ""
    files: tuple[TextFile, ...] = ()
    answers: str = ""  # in a direct channel: the address that the answered message of ours bears


@dataclass(frozen=True, slots=True)
class Removed:
    """Messages of a channel that are gone."""

    guild: str
    channel: str
    messages: tuple[str, ...]


def read_posted(event: Json, *, guild: str = "") -> Posted | None:
    """The message of an event, or None for what no person wrote. Raises `Malformed`.

    `guild` is for messages that were fetched: those do not tell it.
    """
    author = event.get("author")
    if event.get("webhook_id") or (isinstance(author, Mapping) and author.get("bot")):
        return None
    kind = event.get("type")
    if isinstance(kind, int) and kind in IGNORED_TYPES:
        return None
    message, channel = need_id(event, "id"), need_id(event, "channel_id")
    home = guild or optional_text(event, "guild_id")
    answered = event.get("referenced_message")
    edited_at = optional_text(event, "edited_timestamp")
    return Posted(
        key=MessageKey(PLATFORM, home, channel, message),
        author=need_id(need_object(event, "author"), "id"),
        text=readable_text(event),
        posted_at=snowflake_to_datetime(message),
        groups=_roles(event.get("member")),
        reply_to=author_of(answered),
        mentions=mentions(event),
        direct=not home,
        edited_at=edited_at,
        files=tuple(_text_files(event)),
        answers=home_address(answered),
    )


def read_edited(event: Json) -> Posted | None:
    """The new face of an edited message; None for what changed no words: a preview, a pin."""
    if not optional_text(event, "edited_timestamp") or "author" not in event:
        return None
    if not isinstance(event.get("content"), str):
        return None
    return read_posted(event)


def read_removed(event: Json) -> Removed:
    """One deleted message, or many at once. Raises `Malformed`."""
    many = event.get("ids")
    ids = many if isinstance(many, list) else [event.get("id")]
    messages = tuple(need_id({"id": one}, "id") for one in ids)
    return Removed(optional_text(event, "guild_id"), need_id(event, "channel_id"), messages)


def to_message(
    posted: Posted, *, guild: str, groups: frozenset[str] | None, parent: str, text: str
) -> Message:
    """The message as the application takes it, with what was looked up."""
    key = posted.key
    where = "@me" if posted.direct else guild
    return Message(
        key=MessageKey(key.platform, guild, key.channel, key.message),
        author_id=posted.author,
        text=text,
        posted_at=posted.posted_at,
        author_groups=groups,
        thread=key.channel if parent else "",
        parent=parent,
        reply_to=posted.reply_to,
        mentions=posted.mentions,
        direct=posted.direct,
        edited=bool(posted.edited_at),
        permalink=f"https://discord.com/channels/{where}/{key.channel}/{key.message}",
    )


def author_of(message: Any) -> str:
    """Who wrote this message, where it tells."""
    author = message.get("author") if isinstance(message, Mapping) else None
    return optional_text(author, "id") if isinstance(author, Mapping) else ""


def home_address(message: Any) -> str:
    """The address in a private message of ours that says from which server it came."""
    embeds = message.get("embeds") if isinstance(message, Mapping) else None
    for embed in embeds if isinstance(embeds, list) else ():
        author = embed.get("author") if isinstance(embed, Mapping) else None
        if isinstance(author, Mapping) and optional_text(author, "url"):
            return optional_text(author, "url")
    return ""


def need_id(node: Json, name: str) -> str:
    """The Discord id of this field; raises `Malformed`."""
    value = node.get(name)
    try:
        snowflake_to_datetime(value if isinstance(value, str) else "")
    except ValueError:
        raise Malformed(f"{name} is missing or no id") from None
    return str(value)


def need_object(node: Json, name: str) -> Json:
    """The object of this field; raises `Malformed`."""
    value = node.get(name)
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} is missing or no object")
    return value


def optional_text(node: Json, name: str) -> str:
    """The text of this field, or an empty one."""
    value = node.get(name)
    return value if isinstance(value, str) else ""


def role_ids(member: Any) -> frozenset[str]:
    """The roles of a member's JSON; none where there are none."""
    return _roles(member) or frozenset()


def _roles(member: Any) -> frozenset[str] | None:
    roles = member.get("roles") if isinstance(member, Mapping) else None
    if not isinstance(roles, list):
        return None
    return frozenset(role for role in roles if isinstance(role, str))


def _text_files(message: Json) -> list[TextFile]:
    holders = [message]
    snapshots = message.get("message_snapshots")
    for snapshot in snapshots if isinstance(snapshots, list) else ():
        inner = snapshot.get("message") if isinstance(snapshot, Mapping) else None
        if isinstance(inner, Mapping):
            holders.append(inner)
    return [file for holder in holders for file in _files_of(holder)]


def _files_of(message: Json) -> list[TextFile]:
    found = []
    attachments = message.get("attachments")
    for file in attachments if isinstance(attachments, list) else ():
        if not isinstance(file, Mapping):
            continue
        size, name = file.get("size"), optional_text(file, "filename").lower()
        kind = optional_text(file, "content_type").partition(";")[0].strip()
        url, file_id = optional_text(file, "url"), optional_text(file, "id")
        is_text = kind in _TEXT_TYPES or name.endswith(_TEXT_ENDINGS)
        small = isinstance(size, int) and 0 < size <= MAX_FILE_BYTES
        if is_text and small and url and file_id:
            found.append(TextFile(file_id, url))
    return found
