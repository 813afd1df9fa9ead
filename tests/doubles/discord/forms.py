"""What Discord refuses in a message or form (4.3, 4.4): too long, too many, of an unknown kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.doubles.discord.errors import bad_form
from tests.doubles.discord.world import Json

MESSAGE_KEYS = frozenset(
    {
        "allowed_mentions",
        "components",
        "content",
        "embeds",
        "enforce_nonce",
        "flags",
        "nonce",
        "poll",
    }
)
EMBED_LIMITS = {"title": 256, "description": 4_096}
FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, AUTHOR, EMBED_TOTAL = 25, 256, 1_024, 2_048, 256, 6_000


def length(text: str) -> int:
    """As the strictest reader counts: UTF-16 units. No page says which units are meant."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_message(body: Any, *, new: bool) -> None:
    """4.3: content 2,000; 10 embeds; nonce 25."""
    if not isinstance(body, dict):
        raise bad_form("body", "Only dictionaries may be used")
    for key in body:
        if key not in MESSAGE_KEYS:
            raise bad_form(key, "the double knows no such field")
    content, embeds = body.get("content") or "", body.get("embeds") or []
    components = body.get("components") or []
    if not isinstance(content, str) or length(content) > 2_000:
        raise bad_form("content", "Must be 2000 or fewer in length.")
    _well_formed("content", content)
    if new and not (content.strip() or embeds or components or body.get("poll")):
        raise bad_form("content", "Cannot send an empty message")  # 50006 in Discord's own words
    if len(embeds) > 10:
        raise bad_form("embeds", "Must be 10 or fewer in length.")
    if sum(_check_embed(embed) for embed in embeds) > EMBED_TOTAL:
        raise bad_form("embeds", "Embed size exceeds maximum size of 6000")
    nonce = body.get("nonce")
    if nonce is not None and (not isinstance(nonce, str | int) or len(str(nonce)) > 25):
        raise bad_form("nonce", "Must be 25 or fewer in length.")
    check_rows(components)


def _check_embed(embed: Json) -> int:
    """4.3: title 256, description 4,096, 25 fields (256/1,024), footer 2,048, author 256."""
    total = 0
    for key, limit in EMBED_LIMITS.items():
        if key in embed:
            total += _text(f"embeds.{key}", embed[key], limit)
    fields = embed.get("fields") or []
    if len(fields) > FIELDS:
        raise bad_form("embeds.fields", "Must be 25 or fewer in length.")
    for field in fields:
        total += _text("embeds.fields.name", field.get("name"), FIELD_NAME)
        total += _text("embeds.fields.value", field.get("value"), FIELD_VALUE)
    if "footer" in embed:
        total += _text("embeds.footer.text", embed["footer"].get("text"), FOOTER)
    if "author" in embed:
        total += _text("embeds.author.name", embed["author"].get("name"), AUTHOR)
        _url("embeds.author.url", embed["author"].get("url"))
    _url("embeds.url", embed.get("url"))
    if not isinstance(embed.get("color", 0), int) or not 0 <= embed.get("color", 0) <= 0xFFFFFF:
        raise bad_form("embeds.color", "int value should be between 0 and 16777215")
    return total


def check_rows(components: Any) -> None:
    """4.4: 5 rows, 5 buttons a row; custom_id 1-100, unique per message; label 80."""
    if not isinstance(components, list) or len(components) > 5:
        raise bad_form("components", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for row in components:
        if row.get("type") != 1 or not 1 <= len(row.get("components") or []) <= 5:
            raise bad_form("components", "a row of 1 to 5")
        for button in row["components"]:
            if button.get("type") != 2 or button.get("style") not in (1, 2, 3, 4):
                raise bad_form("components.type", "Value of field is not one the double knows")
            _text("components.label", button.get("label"), 80)
            _text("components.custom_id", button.get("custom_id"), 100)
            if button["custom_id"] in seen:
                raise bad_form("components.custom_id", "Component custom id cannot be duplicated")
            seen.add(button["custom_id"])


def check_form(form: Any) -> None:
    """4.4: a modal: title 45, custom_id 100, 1 to 5 components; text input 4,000."""
    if not isinstance(form, dict):
        raise bad_form("data", "This field is required")
    _text("data.title", form.get("title"), 45)
    _text("data.custom_id", form.get("custom_id"), 100)
    components = form.get("components") or []
    if not 1 <= len(components) <= 5:
        raise bad_form("data.components", "Must be between 1 and 5 in length.")
    for label in components:
        if label.get("type") != 18 or (label.get("component") or {}).get("type") != 4:
            raise bad_form("data.components.type", "the double takes text inputs in labels")
        _text("data.components.label", label.get("label"), 45)
        if "description" in label:
            _text("data.components.description", label["description"], 100)
        box = label["component"]
        _text("data.components.custom_id", box.get("custom_id"), 100)
        if box.get("style") not in (1, 2) or "label" in box:
            raise bad_form("data.components.style", "Value of field is required")
        if not 1 <= box.get("max_length", 4_000) <= 4_000:
            raise bad_form("data.components.max_length", "int value should be at most 4000")
        if "placeholder" in box:
            _text("data.components.placeholder", box["placeholder"], 100)


def check_commands(commands: Any) -> None:
    """Names and descriptions of application commands: 32 and 100 characters."""
    if not isinstance(commands, list):
        raise bad_form("body", "Only lists may be used")
    for command in commands:
        _text("name", command.get("name"), 32)
        if command.get("type") == 1:
            if command["name"] != command["name"].lower() or " " in command["name"]:
                raise bad_form("name", "String value did not match validation regex.")
            for one in (command, *command.get("options", [])):
                _text("description", one.get("description"), 100)
                for text in (one.get("description_localizations") or {}).values():
                    _text("description_localizations", text, 100)
        elif "description" in command or "options" in command:
            raise bad_form(
                "description", "Context menu commands cannot have description or options"
            )
        for text in (command.get("name_localizations") or {}).values():
            _text("name_localizations", text, 32)


def buttons(components: Any) -> Iterator[Json]:
    """All buttons of a message."""
    for row in components or []:
        yield from row.get("components") or []


def inputs(form: Json) -> Iterator[Json]:
    """All inputs of a form."""
    for label in form["components"]:
        yield label["component"]


def pings(body: Json) -> bool:
    """4.3: whether anybody could be notified by a text of the app."""
    allowed = body.get("allowed_mentions")
    return allowed is None or bool(allowed.get("parse") or allowed.get("users"))


def _text(field: str, value: Any, limit: int) -> int:
    if not isinstance(value, str) or not value.strip():
        raise bad_form(field, "This field is required")
    if length(value) > limit:
        raise bad_form(field, f"Must be {limit} or fewer in length.")
    _well_formed(field, value)
    return length(value.strip())


def _well_formed(field: str, value: str) -> None:
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise bad_form(field, "String value is not well formed")


def _url(field: str, value: Any) -> None:
    if value is not None and (
        not isinstance(value, str) or not value.startswith(("http://", "https://"))
    ):
        raise bad_form(field, "Not a well formed URL.")
