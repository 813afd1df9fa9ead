"""Whatever the texts are, what is sent is within Discord's limits, and mentions nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.commands import definitions
from adapters.discord.embeds import (
    button_id,
    home_link,
    home_of,
    read_button_id,
    render_card,
    render_notice,
    render_page,
    reply_text,
)
from adapters.discord.forms import reason_form, report_form
from adapters.discord.texts import escape, fit, pieces, plain_words, spelt, weight
from bot.ports import Action, Button, Person, Place, Section, mention, mention_channel
from bot.ports import words as spoken
from tests.adapters.discord.samples import NOTICE, PAGE, a_card
from tests.doubles.discord.errors import ApiError
from tests.doubles.discord.forms import check_commands, check_form, check_message, length

TEXT = st.text(st.characters(), max_size=200) | st.text("*_`|<@>[]()\\#-:\n 😀a", max_size=6_000)
MENTIONS = st.sampled_from(
    [
        mention(Person("discord", "1", "42")),
        mention(Person("slack", "T1", "U1")),
        mention_channel(Place("discord", "1", "77")),
    ]
)
SECTION = st.builds(
    Section,
    TEXT,
    st.lists(TEXT.map(spoken) | MENTIONS, max_size=4).map("".join),
)
SECTIONS = st.lists(SECTION, max_size=30).map(tuple)
BUTTONS = st.lists(
    st.builds(Button, st.sampled_from(Action), st.just("F"), TEXT, asks_reason=st.booleans()),
    max_size=5,
    unique_by=lambda button: button.action,
).map(tuple)


def words_of(message: dict[str, Any]) -> list[str]:
    """Every text of a message that Discord parses."""
    found = [message["content"]]
    for embed in message["embeds"]:
        found += [embed.get("title", ""), embed.get("description", "")]
        found += [part for field in embed["fields"] for part in (field["name"], field["value"])]
    return found


@settings(max_examples=150, deadline=None)
@given(TEXT, SECTIONS, TEXT)
def test_every_notice_is_taken(title: str, sections: tuple[Section, ...], footer: str) -> None:
    """Whatever was written, in it and around it."""
    notice = replace(NOTICE, title=title, sections=sections, footer=footer)
    check_message(render_notice(notice, "1", title), new=True)


@settings(max_examples=150, deadline=None)
@given(TEXT, SECTIONS, BUTTONS)
def test_every_card_and_page_is_taken(
    title: str, sections: tuple[Section, ...], buttons: tuple[Button, ...]
) -> None:
    card = replace(a_card("1"), title=title, sections=sections, buttons=buttons)
    page = replace(PAGE, title=title, sections=sections, buttons=buttons)

    check_message(render_card(card), new=True)
    check_message(render_page(page, "1", title), new=True)


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_no_words_of_people_mention_or_mark_anything(text: str) -> None:
    """Only our own mentions stand in what Discord parses."""
    card = replace(a_card("1"), title=text, sections=(Section(text, spoken(text)),))
    for shown in words_of(render_card(card)):
        bare = re.sub(r"\\.", "", shown, flags=re.DOTALL)
        assert not re.search(r"[*_~`|<>@\[\]]|://", bare)


def test_escaped_words_read_as_they_were_written() -> None:
    text = "*a* _b_ ||c|| <@1> @everyone [x](https://y) `z` \\ # - :smile:"

    assert re.sub(r"\\(.)", r"\1", escape(text)) == text


def test_our_own_mentions_are_in_discords_form() -> None:
    """Those of other platforms stand by their names."""
    text = "{} {} {}".format(
        mention(Person("discord", "1", "42")),
        mention_channel(Place("discord", "1", "77")),
        mention(Person("slack", "T1", "U1")),
    )

    assert spelt(text) == "<@42> <#77> \\@slack/T1/U1"
    assert plain_words(text) == "@42 #77 @U1"


@given(TEXT, st.integers(1, 400))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    """Never inside an escape, a mention or a pair of surrogates."""
    shown = fit(escape(text), limit)

    assert weight(shown) == length(shown)
    assert weight(shown) <= limit
    assert shown == escape(text) or "…" in shown
    kept = shown.partition("…")[0]
    assert (len(kept) - len(kept.rstrip("\\"))) % 2 == 0


@given(TEXT, st.integers(3, 400))
def test_pieces_lose_nothing_but_blanks(text: str, limit: int) -> None:
    whole = escape(text)
    parts = pieces(whole, limit)

    assert all(weight(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(whole.split())


def test_a_long_section_goes_on_in_the_next_field() -> None:
    """A field takes 1,024 characters, an answer of three thousand is still shown."""
    card = replace(a_card("1"), sections=(Section("Answer", "word " * 600),))
    (embed,) = render_card(card)["embeds"]

    assert [field["name"] for field in embed["fields"]] == ["Answer", "\u200b", "\u200b"]
    assert sum(field["value"].count("word") for field in embed["fields"]) == 600


@settings(deadline=None)
@given(TEXT, st.sampled_from(["en", "es", "fr", ""]))
def test_every_form_is_taken(title: str, lang: str) -> None:
    check_form(reason_form(title, Action.DISMISS, "F-TEST-1234", lang))
    check_form(report_form("1" * 20, "2" * 20, lang))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_word_of_a_form_is_cut(lang: str) -> None:
    """Our own sentences are short enough."""
    for form in (reason_form("", Action.DISMISS, "F", lang), report_form("1", "2", lang)):
        assert "…" not in str(form)


def test_the_commands_are_taken() -> None:
    check_commands(definitions())


@given(TEXT)
def test_every_answer_is_taken(text: str) -> None:
    check_message({"content": reply_text(text)}, new=True)


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("action", list(Action))
def test_a_button_is_known_by_its_id(action: Action, asks: bool) -> None:
    """And by nothing else: it survives a restart."""
    button = Button(action, "F-TEST-1234", "x", asks_reason=asks)

    assert read_button_id(button_id(button)) == (action, "F-TEST-1234", asks)
    assert button_id(Button(Action.CONFIRM, "F1", "x")) == "hm:confirm:F1"


@given(st.text(max_size=100))
def test_other_ids_are_none_of_ours(custom_id: str) -> None:
    found = read_button_id(custom_id)

    assert found is None or custom_id.startswith("hm:")


def test_the_server_of_a_letter_is_read_back() -> None:
    assert home_of(home_link("123")) == "123"
    for other in (
        "",
        "https://example.org",
        "123",
        home_link(""),
        home_link("1/2/3"),
        home_link("x"),
    ):
        assert home_of(other) == ""


def test_the_double_refuses_what_is_too_much() -> None:
    """The checks of this file would not pass a renderer without limits."""
    field = {"name": "n", "value": "v" * 1_025}
    for body in (
        {"content": "x" * 2_001},
        {"embeds": [{"fields": [field]}]},
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        {"embeds": [{"description": "d" * 4_000, "title": "t"}] * 2},
        {"embeds": [{"title": "t" * 257}]},
        {"content": ""},
    ):
        with pytest.raises(ApiError) as caught:
            check_message(body, new=True)
        assert caught.value.code == 50035
