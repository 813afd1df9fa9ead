"""Presses, forms, shortcuts and commands into the core's terms: pure translators.

Facts: interactions carry no event id; a press is told apart by its `action_ts`, a form by its
view id, a command by its trigger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.slack.answers import Back
from adapters.slack.blocks import (
    ACTION_PREFIX,
    REASON_BLOCK,
    REASON_INPUT,
    REASON_TEXT,
    asks_reason,
)
from adapters.slack.events import Json, Malformed, need_object, need_text
from bot.ports import Action

MAX_METADATA = 3_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's press, and where its answer goes."""

    event_id: str
    user: str
    action: Action
    flag_id: str
    label: str
    asks_reason: bool
    trigger: str
    back: Back


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: who, what they wrote, and what the form was opened with."""

    event_id: str
    user: str
    reason: str = field(repr=False)
    opened_with: Mapping[str, str] = field(repr=False)


def read_press(body: Json) -> Pressed:
    """A press of one of our buttons."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, Mapping):
        raise Malformed("actions is missing or empty")
    name = need_text(action, "action_id").removeprefix(ACTION_PREFIX)
    try:
        kind = Action(name)
    except ValueError:
        raise Malformed("action_id is none of ours") from None
    label = action.get("text")
    user = need_text(need_object(body, "user"), "id")
    return Pressed(
        event_id=f"press:{user}:{name}:{need_text(action, 'action_ts')}",
        user=user,
        action=kind,
        flag_id=need_text(action, "value"),
        label=_optional(label, "text"),
        asks_reason=asks_reason(_optional(action, "block_id"), name),
        trigger=_optional(body, "trigger_id"),
        back=read_back(body),
    )


def read_form(body: Json) -> Sent:
    """A form of ours that was sent."""
    view = need_object(body, "view")
    try:
        opened_with = json.loads(need_text(view, "private_metadata"))
    except ValueError:
        raise Malformed("private_metadata is no JSON") from None
    if not isinstance(opened_with, Mapping):
        raise Malformed("private_metadata is no object")
    values = need_object(need_object(view, "state"), "values")
    written = values.get(REASON_BLOCK)
    field_ = written.get(REASON_INPUT) if isinstance(written, Mapping) else None
    return Sent(
        event_id=f"view:{need_text(view, 'id')}",
        user=need_text(need_object(body, "user"), "id"),
        reason=_optional(field_, "value").strip()[:REASON_TEXT],
        opened_with={str(name): str(value) for name, value in opened_with.items()},
    )


def read_back(body: Json) -> Back:
    """Where the person of this interaction can be answered."""
    channel = _optional(body.get("channel"), "id") or _optional(body, "channel_id")
    return Back(_optional(body, "response_url"), channel)


def pack_back(back: Back) -> dict[str, str]:
    """The way back, as values for a form."""
    return {"url": back.response_url, "back": back.channel}


def form_back(sent: Sent) -> Back:
    """The way back that a form was opened with."""
    return Back(sent.opened_with.get("url", ""), sent.opened_with.get("back", ""))


def pack(values: Mapping[str, str]) -> str:
    """Values for a form's `private_metadata`; a `text` too long for it is cut."""
    packed = json.dumps(values, ensure_ascii=False)
    if len(packed) <= MAX_METADATA:
        return packed
    text = values.get("text", "")
    if not text:
        raise Malformed("the form's values are too long")
    return pack({**values, "text": text[: len(text) * 2 // 3]})


def _optional(node: object, name: str) -> str:
    value = node.get(name) if isinstance(node, Mapping) else None
    return value if isinstance(value, str) else ""
