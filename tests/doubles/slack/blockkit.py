"""Block Kit as Slack takes it: every limit that it states (3.5), and no unknown key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.doubles.slack.errors import ApiError

MESSAGE_BLOCKS = 50  # 3.5: 50 blocks per message
VIEW_BLOCKS = 100  # 3.5: 100 per modal or home
BLOCKS_JSON = 13_200  # 3.4: msg_blocks_too_long was seen near 13,200 characters of blocks
VIEW_JSON = 250_000  # 3.4: view_too_large over 250 KB
TEXT_LIMIT = 40_000  # 3.4: longer text is truncated
METADATA = 3_000  # 3.5: private_metadata

_BARE_MENTION = re.compile(r"(?<!\w)@(channel|here|everyone)\b")
_MASS_MENTION = re.compile(r"<!(channel|here|everyone|subteam\^[^>|]*)(?:\|[^>]*)?>")


class Invalid(Exception):
    """A block Slack would refuse; the text is what its error names."""


def check_blocks(blocks: Any, *, limit: int, inputs: bool) -> None:
    """Refuse blocks that Slack refuses, with its error."""
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        raise ApiError("invalid_blocks_format")
    try:
        _need(len(blocks) <= limit, f"no more than {limit} items allowed [/blocks]")
        ids = [block["block_id"] for block in blocks if "block_id" in block]
        _need(len(ids) == len(set(ids)), "block_id already exists")
        for block in blocks:
            _check_block(block, inputs=inputs)
    except Invalid as problem:
        raise ApiError("invalid_blocks", messages=[f"[ERROR] {problem}"]) from None


def check_message_size(blocks: list[Any]) -> None:
    """Refuse blocks that are too long in all (3.4)."""
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > BLOCKS_JSON:
        raise ApiError("msg_blocks_too_long")


def check_view(view: Any) -> None:
    """Refuse a modal that Slack refuses (3.5)."""
    if not isinstance(view, Mapping):
        raise ApiError("invalid_arguments", messages=["[ERROR] view must be an object"])
    if len(json.dumps(view)) > VIEW_JSON:
        raise ApiError("view_too_large")
    try:
        _keys(
            view,
            "type title blocks submit close private_metadata callback_id external_id "
            "clear_on_close notify_on_close",
        )
        _need(view.get("type") == "modal", "type must be modal")
        for part in ("title", "submit", "close"):  # 3.5: title/submit/close 24
            if part in view or part == "title":
                _plain(view.get(part), 24, part)
        _length(view.get("private_metadata", ""), 0, METADATA, "private_metadata")
        _length(view.get("callback_id", ""), 0, 255, "callback_id")  # 3.5
        _length(view.get("external_id", ""), 0, 255, "external_id")  # 3.5
        blocks = view.get("blocks")
        has_input = isinstance(blocks, list) and any(b.get("type") == "input" for b in blocks)
        # 3.5: submit is required when there is an input block
        _need(not has_input or "submit" in view, "submit is required with an input block")
    except Invalid as problem:
        raise ApiError("invalid_arguments", messages=[f"[ERROR] {problem}"]) from None
    check_blocks(view.get("blocks"), limit=VIEW_BLOCKS, inputs=True)


def mass_mentions(text: str, blocks: Any, *, parsed: bool = False) -> list[str]:
    """The mass mentions that this message would set off, whoever is behind them.

    A `<!channel>` works in `text` and in mrkdwn. A bare @channel works where Slack parses words:
    `parse=full`, `link_names`, chat.update's own default, and mrkdwn that is not verbatim.
    """
    found = [match[1] for match in _MASS_MENTION.finditer(text)]
    if parsed:
        found += [match[1] for match in _BARE_MENTION.finditer(text)]
    for node in _walk(blocks):
        if node.get("type") == "broadcast":
            found.append(str(node.get("range")))
        if node.get("type") == "mrkdwn" and isinstance(node.get("text"), str):
            found += [match[1] for match in _MASS_MENTION.finditer(node["text"])]
            if not node.get("verbatim"):
                found += [match[1] for match in _BARE_MENTION.finditer(node["text"])]
    return found


def buttons(blocks: Any) -> list[dict[str, Any]]:
    """Every button a reader can press, with the id of its block."""
    found = []
    for number, block in enumerate(blocks or []):
        block_id = block.get("block_id") or f"auto{number}"
        elements = [*block.get("elements", []), block.get("accessory") or {}]
        found += [
            {**element, "block_id": block_id}
            for element in elements
            if element.get("type") == "button"
        ]
    return found


def shown_text(message: Mapping[str, Any]) -> str:
    """All that a reader of this message sees, in one text, unescaped."""
    parts = [_shown(node) for node in _walk(message.get("blocks"))]
    return "".join(parts) or _unescaped(message.get("text", ""))


def _shown(node: Mapping[str, Any]) -> str:
    kind, text = node.get("type"), node.get("text")
    if kind in ("plain_text", "mrkdwn") and isinstance(text, str):
        return f"{_unescaped(text)}\n"
    if kind in ("text", "link") and isinstance(text, str):  # rich text is not parsed
        return text
    if kind == "user":
        return f"<@{node.get('user_id')}>"
    if kind == "channel":
        return f"<#{node.get('channel_id')}>"
    return "\n" if kind == "rich_text" else ""


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _walk(node: Any) -> list[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        return [node, *(found for value in node.values() for found in _walk(value))]
    if isinstance(node, list):
        return [found for item in node for found in _walk(item)]
    return []


def _need(condition: bool, what: str) -> None:
    if not condition:
        raise Invalid(what)


def _keys(node: Mapping[str, Any], allowed: str) -> None:
    extra = set(node) - set(allowed.split())
    _need(not extra, f"invalid additional property: {', '.join(sorted(extra))}")


def _length(value: Any, least: int, most: int, what: str) -> None:
    _need(isinstance(value, str), f"{what} must be a string")
    _need(len(value) >= least, f"{what} must be more than {least - 1} characters")
    _need(len(value) <= most, f"{what} must be less than {most + 1} characters")


def _text(node: Any, limit: int, what: str) -> None:
    _need(isinstance(node, Mapping), f"{what} must be a text object")
    if node.get("type") == "plain_text":
        _keys(node, "type text emoji")
    else:
        _need(node.get("type") == "mrkdwn", f"{what}: unsupported type of text")
        _keys(node, "type text verbatim")
    _length(node.get("text"), 1, limit, what)


def _plain(node: Any, limit: int, what: str) -> None:
    _need(isinstance(node, Mapping) and node.get("type") == "plain_text", f"{what}: plain_text")
    _text(node, limit, what)


def _check_block(block: Mapping[str, Any], *, inputs: bool) -> None:
    kind = block.get("type")
    _length(block.get("block_id", ""), 0, 255, "block_id")  # 3.5: block_id 255
    _need(kind != "input" or inputs, "unsupported type: input")
    check = _BLOCKS.get(str(kind))
    _need(check is not None, f"unsupported type: {kind}")
    assert check is not None
    check(block)


def _section(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id text fields accessory expand")
    _need("text" in block or "fields" in block, "section needs text or fields")
    if "text" in block:
        _text(block["text"], 3_000, "section text")  # 3.5: section text 3,000
    fields = block.get("fields", [])
    _need(len(fields) <= 10, "fields: no more than 10")  # 3.5: fields 10 x 2,000
    for field in fields:
        _text(field, 2_000, "field")
    if "accessory" in block:
        _element(block["accessory"])


def _header(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id text")
    _plain(block.get("text"), 150, "header")  # 3.5: header 150


def _context(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id elements")
    elements = block.get("elements", [])
    _need(1 <= len(elements) <= 10, "context: 1 to 10 elements")  # 3.5: context 10 elements
    for element in elements:
        if element.get("type") == "image":
            _length(element.get("image_url"), 1, 3_000, "image_url")  # 3.5: image url 3,000
            _length(element.get("alt_text"), 1, 2_000, "alt_text")  # 3.5: alt 2,000
        else:
            _text(element, 3_000, "context text")


def _actions(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id elements")
    elements = block.get("elements", [])
    _need(1 <= len(elements) <= 25, "actions: 1 to 25 elements")  # 3.5: actions 25 elements
    ids = [element.get("action_id") for element in elements]
    _need(len(ids) == len(set(ids)), "action_id is not unique in its block")  # 3.5
    for element in elements:
        _element(element)


def _divider(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id")


def _input(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id label element hint optional dispatch_action")
    _plain(block.get("label"), 2_000, "label")  # 3.5: input label 2,000
    if "hint" in block:
        _plain(block["hint"], 2_000, "hint")
    element = block.get("element")
    _need(isinstance(element, Mapping), "input needs an element")
    assert isinstance(element, Mapping)
    _need(element.get("type") == "plain_text_input", "unsupported type of input element")
    _keys(
        element,
        "type action_id placeholder initial_value multiline min_length max_length focus_on_load",
    )
    _length(element.get("action_id"), 1, 255, "action_id")
    most = element.get("max_length", 3_000)  # 3.5: plain_text_input max_length 3,000
    _need(isinstance(most, int) and 1 <= most <= 3_000, "max_length: 1 to 3000")
    if "placeholder" in element:
        _plain(element["placeholder"], 150, "placeholder")


def _rich_text(block: Mapping[str, Any]) -> None:
    _keys(block, "type block_id elements")
    for part in block.get("elements", []):
        kind = part.get("type")
        known = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
        _need(kind in known, f"unsupported type: {kind}")
        for element in part.get("elements", []):
            _rich_element(element)


def _rich_element(element: Mapping[str, Any]) -> None:
    kind = str(element.get("type"))
    _need(kind in _RICH_KEYS, f"unsupported type: {kind}")
    _keys(element, f"type style {_RICH_KEYS[kind]}")
    for name in _RICH_KEYS[kind].split()[:1]:
        _length(element.get(name), 1, TEXT_LIMIT, name)


_RICH_KEYS = {
    "broadcast": "range",
    "channel": "channel_id",
    "emoji": "name unicode skin_tone",
    "link": "url text unsafe",
    "text": "text",
    "user": "user_id",
    "usergroup": "usergroup_id",
}


def _element(element: Mapping[str, Any]) -> None:
    _need(element.get("type") == "button", f"unsupported type: {element.get('type')}")
    _keys(element, "type action_id text value url style confirm accessibility_label")
    _plain(element.get("text"), 75, "button text")  # 3.5: button text 75
    _length(element.get("action_id", ""), 0, 255, "action_id")  # 3.5: action_id 255
    _length(element.get("value", ""), 0, 2_000, "value")  # 3.5: value 2,000
    _length(element.get("url", ""), 0, 3_000, "url")  # 3.5: url 3,000
    _length(element.get("accessibility_label", ""), 0, 75, "accessibility_label")  # 3.5
    _need(element.get("style", "primary") in ("primary", "danger"), "style: primary or danger")


_BLOCKS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "input": _input,
    "rich_text": _rich_text,
    "section": _section,
}
