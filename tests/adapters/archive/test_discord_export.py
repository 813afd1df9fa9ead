"""DiscordChatExporter's files: what is read of them, and what damage costs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.archive import Export, UnusableArchiveError, open_archive
from adapters.shapes.discord import snowflake_to_datetime
from bot.cli.scan import command
from rules.types import Message, MessageKey
from tests.adapters.archive.exports import write_folder, write_zip

MAYA = {"id": "11", "name": "maya", "nickname": "Maya", "isBot": False, "roles": [{"id": "77"}]}
LEO = {"id": "12", "name": "leo", "nickname": "", "isBot": False, "roles": []}
BOT = {"id": "13", "name": "helper", "nickname": "Helper", "isBot": True, "roles": []}
FIRST = 1_200_000_000_000_000_000


def row(number: int, content: str = "", author: Any = MAYA, **more: Any) -> dict[str, Any]:
    """A message as the exporter writes it."""
    return {
        "id": str(FIRST + number),
        "type": "Default",
        "timestamp": "2024-01-25T10:00:00.000+00:00",
        "timestampEdited": None,
        "isPinned": False,
        "content": content,
        "author": author,
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
    } | more


def file(*rows: Any, channel: str = "5", name: str = "class-7b", **more: Any) -> dict[str, Any]:
    """A channel's file."""
    about = {"id": channel, "type": "GuildTextChat", "categoryId": "4", "name": name} | more
    return {
        "guild": {"id": "1", "name": "Riverbend", "iconUrl": ""},
        "channel": {**about, "topic": 'the "messages": [] of our class'},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-02-01T00:00:00+00:00",
        "messages": list(rows),
        "messageCount": len(rows),
    }


def read(export: Export, since: datetime | None = None) -> tuple[list[Message], list[str]]:
    """All messages, and all damage as people read it."""
    messages: list[Message] = []
    damage = [str(one) for one in export.damage]
    for portion in export.portions(since):
        messages += portion.messages
        damage += [str(one) for one in portion.damage]
    export.close()
    return messages, damage


def read_rows(folder: Path, *rows: Any, **about: Any) -> tuple[list[Message], list[str]]:
    """The messages of one channel."""
    return read(open_archive(write_folder(folder / "export", {"a.json": file(*rows, **about)})))


@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_an_export_is_read_from_a_folder_and_from_a_zip(tmp_path: Path, write: Any) -> None:
    """Both hold the same, and names stand beside the messages."""
    rows = [row(0, "hello **there**"), row(1, "hi", LEO, reference={"messageId": str(FIRST)})]
    members = {"Riverbend - class-7b [5].json": file(*rows)}
    export = open_archive(write(tmp_path / "export.zip", members))
    messages, damage = read(export)

    assert damage == []
    assert [m.text for m in messages] == ["hello there", "hi"]
    assert messages[0].key == MessageKey("discord", "1", "5", str(FIRST))
    assert messages[0].author_groups == {"77"}
    assert messages[0].posted_at == snowflake_to_datetime(str(FIRST))
    assert messages[1].reply_to == "11"
    assert (export.platform, export.workspace, export.size) == ("discord", "1", 1)
    assert export.channels == {"5": "#class-7b"}
    assert export.people == {"11": "Maya", "12": "leo"}


def test_every_part_of_a_message_is_read(tmp_path: Path) -> None:
    """Forwards, files, stickers, embeds; people mentioned; edits."""
    forwarded = {"content": "forwarded", "attachments": [{"fileName": "plan.pdf"}], "stickers": []}
    messages, damage = read_rows(
        tmp_path,
        row(0, forwardedMessage=forwarded, timestampEdited="2024-01-25T10:01:00+00:00"),
        row(1, "b", stickers=[{"name": "rude"}], attachments=[{"fileName": "a.txt"}]),
        row(2, "c", embeds=[{"title": "t", "fields": [{"name": "n", "value": "v"}]}]),
        row(3, "@leo d", mentions=[{"id": "12"}]),
    )

    assert damage == []
    assert [m.text for m in messages] == [
        "forwarded\nplan.pdf",
        "b\na.txt\nrude",
        "c\nt\nn\nv",
        "@leo d",
    ]
    assert [m.edited for m in messages] == [True, False, False, False]
    assert messages[3].mentions == ("12",)


def test_what_no_person_wrote_is_passed_over(tmp_path: Path) -> None:
    """Bots, Discord's own lines, and kinds that the exporter knows by number only."""
    messages, damage = read_rows(
        tmp_path,
        row(0, "from a bot", BOT),
        row(1, "Pinned a message.", type="ChannelPinnedMessage"),
        row(2, "Joined the server.", type="GuildMemberJoin"),
        row(3, "", type="46"),
        row(4, ""),
        row(5, "a reply", type="Reply"),
        row(6, "a new kind", type="99"),
    )

    assert damage == []
    assert [m.text for m in messages] == ["a reply", "a new kind"]


