"""Notices, cards, pages and forms as Block Kit, within every limit of it.

People's words stand in `plain_text` or escaped in verbatim mrkdwn: they can neither format nor
mention nor link. What does not fit is shortened and says by how much; the record has it whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.slack.words import words
from bot.ports import Button, Card, Notice, Page, Section
from rules.types import well_formed

Block = dict[str, object]

ACTION_PREFIX = "hm:"
REASON_FORM = "hm:reason"
REPORT_FORM = "hm:report"
REASON_BLOCK = "reason"
REASON_INPUT = "text"

SECTION_TEXT = 2_900  # Slack: 3,000
TITLE_TEXT = 140  # a header takes 150
LABEL_TEXT = 75
FORM_TITLE = 24
MAX_BLOCKS = 48  # Slack: 50
BLOCKS_JSON = 12_500  # Slack refuses near 13,200 characters of blocks, JSON and all
TEXT_BUDGETS = (9_000, 6_000, 3_000, 1_000)
LINK = 2_000
BUTTONS_PER_BLOCK = 25
REASON_TEXT = 3_000
REPLY_TEXT = 12_000  # Slack cuts a text off at 40,000

_TONES = {"open": "\U0001f7e0", "urgent": "\U0001f534", "done": "✅", "dismissed": "⚪"}
_ENTITY_TAIL = re.compile(r"&[a-z]{0,3}$")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What `chat.postMessage` and `chat.update` take."""

    text: str  # what a notification shows: the title alone, never what was seen
    blocks: list[Block]


