"""What a reader sees of a Discord message, and that odd JSON never breaks the reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.events import Malformed, read_edited, read_posted, read_removed
from adapters.discord.interactions import read_asked, read_what
from adapters.shapes.discord import mentions, plain, readable_text, snowflake_to_datetime

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = [
    *("id", "channel_id", "guild_id", "author", "content", "type", "member", "embeds", "poll"),
    *("attachments", "components", "edited_timestamp", "message_snapshots", "sticker_items"),
    *("mentions", "referenced_message", "ids", "data", "token", "user", "custom_id", "target_id"),
    *("resolved", "options", "name", "locale", "message", "application_id", "webhook_id"),
]
EVENT = st.dictionaries(
    st.sampled_from(KEYS), JSON | st.sampled_from(["1", "123456789"]), max_size=12
)


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("hello", "hello"),
        ("**you** are an *id*__iot__", "you are an idiot"),
        ("i**di**ot", "idiot"),
        ("||spoiler|| ~~gone~~ `code`", "spoiler gone code"),
        ("```py\nprint(1)\n```", "print(1)\n"),
        ("> quoted\n# title\n-# small", "quoted\ntitle\nsmall"),
        (r"\*not bold\* \|\|", "*not bold* ||"),
        ("[click me](https://evil.example/x)", "click me (https://evil.example/x)"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("<https://quiet.example>", "https://quiet.example"),
        ("<:party:123456789012345678> <a:wave:1>", ":party: :wave:"),
        ("<@123> <@!45> <#6> <@&7>", "<@123> <@!45> <#6> <@&7>"),
        ("at <t:1700000000:R> ok", "at  ok"),
        ("</hallmonitor flags:123>", "/hallmonitor flags"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("***both***", "both"),
        ("**__~~nested~~__**", "nested"),
    ],
)
def test_markup_is_read_as_it_is_shown(markdown: str, seen: str) -> None:
    assert plain(markdown) == seen


def test_every_part_stands_on_a_line_of_its_own() -> None:
    message = {
        "content": "body",
        "message_snapshots": [{"message": {"content": "forwarded"}}],
        "poll": {"question": {"text": "question"}, "answers": [{"poll_media": {"text": "answer"}}]},
        "embeds": [
            {"type": "rich", "author": {"name": "by"}, "title": "t", "footer": {"text": "f"}}
        ],
        "components": [
            {
                "type": 9,
                "components": [{"type": 10, "content": "shown"}],
                "accessory": {"label": "go"},
            }
        ],
        "attachments": [{"filename": "file.txt", "description": "alt text"}],
        "sticker_items": [{"name": "sticker"}],
    }

    assert readable_text(message).split("\n") == [
        *("body", "forwarded", "question", "answer", "by", "t", "f"),
        *("shown", "go", "alt text", "file.txt", "sticker"),
    ]


@pytest.mark.parametrize(
    ("embed", "read"),
    [
        ({"type": "link", "url": "https://a.example", "title": "theirs"}, False),
        ({"type": "video", "title": "theirs"}, False),
        ({"type": "rich", "url": "https://a.example", "title": "theirs"}, False),
        ({"type": "rich", "url": "https://other.example", "title": "theirs"}, True),
        ({"title": "theirs"}, True),
    ],
)
def test_previews_of_links_are_left_out(embed: dict[str, Any], read: bool) -> None:
    """They are the linked page's words; what somebody made or forwarded is read."""
    message = {"content": "see https://a.example", "embeds": [embed]}

    assert ("theirs" in readable_text(message)) is read


def test_people_are_mentioned_once_each() -> None:
    message = {"content": "<@1> <@!2> <@1>", "mentions": [{"id": "3"}, {"id": "1"}, {}]}

    assert mentions(message) == ("1", "2", "3")


def test_an_id_tells_its_time() -> None:
    """Discord's own example."""
    moment = snowflake_to_datetime("175928847299117063")

    assert moment == datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 21])
def test_what_is_no_id_tells_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a Discord id"):
        snowflake_to_datetime(text)


def refusal(read: Callable[[dict[str, Any]], object], event: dict[str, Any]) -> str:
    """Why it was refused, or nothing."""
    try:
        read(event)
    except Malformed as problem:
        return str(problem)
    return ""


@settings(max_examples=300, deadline=None)
@given(EVENT)
def test_odd_json_is_read_or_refused_by_name(event: dict[str, Any]) -> None:
    """Nothing else is raised, and a refusal quotes no value."""
    for read in (read_posted, read_edited, read_removed, read_asked, read_what):
        assert len(refusal(read, event)) < 60


@settings(max_examples=300, deadline=None)
@given(st.text("*_~|`\\<>@#:[]()ab \n", max_size=2_000))
def test_any_markup_is_read_in_time(text: str) -> None:
    """No text makes the reading slow or fail, and no word is lost."""
    assert sum(map(plain(text).count, "ab")) <= sum(map(text.count, "ab"))


def test_deep_and_odd_shapes_are_passed_over() -> None:
    deep: dict[str, Any] = {"content": "deepest"}
    for _ in range(50):
        deep = {"content": "level", "message_snapshots": [{"message": deep}]}
    nested: Any = {"content": "words"}
    for _ in range(50):
        nested = {"components": [nested]}

    assert readable_text(deep).count("level") == 13
    assert readable_text({"components": [nested]}) == ""
    assert readable_text({"content": 5, "embeds": "x", "poll": [], "attachments": {}}) == ""
