"""The forms that Discord opens for us, within its limits."""

from __future__ import annotations

from adapters.discord.embeds import Node
from adapters.discord.interactions import REASON_FORM, REASON_INPUT, REASON_TEXT, REPORT_FORM
from adapters.discord.texts import fit, plain_words
from bot.ports import Action
from rules.messages import say

FORM_TITLE = 45
LABEL = 45
HINT = 100


def reason_form(title: str, action: Action, flag_id: str, lang: str) -> Node:
    """The form that asks for a reason, which must not be empty."""
    return {
        "custom_id": f"{REASON_FORM}:{action.value}:{flag_id}",
        "title": _plain(title or say(lang, "form.reason"), FORM_TITLE),
        "components": [_input(lang, say(lang, "form.reason_hint"), required=True)],
    }


def report_form(channel: str, message: str, lang: str) -> Node:
    """The form of a person's report, whose reason may stay empty."""
    return {
        "custom_id": f"{REPORT_FORM}:{channel}:{message}",
        "title": _plain(say(lang, "form.report_title"), FORM_TITLE),
        "components": [
            _input(
                lang,
                say(lang, "form.report_about"),
                placeholder=say(lang, "form.report_reason"),
                required=False,
            )
        ],
    }


def _input(lang: str, hint: str, *, required: bool, placeholder: str = "") -> Node:
    text: Node = {
        "type": 4,
        "custom_id": REASON_INPUT,
        "style": 2,
        "required": required,
        "max_length": REASON_TEXT,
    }
    if placeholder:
        text["placeholder"] = _plain(placeholder, HINT)
    label = _plain(say(lang, "form.reason"), LABEL)
    return {"type": 18, "label": label, "description": _plain(hint, HINT), "component": text}


def _plain(text: str, limit: int) -> str:
    return fit(plain_words(text.strip()), limit) or "…"
