"""The shape of a Discord message: pure functions on its JSON, for live events and for exports.

They never raise on odd shapes: what is not what it should be is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

# What people did not write themselves. A type that is not listed is read: a new kind of post must
# not pass unseen. Types 4 and 18 carry the name that somebody gave to a channel or thread.
IGNORED_TYPES = frozenset(
    {
        *(1, 2, 3),  # somebody joined or left a group, called
        *(5, 6, 7),  # an icon, a pin, a new member
        *range(8, 18),  # boosts, following, discovery
        *(21, 22),  # the first line of a thread (the message itself stands elsewhere), a reminder
        *range(24, 33),  # AutoMod, subscriptions, stages
        *(36, 37, 38, 39),  # raid reports
        *(44, 46),  # a purchase, a poll's result
    }
)

EPOCH_MS = 1_420_070_400_000
_MAX_DEPTH = 12
_SNOWFLAKE = re.compile(r"\d{1,20}")
_MENTION = re.compile(r"<@!?(\d{1,20})>")
# A link's own preview: the words of the linked page, not the author's.
_PREVIEWS = frozenset({"article", "gifv", "image", "link", "photo", "video"})
_TEXT_KEYS = ("title", "label", "content", "description", "placeholder")
_NESTED_KEYS = ("component", "components", "accessory", "items", "options", "media_items")

_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{1,20}>")
_TIME = re.compile(r"<t:-?\d{1,15}(?::[A-Za-z])?>")
_COMMAND = re.compile(r"<(/[\w -]{1,100}):\d{1,20}>")
_BARE_LINK = re.compile(r"<((?:https?|steam|mailto)://?[^<>\s]{1,2000})>")
_LABELLED = re.compile(
    r"\[([^\[\]\n]{1,400})\]\(<?((?:https?)://[^()<>\s]{1,2000})>?(?: \"[^\"\n]*\")?\)"
)
_FENCE = re.compile(r"```(?:[A-Za-z0-9_+-]{1,20}\n)?")
_MARKS = (
    re.compile(r"\*\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*\*"),
    re.compile(r"\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*"),
    re.compile(r"__(?=\S)([^\n]{1,400}?)(?<=\S)__"),
    re.compile(r"~~(?=\S)([^\n]{1,400}?)(?<=\S)~~"),
    re.compile(r"\|\|([^|\n]{1,400}?)\|\|"),
    re.compile(r"(?<!\*)\*(?=[^\s*])([^*\n]{1,400}?)(?<=[^\s*])\*(?!\*)"),
    re.compile(r"(?<![\w_])_(?=\S)([^_\n]{1,400}?)(?<=\S)_(?![\w_])"),
    re.compile(r"`([^`\n]{1,400})`"),
)
_LINE_MARK = re.compile(r"^(?:#{1,3} |-# |>>> |> )+", re.MULTILINE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ASIDE = 0xE100  # private use: no keyboard types them
_SET_ASIDE = re.compile("[\ue121-\ue17e]")


def readable_text(message: Mapping[str, Any]) -> str:
    """Everything a reader sees of the message, a line each.

    Body, what was forwarded, polls, embeds, components, files and stickers. Previews that Discord
    makes of a link are left out: they are the linked page's words.
    """
    return "\n".join(_message_lines(message, 0))


def mentions(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the people mentioned, each once, in order."""
    found = dict.fromkeys(_MENTION.findall(_string(message, "content")))
    for person in _mappings(message.get("mentions")):
        if _string(person, "id"):
            found[_string(person, "id")] = None
    return tuple(found)


