"""Notices, cards and pages as Discord messages, within every limit of embeds and components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.discord.texts import fit, pieces, plain_words, share, spelt, weight
from bot.ports import Action, Button, Card, Notice, Page, Section

Node = dict[str, Any]

PREFIX = "hm"
ASKS = "ask"  # ends the id of a button that asks for a reason first

CONTENT_TEXT = 1_900  # Discord: 2,000
TITLE_TEXT = 250  # 256
NAME_TEXT = 250  # 256
VALUE_TEXT = 1_020  # 1,024
FOOTER_TEXT = 1_000  # 2,048
MAX_FIELDS = 25
TEXT_BUDGET = 3_600  # 6,000 for all words of a message's embeds, names of the fields too
LABEL_TEXT = 80
LINK = 2_000
BUTTONS_PER_ROW = 5
MAX_ROWS = 5
NO_NAME = "\u200b"  # a field must have a name

_TONES = {"open": "\U0001f7e0", "urgent": "\U0001f534", "done": "✅", "dismissed": "⚪"}
_COLOURS = {"open": 0xE67E22, "urgent": 0xC0392B, "done": 0x2E7D32, "dismissed": 0x7F8C8D}
_CALM = 0x34659B
_STYLES = {"primary": 1, "plain": 2, "danger": 4}
NOBODY: Node = {"parse": []}  # nobody is pinged by what we write


def home_link(guild: str) -> str:
    """The address of a server: private messages of ours bear it, so that answers find home."""
    return f"https://discord.com/channels/{guild}"


def home_of(address: str) -> str:
    """The server that `home_link` was made for, or an empty text."""
    guild = address.removeprefix(home_link(""))
    return guild if guild.isdecimal() and guild != address else ""


def render_notice(notice: Notice, guild: str, server: str) -> Node:
    """The private letter to an author: its notification shows the title alone."""
    embed = _embed(notice.sections, _CALM)
    embed["author"] = {"name": _plain(server, NAME_TEXT), "url": home_link(guild)}
    if notice.footer.strip():
        embed["footer"] = {"text": _plain(notice.footer, FOOTER_TEXT)}
    return _message(notice.title, [embed], notice.buttons)


def render_card(card: Card) -> Node:
    """What moderators see of a flag, with its buttons."""
    embed = _embed(card.sections, _COLOURS.get(card.tone, _CALM))
    title = f"{_TONES.get(card.tone, '')} {card.title}".strip()
    embed["title"] = fit(spelt(title), TITLE_TEXT) or "…"
    if 0 < len(card.link) <= LINK:
        embed["url"] = card.link
    return _message("", [embed], card.buttons)


def render_page(page: Page, guild: str, server: str) -> Node:
    """The call to one person, with its buttons."""
    embed = _embed(page.sections, _COLOURS["urgent"])
    embed["author"] = {"name": _plain(server, NAME_TEXT), "url": home_link(guild)}
    if 0 < len(page.link) <= LINK:
        embed["description"] = page.link
    return _message(page.title, [embed], page.buttons)


def button_id(button: Button) -> str:
    """What a button is known by, also after a restart: nothing about it is kept here."""
    asks = f":{ASKS}" if button.asks_reason else ""
    return f"{PREFIX}:{button.action.value}:{button.flag_id}{asks}"


def read_button_id(custom_id: str) -> tuple[Action, str, bool] | None:
    """Action, flag and whether a reason is asked for; None for what is no button of ours."""
    parts = custom_id.split(":")
    if len(parts) not in (3, 4) or parts[0] != PREFIX or parts[3:] not in ([], [ASKS]):
        return None
    try:
        return Action(parts[1]), parts[2], len(parts) == 4
    except ValueError:
        return None


def reply_text(text: str) -> str:
    """An answer to a person, as the `content` of a message."""
    return fit(spelt(text.strip()), CONTENT_TEXT) or "…"


def _message(content: str, embeds: list[Node], buttons: Sequence[Button]) -> Node:
    return {
        "content": fit(spelt(content.strip()), CONTENT_TEXT),
        "embeds": embeds,
        "components": _rows(buttons),
        "allowed_mentions": NOBODY,
    }


def _embed(sections: Sequence[Section], colour: int) -> Node:
    """The sections as fields, shortened evenly where all of it is too much."""
    told = [(fit(spelt(s.heading.strip()), NAME_TEXT), spelt(s.text.strip())) for s in sections]
    told = [(heading, text) for heading, text in told if heading or text]
    limit = share([weight(heading) + weight(text) for heading, text in told], TEXT_BUDGET)
    fields: list[Node] = []
    for heading, text in told:
        kept = fit(text, max(1, limit - weight(heading)))
        for number, piece in enumerate(pieces(kept, VALUE_TEXT) or [NO_NAME]):
            name = heading if number == 0 and heading else NO_NAME
            fields.append({"name": name, "value": piece, "inline": False})
    if len(fields) > MAX_FIELDS:
        left_out = len(fields) - MAX_FIELDS + 1
        rest = {"name": NO_NAME, "value": f"… (+{left_out})", "inline": False}
        fields[MAX_FIELDS - 1 :] = [rest]
    return {"color": colour, "fields": fields}


def _rows(buttons: Sequence[Button]) -> list[Node]:
    shown = buttons[: BUTTONS_PER_ROW * MAX_ROWS]
    return [
        {"type": 1, "components": [_button(b) for b in shown[at : at + BUTTONS_PER_ROW]]}
        for at in range(0, len(shown), BUTTONS_PER_ROW)
    ]


def _button(button: Button) -> Node:
    return {
        "type": 2,
        "style": _STYLES.get(button.style, 2),
        "label": _plain(button.label, LABEL_TEXT),
        "custom_id": button_id(button),
    }


def _plain(text: str, limit: int) -> str:
    return fit(plain_words(text.strip()), limit) or "…"
