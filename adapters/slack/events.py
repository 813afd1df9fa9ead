"""Message events into the core's terms: pure translators, the only readers of Slack's JSON here.

Facts: an event's identity is (channel, ts); edits and deletions nest the message one level down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.shapes.slack import IGNORED_SUBTYPES, mentions, readable_text, ts_to_datetime
from rules.types import Message, MessageKey

Json = Mapping[str, Any]

MAX_FILE_BYTES = 64 * 1024
_TEXT_MIMETYPES = frozenset({"text/plain", "text/csv", "text/markdown"})
_TEXT_ENDINGS = (".txt", ".csv", ".md")


class Malformed(Exception):
    """A payload that is not what Slack documents; the text names the field, never a value."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A small text file shared with a message."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A new or edited message, before its author was looked up."""

    key: MessageKey
    author: str
    text: str = field(repr=False)
    posted_at: datetime
    thread: str = ""
    reply_to: str = ""
    mentions: tuple[str, ...] = ()
    direct: bool = False
    edited: bool = False
    by_app: bool = False  # sent by an app: a bot, or a person's app in their name
    files: tuple[TextFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """A message that is gone."""

    key: MessageKey
    at: datetime


def read_event(event: Json, *, team: str) -> Posted | Removed | None:
    """What a message event tells, or None for what nobody wrote. Raises `Malformed`."""
    subtype = event.get("subtype")
    channel = need_text(event, "channel")
    if subtype == "message_deleted":
        return _removed(event, team, channel)
    if subtype == "message_changed":
        return _edited(event, team, channel)
    if event.get("hidden"):
        return None
    return read_message(event, team=team, channel=channel, direct=_is_direct(event, channel))


def read_message(
    message: Json, *, team: str, channel: str, direct: bool = False, edited: bool = False
) -> Posted | None:
    """A message object itself (of an event or a shortcut), or None for what nobody wrote."""
    if message.get("subtype") in IGNORED_SUBTYPES:
        return None
    by_app = bool(message.get("bot_id"))
    if by_app and not message.get("user"):
        return None
    ts, author = need_text(message, "ts"), need_text(message, "user")
    thread = message.get("thread_ts")
    is_reply = isinstance(thread, str) and thread != ts
    answered = message.get("parent_user_id")
    return Posted(
        key=MessageKey("slack", team, channel, ts),
        author=author,
        text=readable_text(message),
        posted_at=_moment(ts, "ts"),
        thread=str(thread) if is_reply else "",
        reply_to=answered if is_reply and isinstance(answered, str) else "",
        mentions=mentions(message),
        direct=direct,
        edited=edited,
        by_app=by_app,
        files=tuple(_text_files(message)),
    )


def to_message(
    posted: Posted, *, groups: frozenset[str] | None, domain: str | None, permalink: str
) -> Message:
    """The message as the application takes it, with what is known of its author."""
    return Message(
        key=posted.key,
        author_id=posted.author,
        text=posted.text,
        posted_at=posted.posted_at,
        author_groups=groups,
        author_domain=domain,
        thread=posted.thread,
        reply_to=posted.reply_to,
        mentions=posted.mentions,
        direct=posted.direct,
        edited=posted.edited,
        permalink=permalink,
    )


def _edited(event: Json, team: str, channel: str) -> Posted | Removed | None:
    message, before = need_object(event, "message"), event.get("previous_message")
    if message.get("subtype") == "tombstone":  # a deleted parent whose replies stay
        return Removed(MessageKey("slack", team, channel, need_text(message, "ts")), _at(event))
    same = isinstance(before, Mapping) and readable_text(before) == readable_text(message)
    if same and _file_ids(message) == _file_ids(before):
        return None  # a link preview, a pin, a broadcast of a reply: the words are the same
    return read_message(
        message, team=team, channel=channel, direct=_is_direct(event, channel), edited=True
    )


def _removed(event: Json, team: str, channel: str) -> Removed | None:
    before = event.get("previous_message")
    if isinstance(before, Mapping) and before.get("bot_id") and not before.get("user"):
        return None
    ts = need_text(event, "deleted_ts")
    _moment(ts, "deleted_ts")
    return Removed(MessageKey("slack", team, channel, ts), _at(event))


def _text_files(message: Json) -> list[TextFile]:
    found = []
    for file in _list(message, "files"):
        size, name = file.get("size"), file.get("name")
        url, file_id = file.get("url_private_download"), file.get("id")
        is_text = file.get("mimetype") in _TEXT_MIMETYPES or (
            isinstance(name, str) and name.lower().endswith(_TEXT_ENDINGS)
        )
        small = isinstance(size, int) and 0 < size <= MAX_FILE_BYTES
        if is_text and small and isinstance(url, str) and isinstance(file_id, str):
            found.append(TextFile(file_id, url))
    return found


def _file_ids(message: Any) -> list[Any]:
    return [file.get("id") for file in _list(message, "files")]


def _is_direct(event: Json, channel: str) -> bool:
    return event.get("channel_type") == "im" or channel.startswith("D")


def _at(event: Json) -> datetime:
    name = "event_ts" if "event_ts" in event else "ts"
    return _moment(need_text(event, name), name)


def _moment(ts: str, name: str) -> datetime:
    try:
        return ts_to_datetime(ts)
    except ValueError:
        raise Malformed(f"{name} is no timestamp") from None


def need_text(node: Json, name: str) -> str:
    """The text of this field; raises `Malformed`."""
    value = node.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name} is missing or no text")
    return value


def need_object(node: Json, name: str) -> Json:
    """The object of this field; raises `Malformed`."""
    value = node.get(name)
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} is missing or no object")
    return value


def _list(node: Json, name: str) -> list[Json]:
    value = node.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