def test_a_thread_knows_its_channel_and_a_forums_post_its_title(tmp_path: Path) -> None:
    thread = {"channel": str(FIRST), "name": "the title", "type": "GuildPublicThread"}
    messages, _ = read_rows(tmp_path, row(0, "the question"), row(1, "an answer", LEO), **thread)

    assert [m.text for m in messages] == ["the title\nthe question", "an answer"]
    assert {(m.thread, m.parent) for m in messages} == {(str(FIRST), "4")}


def test_only_messages_since_a_day(tmp_path: Path) -> None:
    day = 24 * 3600 * 1000 << 22
    rows = [row(0, "old"), row(day, "new")]
    path = write_folder(tmp_path / "export", {"a.json": file(*rows)})
    since = snowflake_to_datetime(str(FIRST)) + timedelta(hours=1)

    messages, _ = read(open_archive(path), since)

    assert [m.text for m in messages] == ["new"]


def test_the_order_is_the_same_whatever_the_files_are_called(tmp_path: Path) -> None:
    """Parts of a channel follow each other; messages by their ids."""
    members = {
        "b [part 2].json": file(row(3, "d"), row(2, "c")),
        "b [part 1].json": file(row(1, "b"), row(0, "a")),
    }
    messages, _ = read(open_archive(write_folder(tmp_path / "export", members)))

    assert [m.text for m in messages] == ["a", "b", "c", "d"]


# --- damage ---------------------------------------------------------------------------------------


def test_a_file_that_breaks_off_is_read_up_to_the_break(tmp_path: Path) -> None:
    text = json.dumps(file(*(row(n, f"m{n}") for n in range(5))))
    members = {"a.json": text[: text.index("m3")].encode(), "b.json": file(row(9, "whole"))}
    messages, damage = read(open_archive(write_folder(tmp_path / "export", members)))

    assert [m.text for m in messages] == ["m0", "m1", "m2", "whole"]
    assert damage == ["a.json: is damaged JSON: what follows its first 3 entries was skipped"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{}", "is no JSON file of DiscordChatExporter"),
        (b"[1, 2]", "is no JSON file of DiscordChatExporter"),
        (b'{"guild": {"id": "1"}, "messages": []}', "is no JSON file of DiscordChatExporter"),
        (b'{"guild": 1, "channel": [], "messages": []}', "is no JSON file of DiscordChatExporter"),
        (b"\xff\xfe{", "is not UTF-8 text"),
    ],
)
def test_other_files_are_named_and_skipped(tmp_path: Path, content: bytes, problem: str) -> None:
    members = {"a.json": content, "b.json": file(row(0, "read")), "notes.txt": b"x"}
    messages, damage = read(open_archive(write_folder(tmp_path / "export", members)))

    assert [m.text for m in messages] == ["read"]
    assert damage == [f"a.json: {problem}"]


def test_odd_messages_are_counted(tmp_path: Path) -> None:
    odd = [5, None, {}, row(0, author=None), row(1, author={"name": "x"}), {**row(2), "id": "x"}]
    messages, damage = read_rows(tmp_path, *odd, row(9, "sound"))

    assert [m.text for m in messages] == ["sound"]
    assert damage == ["a.json: 6 of its messages have an unknown form"]


def test_a_folder_without_an_export_says_what_it_may_hold(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "export", {"a.json": b"{}"})

    with pytest.raises(UnusableArchiveError, match="DiscordChatExporter"):
        open_archive(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON | st.dictionaries(st.sampled_from(sorted(row(0))), JSON), max_size=5))
def test_whatever_stands_in_the_list_the_rest_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    """The odd is counted, and nothing is raised."""
    folder = tmp_path_factory.mktemp("odd")
    messages, _ = read_rows(folder, *rows, row(9, "sound"))

    assert messages[-1].text == "sound"


# --- the command ----------------------------------------------------------------------------------


def test_scan_reports_on_it(tmp_path: Path) -> None:
    """With names, as for Slack."""
    rows = [row(0, "you are such a worthless idiot, kill yourself"), row(1, "see you at noon", LEO)]
    path = write_folder(tmp_path / "export", {"a.json": file(*rows)})
    result = CliRunner().invoke(command, [str(path), "--format", "jsonl", "--workers", "1"])

    assert result.exit_code == 0
    assert "2 messages read" in result.stderr
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert {one["channel_name"] for one in findings} == {"#class-7b"}
    assert {one["author"] for one in findings} == {"11"}
    assert all(datetime.fromisoformat(one["posted_at"]).tzinfo == UTC for one in findings)
