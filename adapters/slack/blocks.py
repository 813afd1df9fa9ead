"""Notices, cards, pages and forms as Block Kit, within every limit of it.

Sections are rich text: people's words stand there exactly, and can neither format nor mention nor
link. Other texts are escaped `plain_text`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.texts import (
    Node,
    cut_runs,
    fit,
    plain_words,
    rich_runs,
    share,
    visible,
    weigh_runs,
)
from bot.ports import Button, Card, Notice, Page, Section
from rules.messages import say

ACTION_PREFIX = "hm:"
REASON_FORM = "hm:reason"
REPORT_FORM = "hm:report"
REASON_BLOCK = "reason"
REASON_INPUT = "text"

SMALL_TEXT = 1_500  # Slack: 2,000 for a label, 3,000 for a text in a context
TITLE_TEXT = 140  # a header takes 150
LABEL_TEXT = 75
FORM_TITLE = 24
LINK = 2_000  # Slack: 3,000
MAX_BLOCKS = 48  # Slack: 50
BLOCKS_JSON = 12_500  # Slack refuses near 13,200 characters of blocks, JSON and all
TEXT_BUDGETS = (9_000, 6_000, 3_000, 1_000)
BUTTONS_PER_BLOCK = 25
REASON_TEXT = 3_000
REPLY_TEXT = 12_000  # Slack cuts a text off at 40,000

_TONES = {"open": "\U0001f7e0", "urgent": "\U0001f534", "done": "✅", "dismissed": "⚪"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What `chat.postMessage` and `chat.update` take."""

    text: str  # what a notification shows: the title alone, never what was seen
    blocks: list[Node]


def render_notice(notice: Notice) -> Rendered:
    """The private letter to an author."""
    tail = _rows(notice.buttons, 0)
    if notice.footer.strip():
        tail.append({"type": "context", "elements": [_plain(notice.footer, SMALL_TEXT)]})
    return _render(notice.title, "", notice.sections, tail)


def render_card(card: Card) -> Rendered:
    """What moderators see of a flag, with its buttons."""
    title = f"{_TONES.get(card.tone, '')} {card.title}".strip()
    return _render(title, card.link, card.sections, _rows(card.buttons, card.revision))


def render_page(page: Page) -> Rendered:
    """The call to one person, with its buttons."""
    return _render(page.title, page.link, page.sections, _rows(page.buttons, 0))


def reason_form(title: str, *, lang: str, metadata: str) -> Node:
    """The form that asks for a reason, which must not be empty."""
    blocks = [
        _reason_input(say(lang, "form.reason"), say(lang, "form.reason_hint"), optional=False)
    ]
    return _form(REASON_FORM, title or say(lang, "form.reason"), blocks, metadata, lang)


def report_form(*, lang: str, metadata: str) -> Node:
    """The form of a person's report, whose reason may stay empty."""
    blocks: list[Node] = [
        {"type": "section", "text": _plain(say(lang, "form.report_about"), SMALL_TEXT)},
        _reason_input(say(lang, "form.report_reason"), "", optional=True),
    ]
    return _form(REPORT_FORM, say(lang, "form.report_title"), blocks, metadata, lang)


def reply_text(text: str) -> str:
    """An answer to a person, as the `text` of a message."""
    return fit(plain_words(text), REPLY_TEXT)


def asks_reason(block_id: str, action: str) -> bool:
    """Whether the button of this block was made to ask for a reason first."""
    return action in block_id.rpartition(":")[2].split("+")


def _render(title: str, link: str, sections: Sequence[Section], tail: list[Node]) -> Rendered:
    """Head, sections and tail, the sections shortened until Slack takes the whole."""
    head = _head(title, link)
    blocks: list[Node] = []
    for budget in TEXT_BUDGETS:
        blocks = [head, *_sections(sections, MAX_BLOCKS - 1 - len(tail), budget), *tail]
        if len(json.dumps(blocks, ensure_ascii=False)) <= BLOCKS_JSON:
            break
    return Rendered(fit(plain_words(title.strip()), SMALL_TEXT) or "…", blocks)


def _head(title: str, link: str) -> Node:
    if not 0 < len(link) <= LINK:
        return {"type": "header", "text": _plain(title, TITLE_TEXT)}
    label = {"type": "link", "url": link, "text": fit(visible(title.strip()), TITLE_TEXT) or "…"}
    return _rich([{**label, "style": {"bold": True}}])


def _sections(sections: Sequence[Section], room: int, budget: int) -> list[Node]:
    """Heading and text of each section, shortened evenly where all of it is too much."""
    texts = [rich_runs(section.text.strip()) for section in sections]
    limit = share([weigh_runs(runs) for runs in texts], budget)
    blocks = []
    for section, runs in zip(sections, texts, strict=True):
        kept = cut_runs(runs, limit)
        heading = visible(section.heading.strip())
        if heading:
            end = "\n" if kept else ""
            bold: Node = {"type": "text", "text": fit(heading, TITLE_TEXT) + end}
            kept = [{**bold, "style": {"bold": True}}, *kept]
        if kept:
            blocks.append(_rich(kept))
    if len(blocks) > room:
        left_out = len(blocks) - room + 1
        blocks[room - 1 :] = [_rich([{"type": "text", "text": f"… (+{left_out})"}])]
    return blocks


def _rich(elements: Sequence[Node]) -> Node:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [section]}


def _rows(buttons: Sequence[Button], revision: int) -> list[Node]:
    """Rows of buttons.

    A row's id carries which of them ask for a reason, so that a press is understood after a
    restart; it changes with the revision, as Slack wants of an updated block.
    """
    rows: list[Node] = []
    for at in range(0, len(buttons), BUTTONS_PER_BLOCK):
        row = buttons[at : at + BUTTONS_PER_BLOCK]
        asking = "+".join(button.action.value for button in row if button.asks_reason)
        elements = [_button(button) for button in row]
        rows.append(
            {"type": "actions", "block_id": f"hm:{revision}.{at}:{asking}", "elements": elements}
        )
    return rows


def _button(button: Button) -> Node:
    element: Node = {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{button.action.value}",
        "value": button.flag_id,
        "text": _plain(button.label, LABEL_TEXT),
    }
    if button.style in ("primary", "danger"):
        element["style"] = button.style
    return element


def _form(callback: str, title: str, blocks: list[Node], metadata: str, lang: str) -> Node:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "title": _plain(title, FORM_TITLE),
        "submit": _plain(say(lang, "form.send"), FORM_TITLE),
        "close": _plain(say(lang, "form.cancel"), FORM_TITLE),
        "blocks": blocks,
    }


def _reason_input(label: str, hint: str, *, optional: bool) -> Node:
    block: Node = {
        "type": "input",
        "block_id": REASON_BLOCK,
        "optional": optional,
        "label": _plain(label, SMALL_TEXT),
        "element": {
            "type": "plain_text_input",
            "action_id": REASON_INPUT,
            "multiline": True,
            "max_length": REASON_TEXT,
        },
    }
    if hint:
        block["hint"] = _plain(hint, SMALL_TEXT)
    return block


def _plain(text: str, limit: int) -> Node:
    shown = fit(plain_words(text.strip()), limit) or "…"
    return {"type": "plain_text", "text": shown, "emoji": False}