def plain(markdown: str) -> str:
    """Discord's mark-up as a reader sees it: links with their targets, no `**`, `||` or backslash.

    A mention stays `<@1>`: a display name is not the author's word.
    """
    text = _FENCE.sub("", _ESCAPE.sub(_set_aside, markdown))
    for found in (_EMOJI, _COMMAND, _BARE_LINK):
        text = found.sub(r"\1", text)
    text = _LINE_MARK.sub("", _TIME.sub("", text))
    text = _LABELLED.sub(_spoken, text)
    for _ in range(4):  # marks nest, at most once each
        before = text
        for mark in _MARKS:
            text = mark.sub(r"\1", text)
        if text == before:
            break
    return _SET_ASIDE.sub(lambda match: chr(ord(match[0]) - _ASIDE), text)


def snowflake_to_datetime(snowflake: str) -> datetime:
    """The moment a Discord id was made; ValueError if it is none."""
    if not _SNOWFLAKE.fullmatch(snowflake):
        raise ValueError("not a Discord id")
    made_ms = (int(snowflake) >> 22) + EPOCH_MS  # of 20 digits: before the year 2800
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=made_ms)


def _message_lines(message: Mapping[str, Any], depth: int) -> Iterator[str]:
    content = _string(message, "content")
    yield from _nonempty(plain(content))
    if depth < _MAX_DEPTH:
        for snapshot in _mappings(message.get("message_snapshots")):
            inner = snapshot.get("message")
            if isinstance(inner, Mapping):
                yield from _message_lines(inner, depth + 1)
    yield from _poll_lines(message.get("poll"))
    for embed in _mappings(message.get("embeds")):
        if not _is_preview(embed, content):
            yield from _embed_lines(embed)
    yield from _component_lines(message.get("components"), 0)
    for file in _mappings(message.get("attachments")):
        for key in ("title", "description", "filename", "fileName"):
            yield from _nonempty(_string(file, key))
    for key in ("sticker_items", "stickers"):
        for sticker in _mappings(message.get(key)):
            yield from _nonempty(_string(sticker, "name"))


def _poll_lines(poll: Any) -> Iterator[str]:
    if not isinstance(poll, Mapping):
        return
    question = poll.get("question")
    if isinstance(question, Mapping):
        yield from _nonempty(_string(question, "text"))
    for answer in _mappings(poll.get("answers")):
        media = answer.get("poll_media")
        if isinstance(media, Mapping):
            yield from _nonempty(_string(media, "text"))


def _is_preview(embed: Mapping[str, Any], content: str) -> bool:
    url = _string(embed, "url")
    return _string(embed, "type") in _PREVIEWS or bool(url and url in content)


def _embed_lines(embed: Mapping[str, Any]) -> Iterator[str]:
    for part in (embed.get("author"), embed):
        if isinstance(part, Mapping):
            for key in ("name", "title", "description"):
                yield from _nonempty(plain(_string(part, key)))
    for field in _mappings(embed.get("fields")):
        for key in ("name", "value"):
            yield from _nonempty(plain(_string(field, key)))
    footer = embed.get("footer")
    if isinstance(footer, Mapping):
        yield from _nonempty(_string(footer, "text"))


def _component_lines(node: Any, depth: int) -> Iterator[str]:
    """The words of components, of the older kind and the newer."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, Sequence) and not isinstance(node, str):
        for item in node:
            yield from _component_lines(item, depth + 1)
    elif isinstance(node, Mapping):
        for key in _TEXT_KEYS:
            yield from _nonempty(plain(_string(node, key)))
        for key in _NESTED_KEYS:
            yield from _component_lines(node.get(key), depth + 1)


def _set_aside(match: re.Match[str]) -> str:
    """A character that was escaped, where no mark is taken for one."""
    return chr(ord(match[1]) + _ASIDE)


def _spoken(match: re.Match[str]) -> str:
    label, target = match.groups()
    same = target.partition("://")[2].strip("/") == label.partition("://")[2].strip("/") or (
        target.partition("://")[2].strip("/") == label.strip("/")
    )
    return target if same else f"{label} ({target})"


def _string(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _nonempty(text: str) -> list[str]:
    return [text] if text.strip() else []
