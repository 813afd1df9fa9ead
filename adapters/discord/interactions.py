"""Presses, forms, commands and reports into the core's terms: pure translators.

Facts: an interaction has an id of its own and never comes twice; in a server it brings the member
with their roles, in a private channel only the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.embeds import PREFIX, read_button_id
from adapters.discord.events import (
    Json,
    Malformed,
    Posted,
    home_address,
    need_id,
    need_object,
    optional_text,
    read_posted,
    role_ids,
)
from bot.ports import Action

COMMAND_KIND, PRESS_KIND, FORM_KIND = 2, 3, 5
REASON_FORM = f"{PREFIX}-reason"
REPORT_FORM = f"{PREFIX}-report"
REASON_INPUT = "reason"
REPORT = "Report to moderators"
REASON_TEXT = 3_000
_MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What every interaction tells: who asks, from where, and the way back to them."""

    id: str
    application: str
    token: str = field(repr=False)  # whoever holds it can answer in our name
    user: str
    guild: str  # empty in a private channel
    groups: frozenset[str] = frozenset()
    lang: str = ""
    home: str = ""  # in a private channel: the address that our message bears


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours."""

    action: Action
    flag_id: str
    asks_reason: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of ours that was sent: what it was opened for, and what was written."""

    form: str
    about: tuple[str, ...]
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picked:
    """The message menu "Report to moderators"; without a message where no person wrote it."""

    posted: Posted | None


def read_asked(event: Json) -> Asked:
    """Who asks. Raises `Malformed`."""
    member = event.get("member")
    person = member if isinstance(member, Mapping) else event
    return Asked(
        id=need_id(event, "id"),
        application=need_id(event, "application_id"),
        token=_need_text(event, "token"),
        user=need_id(need_object(person, "user"), "id"),
        guild=optional_text(event, "guild_id"),
        groups=role_ids(member),
        lang=optional_text(event, "locale")[:2].lower(),
        home=home_address(event.get("message")),
    )


def read_what(event: Json) -> Pressed | Sent | Typed | Picked | None:
    """What is asked for, or None for what is none of ours. Raises `Malformed`."""
    kind, data = event.get("type"), event.get("data")
    if kind not in (COMMAND_KIND, PRESS_KIND, FORM_KIND):
        return None
    if not isinstance(data, Mapping):
        raise Malformed("data is missing or no object")
    if kind == COMMAND_KIND:
        return _command(event, data)
    custom_id = _need_text(data, "custom_id")
    if kind == FORM_KIND:
        form, *about = custom_id.split(":")
        if form not in (REASON_FORM, REPORT_FORM):
            return None
        written = _value_of(data.get("components"), REASON_INPUT, 0)
        return Sent(form, tuple(about), written.strip()[:REASON_TEXT])
    button = read_button_id(custom_id)
    if button is None:
        return None
    message = event.get("message")
    components = message.get("components") if isinstance(message, Mapping) else None
    return Pressed(*button, label=_label_of(components, custom_id, 0))


def _command(event: Json, data: Json) -> Typed | Picked:
    if data.get("type") != 3:
        options = data.get("options")
        first = options[0] if isinstance(options, list) and options else {}
        return Typed(optional_text(first, "name") if isinstance(first, Mapping) else "")
    target = need_id(data, "target_id")
    found = need_object(need_object(data, "resolved"), "messages").get(target)
    if not isinstance(found, Mapping):
        raise Malformed("resolved.messages lacks the target")
    return Picked(read_posted(found, guild=need_id(event, "guild_id")))


def _value_of(node: Any, custom_id: str, depth: int) -> str:
    """What was typed into the input of this id, in rows or labels."""
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(node, list):
        return next(filter(None, (_value_of(item, custom_id, depth + 1) for item in node)), "")
    if not isinstance(node, Mapping):
        return ""
    if node.get("custom_id") == custom_id:
        return optional_text(node, "value")
    inner = (node.get("component"), node.get("components"))
    return next(filter(None, (_value_of(item, custom_id, depth + 1) for item in inner)), "")


def _label_of(node: Any, custom_id: str, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(node, list):
        return next(filter(None, (_label_of(item, custom_id, depth + 1) for item in node)), "")
    if not isinstance(node, Mapping):
        return ""
    if node.get("custom_id") == custom_id:
        return optional_text(node, "label")
    return _label_of(node.get("components"), custom_id, depth + 1)


def _need_text(node: Json, name: str) -> str:
    value = node.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name} is missing or no text")
    return value
