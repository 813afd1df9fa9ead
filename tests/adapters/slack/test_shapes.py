"""What a reader sees of a Slack message, whatever shape it comes in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.shapes.slack import mentions, plain, readable_text, ts_to_datetime


def rich(*sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    elements = [{"type": "rich_text_section", "elements": section} for section in sections]
    return [{"type": "rich_text", "elements": elements}]


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": style}


@pytest.mark.parametrize(
    ("mrkdwn", "seen"),
    [
        ("hello", "hello"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://x.org/a?b=1&amp;c=2|the form>", "see the form (https://x.org/a?b=1&c=2)"),
        ("see <https://x.org>", "see https://x.org"),
        ("see <http://x.org|x.org>", "see http://x.org"),
        ("write to <mailto:a@b.org|a@b.org>", "write to a@b.org"),
        ("call <tel:+13125550100|312-555-0100>", "call 312-555-0100 (tel:+13125550100)"),
        ("<@U1> and <@W2|Ann Lee>", "<@U1> and <@W2>"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        (
            "<!here> <!channel|channel> <!subteam^S1|@staff> <!subteam^S2>",
            "@here @channel @staff @S2",
        ),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("you *really* are a _loser_, ~not~", "you really are a loser, not"),
        ("*_both_* and __init__ and snake_case_name", "both and __init__ and snake_case_name"),
        ("l*ser and 2 * 3 * 4", "l*ser and 2 * 3 * 4"),
        ("1 < 2 > 0 <not a token>", "1 < 2 > 0 <not a token>"),
    ],
)
def test_marks_are_read_as_a_reader_sees_them(mrkdwn: str, seen: str) -> None:
    """Links show their target, mentions their id, and formatting goes."""
    assert seen == plain(mrkdwn)


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        ({}, ""),
        ({"text": "hi", "blocks": rich([words("hi")])}, "hi"),
        ({"text": "hi *all*", "blocks": rich([words("hi "), words("all", bold=True)])}, "hi all"),
        ({"text": "• one\n• two", "blocks": rich([words("one")], [words("two")])}, "• one\n• two"),
        (
            {
                "text": "&gt; a\n&gt; b",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [{"type": "rich_text_quote", "elements": [words("a\nb")]}],
                    }
                ],
            },
            "> a\n> b",
        ),
        (
            {
                "text": "<@U1> in <#C1|general> ask <!subteam^S1|@staff> :wave::skin-tone-2:",
                "blocks": rich(
                    [
                        {"type": "user", "user_id": "U1"},
                        words(" in "),
                        {"type": "channel", "channel_id": "C1"},
                        words(" ask "),
                        {"type": "usergroup", "usergroup_id": "S1"},
                        words(" "),
                        {"type": "emoji", "name": "wave", "skin_tone": 2},
                    ]
                ),
            },
            "<@U1> in #general ask @staff :wave::skin-tone-2:",
        ),
        ({"text": "hi", "blocks": rich([words("more <here>")])}, "hi\nmore <here>"),
        (
            {
                "text": "",
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Big & bold"}},
                    {
                        "type": "section",
                        "text": {"type": "mrkdwn", "text": "body &amp; <https://x.org|link>"},
                        "fields": [{"type": "mrkdwn", "text": "*field*"}],
                    },
                    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
                    {"type": "image", "alt_text": "a cat", "image_url": "https://x.org/cat"},
                    {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
                ],
            },
            "Big & bold\nbody & link (https://x.org)\nfield\nsmall\na cat\ncell",
        ),
        (
            {
                "text": "look",
                "attachments": [
                    {
                        "fallback": "not needed",
                        "pretext": "before",
                        "title": "Title",
                        "text": "body",
                        "fields": [{"title": "Key", "value": "Value"}],
                        "footer": "small print",
                    }
                ],
            },
            "look\nbefore\nTitle\nbody\nKey\nValue\nsmall print",
        ),
        ({"text": "", "attachments": [{"fallback": "only this"}]}, "only this"),
        (
            {
                "text": "see this",
                "attachments": [
                    {
                        "is_share": True,
                        "is_msg_unfurl": True,
                        "from_url": "https://x.slack.com/archives/C1/p1",
                        "text": "forwarded words",
                        "message_blocks": [
                            {"message": {"blocks": rich([words("forwarded words")])}},
                            {"message": {"blocks": rich([words("and more")])}},
                        ],
                        "files": [{"name": "list.txt", "title": "The list"}],
                    }
                ],
            },
            "see this\nforwarded words\nThe list\nlist.txt\nand more",
        ),
        (
            {
                "text": "<https://news.org/a>",
                "attachments": [{"from_url": "https://news.org/a", "text": "their headline"}],
            },
            "https://news.org/a",
        ),
        (
            {"text": "here", "files": [{"name": "plan.md", "title": "plan.md"}, {"name": "b.png"}]},
            "here\nplan.md\nb.png",
        ),
        ({"text": "an export of 2016", "file": {"name": "old.txt"}}, "an export of 2016\nold.txt"),
    ],
)
def test_everything_a_reader_sees_is_there_once(message: dict[str, Any], seen: str) -> None:
    """Body, blocks, attachments, forwards and files, in lines, without what Slack sends twice."""
    assert seen == readable_text(message)


def test_words_hidden_in_blocks_behind_another_text_are_found() -> None:
    """An app may post blocks that say something else than their text: both are read."""
    message = {"text": "lovely day", "blocks": rich([words("you are a "), words("loser")])}

    assert "you are a loser" in readable_text(message)


def test_mentions_stand_once_in_order() -> None:
    """Ids come from text and blocks; a label or an escaped look-alike is none."""
    message = {
        "text": "<@U2|bob> <@U1> <@U2> &lt;@U9&gt;",
        "blocks": rich([{"type": "user", "user_id": "U3"}]),
    }

    assert mentions(message) == ("U2", "U1", "U3")


@pytest.mark.parametrize(
    ("ts", "moment"),
    [
        ("1700000000.000100", datetime(2023, 11, 14, 22, 13, 20, 100, tzinfo=UTC)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        ("1700000000.1", datetime(2023, 11, 14, 22, 13, 20, 100_000, tzinfo=UTC)),
    ],
)
def test_a_ts_is_exact_to_the_microsecond(ts: str, moment: datetime) -> None:
    assert moment == ts_to_datetime(ts)


@pytest.mark.parametrize(
    "ts", ["", "x", "-1.0", "1e9", "1700000000.0000001", "999999999999", "1\n"]
)
def test_what_is_no_ts_is_refused(ts: str) -> None:
    with pytest.raises(ValueError, match="not a Slack timestamp"):
        ts_to_datetime(ts)


KEYS = """text type blocks elements attachments message files fields title name message_blocks rows
accessory skin_tone fallback is_share from_url""".split()  # noqa: SIM905
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=30,
)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files"]), json_values))
def test_any_shape_is_read_without_an_error(message: dict[str, Any]) -> None:
    """Whatever JSON comes, the answer is a text that begins with the body's words."""
    body = message.get("text")
    said = isinstance(body, str) and bool(body.strip())

    assert readable_text(message).startswith(plain(body) if said else "")


@unhurried
@given(st.text(alphabet="ab_*~`>@#!|^;lt \n", max_size=300))
def test_reading_marks_loses_no_letter(text: str) -> None:
    """Only formatting marks go: everything else stands in its order."""
    assert [c for c in plain(text) if c not in "_*~"] == [c for c in text if c not in "_*~"]


@pytest.mark.parametrize("piece", ["_a ", "*_~", "<@", "<https:", "`", "&lt;", "<!date^1|"])
def test_long_texts_take_linear_time(piece: str) -> None:
    """40,000 characters of the worst mark-up are read in one go (a quadratic reader hangs here)."""
    text = piece * (40_000 // len(piece))
    message = {"text": text, "blocks": rich([words(text)], [words(text[:-1])])}

    assert len(readable_text(message)) >= 10_000