def render_notice(notice: Notice) -> Rendered:
    """The private letter to an author."""
    tail: list[Block] = []
    if notice.footer.strip():
        tail = [{"type": "context", "elements": [_plain(notice.footer, SECTION_TEXT // 2)]}]
    blocks = _framed(_header(notice.title), notice.sections, tail)
    return Rendered(_fit(escape(notice.title), SECTION_TEXT), blocks)


def render_card(card: Card) -> Rendered:
    """What moderators see of a flag, with its buttons."""
    return _with_buttons(
        f"{_TONES.get(card.tone, '')} {card.title}".strip(),
        card.sections,
        card.buttons,
        card.link,
        card.revision,
    )


def render_page(page: Page) -> Rendered:
    """The call to one person, with its buttons."""
    return _with_buttons(page.title, page.sections, page.buttons, page.link, 0)


def reason_form(title: str, *, lang: str, metadata: str) -> Block:
    """The form that asks for a reason, which must not be empty."""
    say = words(lang)
    return _form(
        REASON_FORM,
        title or say["reason"],
        [_reason_input(say["reason"], say["reason_hint"], optional=False)],
        metadata,
        say,
    )


def report_form(*, lang: str, metadata: str) -> Block:
    """The form of a person's report, whose reason may stay empty."""
    say = words(lang)
    blocks: list[Block] = [
        {"type": "section", "text": _plain(say["report_about"], SECTION_TEXT)},
        _reason_input(say["report_reason"], "", optional=True),
    ]
    return _form(REPORT_FORM, say["report_title"], blocks, metadata, say)


def escape(text: str) -> str:
    """Text that Slack shows as it is: no mention, link or mass mention can come of it."""
    shown = well_formed(text).replace("\0", "␀")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def reply_text(text: str) -> str:
    """An answer to a person, as the `text` of a message."""
    return _fit(escape(text), REPLY_TEXT)


def asks_reason(block_id: str, action: str) -> bool:
    """Whether the button of this block was made to ask for a reason first."""
    return action in block_id.rpartition(":")[2].split("+")


def _with_buttons(
    title: str, sections: Sequence[Section], buttons: Sequence[Button], link: str, revision: int
) -> Rendered:
    rows = [
        _actions(buttons[at : at + BUTTONS_PER_BLOCK], revision, at)
        for at in range(0, len(buttons), BUTTONS_PER_BLOCK)
    ]
    head = _linked(title, link) if 0 < len(link) <= LINK else _header(title)
    return Rendered(_fit(escape(title), SECTION_TEXT), _framed(head, sections, rows))


def _header(title: str) -> Block:
    return {"type": "header", "text": _plain(title, TITLE_TEXT)}


def _linked(title: str, link: str) -> Block:
    label = _fit(escape(title), TITLE_TEXT).replace("|", "¦")
    target = link.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    return {"type": "section", "text": _marked(f"*<{target}|{label}>*")}


def _framed(head: Block, sections: Sequence[Section], tail: Sequence[Block]) -> list[Block]:
    """Head, sections and tail, the sections shortened until Slack takes the whole."""
    blocks: list[Block] = []
    for budget in TEXT_BUDGETS:
        blocks = [head, *_sections(sections, MAX_BLOCKS - 1 - len(tail), budget), *tail]
        if len(json.dumps(blocks, ensure_ascii=False)) <= BLOCKS_JSON:
            break
    return blocks


def _sections(sections: Sequence[Section], room: int, budget: int) -> list[Block]:
    """Heading and text of each section, shortened evenly where all of it is too much."""
    texts = [escape(section.text.strip()) for section in sections]
    share = _share([_weight(text) for text in texts], budget)
    blocks: list[Block] = []
    for section, text in zip(sections, texts, strict=True):
        if section.heading.strip():
            heading = _fit(escape(section.heading.strip()), TITLE_TEXT)
            blocks.append({"type": "section", "text": _marked(f"*{heading}*")})
        for piece in _pieces(_fit(text, share)):
            blocks.append({"type": "section", "text": _plain_escaped(piece)})
    if len(blocks) > room:
        left_out = len(blocks) - room + 1
        blocks[room - 1 :] = [{"type": "section", "text": _plain_escaped(f"… (+{left_out})")}]
    return blocks


def _actions(buttons: Sequence[Button], revision: int, at: int) -> Block:
    # The block's id carries which buttons ask for a reason, so that a press is understood after
    # a restart; it changes with the revision, as Slack wants of an updated block.
    asking = "+".join(button.action.value for button in buttons if button.asks_reason)
    return {
        "type": "actions",
        "block_id": f"hm:{revision}.{at}:{asking}",
        "elements": [_button(button) for button in buttons],
    }


def _button(button: Button) -> Block:
    element: Block = {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{button.action.value}",
        "value": button.flag_id,
        "text": _plain(button.label, LABEL_TEXT),
    }
    if button.style in ("primary", "danger"):
        element["style"] = button.style
    return element


def _form(
    callback: str, title: str, blocks: list[Block], metadata: str, say: Mapping[str, str]
) -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "title": _plain(title, FORM_TITLE),
        "submit": _plain(say["send"], FORM_TITLE),
        "close": _plain(say["cancel"], FORM_TITLE),
        "blocks": blocks,
    }


def _reason_input(label: str, hint: str, *, optional: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": REASON_BLOCK,
        "optional": optional,
        "label": _plain(label, SECTION_TEXT // 2),
        "element": {
            "type": "plain_text_input",
            "action_id": REASON_INPUT,
            "multiline": True,
            "max_length": REASON_TEXT,
        },
    }
    if hint:
        block["hint"] = _plain(hint, SECTION_TEXT // 2)
    return block


def _plain(text: str, limit: int) -> Block:
    return _plain_escaped(_fit(escape(text.strip()), limit) or "…")


def _plain_escaped(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _marked(text: str) -> Block:
    # verbatim: else Slack turns a bare @channel or an address in it into a mention or a link.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _pieces(text: str) -> list[str]:
    """The text in parts that a section takes, cut at line ends or spaces where there are any."""
    pieces = []
    while len(text) > SECTION_TEXT:
        cut = _clean_cut(text, SECTION_TEXT)
        space = max(text.rfind("\n", cut // 2, cut), text.rfind(" ", cut // 2, cut))
        cut = space + 1 if space > 0 else cut
        pieces.append(text[:cut])
        text = text[cut:]
    return [piece for piece in (*pieces, text) if piece.strip()]


def _fit(text: str, limit: int) -> str:
    """The text, or its beginning and how many characters are missing."""
    if _weight(text) <= limit:
        return text
    counted = limit > FORM_TITLE  # a form's title has no room for the number
    room = max(0, limit - len(f"… (+{len(text):,})" if counted else "…"))
    cut = min(room, len(text))
    while cut and (excess := _weight(text[:cut]) - room) > 0:
        cut = max(0, cut - max(1, excess // 6))
    cut = _clean_cut(text, cut)
    return text[:cut] + (f"… (+{len(text) - cut:,})" if counted else "…")


def _clean_cut(text: str, cut: int) -> int:
    """The nearest place at or before `cut` that is not inside an entity such as `&amp;`."""
    tail = _ENTITY_TAIL.search(text, max(0, cut - 4), cut)
    return tail.start() if tail is not None else cut


def _weight(text: str) -> int:
    """The text's length in JSON: quotes, line ends and control characters count for more."""
    return len(json.dumps(text, ensure_ascii=False)) - 2


def _share(weights: Sequence[int], budget: int) -> int:
    """The largest limit that brings the sum of all weights, each cut to it, within the budget."""
    left = budget
    for place, weight in enumerate(sorted(weights)):
        fair = left // (len(weights) - place)
        if weight > fair:
            return fair
        left -= weight
    return budget
