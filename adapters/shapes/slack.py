"""The shape of a Slack message: pure functions on its JSON, for live events and for exports.

They never raise on odd shapes: what is not what it should be is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

# What people did not write themselves. A subtype that is not listed is read: a new kind of post
# must not pass unseen.
IGNORED_SUBTYPES = frozenset(
    {
        "assistant_app_thread",
        "bot_add",
        "bot_disable",
        "bot_enable",
        "bot_message",
        "bot_remove",
        "channel_archive",
        "channel_canvas_updated",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "ekm_access_denied",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "huddle_thread",
        "message_replied",
        "pinned_item",
        "reminder_add",
        "reply_broadcast",
        "sh_room_created",
        "tombstone",
        "unpinned_item",
    }
)

_MAX_DEPTH = 12  # Slack's own nesting ends at about 8 (a forward's blocks' table cells)
_TOKEN = re.compile(
    r"<(?P<target>[@#!][^<>|]*|[A-Za-z][\w+.-]*:[^<>|\n]*)(?:\|(?P<label>[^<>]*))?>"
)
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITY = re.compile(r"&(lt|gt|amp);")
_MARK = re.compile(r"(?<!\w)([*_~])(?=\S)([^*_~\n]{1,400})(?<=\S)\1(?!\w)")
_NOT_COMPARED = re.compile(r"(?:&gt;|[\s*_~`>•◦▪])+")
_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?")
_TEXT_KEYS = ("title", "text", "description", "fields", "label", "alt_text", "elements", "rows")


def readable_text(message: Mapping[str, Any]) -> str:
    """Everything a reader sees of the message: body, blocks, attachments, files, a line each.

    Previews that Slack makes of a link are left out: they are the linked page's words.
    """
    return "\n".join(map(plain, _message_lines(message, 0)))


def mentions(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the people mentioned in body and blocks, each once, in order."""
    found = dict.fromkeys(match["id"] for match in _MENTION.finditer(_string(message, "text")))
    for line in _block_lines(message.get("blocks"), 0):
        found.update(dict.fromkeys(match["id"] for match in _MENTION.finditer(line)))
    return tuple(found)


def plain(mrkdwn: str) -> str:
    """Slack's mark-up as a reader sees it: links with their targets, `&lt;` as `<`, no `*_~`.

    A mention stays `<@U1>`: a display name is not the author's word.
    """
    text = _TOKEN.sub(_spoken, mrkdwn)
    for _ in range(3):  # *_~bold~_*: marks nest, at most once each
        text, changed = _MARK.subn(r"\2", text)
        if not changed:
            break
    return _ENTITY.sub(lambda match: {"lt": "<", "gt": ">", "amp": "&"}[match[1]], text)


def ts_to_datetime(ts: str) -> datetime:
    """The moment a Slack `ts` names, exact to the microsecond; ValueError if it is none."""
    match = _TS.fullmatch(ts)
    if match is None:
        raise ValueError("not a Slack timestamp")
    micro = int((match[2] or "0").ljust(6, "0"))
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(match[1]), microseconds=micro)
    except OverflowError as error:  # after the year 9999
        raise ValueError("not a Slack timestamp") from error


def _message_lines(message: Mapping[str, Any], depth: int) -> list[str]:
    """The lines of a message in mrkdwn; what Slack sends twice stands there once."""
    lines = _nonempty(_string(message, "text"))
    _add_new(lines, _block_lines(message.get("blocks"), depth))
    for attachment in _mappings(message.get("attachments")):
        _add_new(lines, _attachment_lines(attachment, depth + 1))
    for file in (*_mappings(message.get("files")), *_mappings([message.get("file")])):
        _add_new(lines, [_escaped(_string(file, key)) for key in ("title", "name")])
    return lines


def _add_new(lines: list[str], more: Iterable[str]) -> None:
    seen = "\0".join(map(_compared, lines))
    for line in more:
        bare = _compared(line)
        if bare and bare not in seen:
            lines.append(line)
            seen = f"{seen}\0{bare}"


