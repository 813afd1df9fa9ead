"""Whatever the application says, Slack takes it: every text within every limit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.blocks import (
    asks_reason,
    reason_form,
    render_card,
    render_notice,
    render_page,
    reply_text,
    report_form,
)
from adapters.slack.interactions import MAX_METADATA, pack
from adapters.slack.texts import fit, share, weight
from bot.ports import (
    Action,
    Button,
    Card,
    Notice,
    Page,
    Person,
    Place,
    Section,
    mention,
    mention_channel,
)
from tests.adapters.slack.samples import NOTICE, a_card
from tests.doubles.slack.blockkit import (
    MESSAGE_BLOCKS,
    check_blocks,
    check_message_size,
    check_view,
    mass_mentions,
    shown_text,
)

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
awkward = st.sampled_from(
    ["", " ", "\0", "\ud800", "&", "<!channel>", "@everyone ", '"', "\n", "é" * 50, "loser "]
)
words = st.one_of(
    st.text(max_size=80),
    st.lists(awkward, max_size=30).map("".join),
    st.builds(lambda piece, times: piece * times, awkward, st.integers(0, 40_000)),
    st.just(mention(Person("slack", "T1", "U1"))),
    st.just(mention_channel(Place("discord", "G1", "C1"))),
)
sections = st.lists(st.builds(Section, words, words), max_size=80).map(tuple)
buttons = st.lists(
    st.builds(
        Button,
        st.sampled_from(Action),
        st.just("flag-1"),
        st.text(max_size=200),
        st.sampled_from(["primary", "danger", "plain"]),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda button: button.action,
).map(tuple)


def accept(rendered: Any) -> None:
    check_blocks(rendered.blocks, limit=MESSAGE_BLOCKS, inputs=False)
    check_message_size(rendered.blocks)
    assert rendered.text.strip()
    assert len(rendered.text) <= 3_000
    assert mass_mentions(rendered.text, rendered.blocks, parsed=False) == []
    json.dumps(rendered.blocks).encode()


@unhurried
@given(words, sections, words)
def test_slack_takes_every_notice(title: str, parts: tuple[Section, ...], footer: str) -> None:
    accept(render_notice(Notice("flag-1", "en", title, parts, footer)))


@unhurried
@given(words, sections, buttons, st.text(max_size=3_000), st.integers(0, 10**6))
def test_slack_takes_every_card(
    title: str, parts: tuple[Section, ...], rows: tuple[Button, ...], link: str, revision: int
) -> None:
    accept(render_card(Card("flag-1", title, "open", parts, rows, link, revision)))


@unhurried
@given(words, sections, buttons)
def test_slack_takes_every_page(
    title: str, parts: tuple[Section, ...], rows: tuple[Button, ...]
) -> None:
    accept(render_page(Page("flag-1", title, parts, rows)))


@unhurried
@given(words, st.sampled_from(["en", "es", "", "fr"]), st.text(max_size=3_000))
def test_slack_takes_every_form(title: str, lang: str, metadata: str) -> None:
    check_view(reason_form(title, lang=lang, metadata=metadata))
    check_view(report_form(lang=lang, metadata=metadata))


@unhurried
@given(words)
def test_answers_are_escaped_and_no_longer_than_slack_takes(text: str) -> None:
    assert len(reply_text(text)) <= 12_000
    assert mass_mentions(reply_text(text), []) == []


def test_an_ordinary_notice_is_shown_whole() -> None:
    shown = shown_text({"blocks": render_notice(NOTICE).blocks})

    for section in NOTICE.sections:
        assert section.heading in shown
        assert section.text in shown


def test_people_and_channels_are_mentioned_by_slacks_own_means() -> None:
    """Those of another platform stand there by name."""
    text = (
        f"{mention(Person('slack', 'T1', 'U1'))} in {mention_channel(Place('slack', 'T1', 'C1'))}, "
        f"like {mention(Person('discord', 'G1', 'P1'))}"
    )
    [_, body] = render_notice(Notice("f", "en", "t", (Section("", text),))).blocks

    assert shown_text({"blocks": [body]}).strip() == "<@U1> in <#C1>, like @discord/G1/P1"


def test_what_is_too_long_says_how_much_is_missing() -> None:
    """And the short sections beside it stay whole."""
    parts = (Section("Long", "loser " * 5_000), Section("Short", "whole"))
    shown = shown_text({"blocks": render_notice(Notice("f", "en", "t", parts)).blocks})
    kept, _, rest = shown.partition("… (+")

    missing = int(rest.split(")")[0].replace(",", ""))
    assert kept.count("loser") * 6 + missing == pytest.approx(29_999, abs=6)
    assert "whole" in shown


@pytest.mark.parametrize(
    ("action", "asks"), [("dismiss", True), ("confirm", False), ("escalate", False)]
)
def test_a_cards_block_tells_which_button_asks_for_a_reason(action: str, asks: bool) -> None:
    """So that a press is understood after a restart; the id changes with every revision."""
    first, second = (render_card(a_card(revision=n)).blocks[-1]["block_id"] for n in (1, 2))

    assert asks_reason(str(first), action) is asks
    assert first != second


@pytest.mark.parametrize(
    ("text", "limit", "fitted"),
    [
        ("short", 75, "short"),
        ("x" * 80, 75, "x" * 68 + "… (+12)"),
        ("Dismiss this flag for good", 24, "Dismiss this flag for g…"),
        ("&amp;" * 20, 40, "&amp;" * 6 + "… (+70)"),
        ("é" * 100, 50, "é" * 42 + "… (+58)"),
    ],
    ids=["short", "counted", "form title", "entity", "accents"],
)
def test_texts_are_cut_between_characters(text: str, limit: int, fitted: str) -> None:
    assert fit(text, limit) == fitted


@unhurried
@given(st.text(max_size=400), st.integers(0, 300))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert weight(fit(text, limit)) <= max(limit, 15)


@unhurried
@given(st.lists(st.integers(0, 50_000), min_size=1, max_size=60), st.integers(0, 9_000))
def test_a_share_keeps_all_within_the_budget(weights: list[int], budget: int) -> None:
    """And wastes none of it on the small ones."""
    limit = share(weights, budget)

    assert sum(min(one, limit) for one in weights) <= max(budget, 0)
    assert limit == budget or any(one > limit for one in weights)


@unhurried
@given(st.text(max_size=20_000))
def test_a_form_carries_what_it_has_room_for(text: str) -> None:
    packed = pack({"channel": "C1", "text": text})

    assert len(packed) <= MAX_METADATA
    carried = json.loads(packed)
    assert carried["channel"] == "C1"
    assert text.startswith(carried["text"])