def _compared(line: str) -> str:
    """The line without what differs between `text` and `blocks`: marks, labels of ids, space."""
    return _NOT_COMPARED.sub("", _TOKEN.sub(lambda m: _spoken(m, labels=False), line))


def _attachment_lines(attachment: Mapping[str, Any], depth: int) -> list[str]:
    preview = "from_url" in attachment or "app_unfurl_url" in attachment
    if depth > _MAX_DEPTH or (preview and not attachment.get("is_share")):
        return []
    lines = [_string(attachment, key) for key in ("pretext", "title")]
    lines.extend(_message_lines(attachment, depth))
    for wrapped in _mappings(attachment.get("message_blocks")):  # a forwarded message
        inner = wrapped.get("message")
        _add_new(lines, _message_lines(inner, depth + 1) if isinstance(inner, Mapping) else [])
    for field in _mappings(attachment.get("fields")):
        lines.extend(_string(field, key) for key in ("title", "value"))
    lines.append(_string(attachment, "footer"))
    return list(filter(None, lines)) or _nonempty(_string(attachment, "fallback"))


def _block_lines(node: Any, depth: int) -> Iterator[str]:
    """The lines of blocks, block by block, in mrkdwn."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, Sequence) and not isinstance(node, str):
        for item in node:
            yield from _block_lines(item, depth + 1)
    elif isinstance(node, Mapping):
        kind = node.get("type")
        if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield from _nonempty("".join(map(_inline, _mappings(node.get("elements")))))
        elif isinstance(node.get("text"), str):
            text = _string(node, "text")
            yield from _nonempty(text if kind in ("mrkdwn", "markdown") else _escaped(text))
        else:
            for key in _TEXT_KEYS:
                value = node.get(key)
                if isinstance(value, str):
                    yield from _nonempty(_escaped(value))
                else:
                    yield from _block_lines(value, depth + 1)
            yield from _block_lines(node.get("accessory"), depth + 1)


def _inline(element: Mapping[str, Any]) -> str:
    """One element of a rich text line, in mrkdwn."""
    match element.get("type"):
        case "user":
            return f"<@{_string(element, 'user_id')}>"
        case "usergroup":
            return f"<!subteam^{_string(element, 'usergroup_id')}>"
        case "channel":
            return f"<#{_string(element, 'channel_id')}>"
        case "broadcast":
            return f"<!{_string(element, 'range')}>"
        case "emoji":
            tone = element.get("skin_tone")
            return f":{_string(element, 'name')}:" + (f":skin-tone-{tone}:" if tone else "")
        case "date":
            return _escaped(_string(element, "fallback"))
        case "link":
            url, text = _string(element, "url"), _string(element, "text")
            return f"<{_escaped(url)}|{_escaped(text)}>" if text else f"<{_escaped(url)}>"
        case _:
            return _escaped(_string(element, "text"))


def _spoken(match: re.Match[str], *, labels: bool = True) -> str:
    """What a reader sees of one `<…>` token, still escaped."""
    target, label = match["target"], (match["label"] or "")
    kind, rest = target[0], target[1:]
    if kind == "@":
        return f"<{target}>"
    if kind == "#":
        return f"#{(label if labels else '') or rest}"
    if kind == "!":
        command, _, detail = rest.partition("^")
        if command == "date":
            return label
        return (label if labels else "") or f"@{detail}" if command == "subteam" else f"@{command}"
    if not label or label == target:
        return target
    scheme, _, bare = target.partition(":")
    if scheme.lower() in ("mailto", "tel") and bare == label:
        return label
    return target if bare.strip("/") == label.strip("/") else f"{label} ({target})"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _string(node: Mapping[str, Any], key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _nonempty(text: str) -> list[str]:
    return [text] if text.strip() else []
