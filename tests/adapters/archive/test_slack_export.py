"""Slack exports: what is read of them, and that damage costs no more than what is damaged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.archive import Export, UnusableArchiveError, open_archive
from rules.types import Message, MessageKey
from tests.adapters.archive.exports import CHANNELS, files, message, write_folder, write_zip

DAY = "general/2024-03-01.json"


def read(export: Export, since: datetime | None = None) -> tuple[list[Message], list[str]]:
    """All messages, and all damage as people read it."""
    messages: list[Message] = []
    damage = [str(one) for one in export.damage]
    for portion in export.portions(since):
        messages += portion.messages
        damage += [str(one) for one in portion.damage]
    export.close()
    return messages, damage


def read_rows(tmp_path: Path, rows: Any) -> tuple[list[Message], list[str]]:
    """The messages of one day."""
    return read(open_archive(write_folder(tmp_path / "export", files(general=rows))))


@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_an_export_is_read_from_a_folder_and_from_a_zip(tmp_path: Path, write: Any) -> None:
    """Both hold the same, and names stand beside the messages."""
    rows = [
        message("hello"),
        message("hi <@U1>", "1709301660.5", "U2", thread_ts="1709301600.0001"),
    ]
    export = open_archive(
        write(tmp_path / "Lincoln Slack export Mar 1 2024.zip", files(general=rows))
    )
    messages, damage = read(export)

    assert damage == []
    assert [m.text for m in messages] == ["hello", "hi <@U1>"]
    assert messages[0].key == MessageKey("slack", "T1", "C1", "1709301600.000100")
    assert messages[0].posted_at == datetime(2024, 3, 1, 14, 0, 0, 100, tzinfo=UTC)
    assert messages[1].author_id == "U2"
    assert messages[1].author_domain == "staff.example.org"
    assert messages[1].mentions == ("U1",)
    assert messages[1].thread == "1709301600.0001"
    assert export.channels == {"C1": "#general"}
    assert export.people["U1"] == "Maya"
    assert export.people["U2"] == "Ms. Ortiz"
    assert export.size == 1


def test_what_was_answered_in_a_thread_still_stands_in_its_channel(tmp_path: Path) -> None:
    """An export gives the first message of a thread the thread's own mark, as nobody live does."""
    first = "1709301600.000100"
    rows = [
        message("who wants cake", first, thread_ts=first, reply_count=1),
        message("me", "1709301660.000200", "U2", thread_ts=first, parent_user_id="U1"),
    ]

    (root, answer), _ = read_rows(tmp_path, rows)

    assert (root.thread, root.reply_to) == ("", "")
    assert (answer.thread, answer.reply_to) == (first, "U1")


def test_the_workspace_is_the_exports_name_where_no_team_is_told(tmp_path: Path) -> None:
    """Slack names its exports after the workspace."""
    members = files(general=[message("hello")]) | {"users.json": []}
    path = write_zip(tmp_path / "Lincoln Middle Slack export Mar 1 2024 - Mar 2 2024.zip", members)

    (found,), _ = read(open_archive(path))

    assert found.key.workspace == "Lincoln Middle"


def test_an_export_may_lie_in_a_folder_of_its_archive(tmp_path: Path) -> None:
    """People unpack exports and pack the folder again, on a Mac with files of its own."""
    members = {f"My export/{name}": value for name, value in files(general=[message("a")]).items()}
    members["__MACOSX/My export/._general"] = b"\x00\x05"
    members["My export/.DS_Store"] = b"\x00"

    messages, damage = read(open_archive(write_zip(tmp_path / "e.zip", members)))

    assert ([m.key.channel for m in messages], damage) == (["C1"], [])


def test_an_export_without_tables_is_read_by_its_folders(tmp_path: Path) -> None:
    """Lost tables cost names, not messages."""
    members = {DAY: [message("a")]}

    for top in ("", "top/"):
        path = write_zip(tmp_path / "e.zip", {top + name: rows for name, rows in members.items()})
        messages, damage = read(open_archive(path))

        assert ([m.key.channel for m in messages], damage) == (["general"], [])


def test_conversations_of_every_kind_are_read(tmp_path: Path) -> None:
    """Private channels, direct messages (in a folder named by id) and group messages."""
    members = files(secret=[message("a")], D7=[message("b")], mpdm_x=[message("c")]) | {
        "groups.json": [{"id": "G1", "name": "secret"}],
        "dms.json": [{"id": "D7", "members": ["U1", "U2"]}],
        "mpims.json": [{"id": "G2", "name": "mpdm-x"}],
    }
    export = open_archive(write_folder(tmp_path, members))
    messages, damage = read(export)

    assert damage == []
    assert {m.key.channel: m.text for m in messages} == {"G1": "a", "D7": "b", "G2": "c"}
    assert export.channels == {"G1": "#secret", "D7": "direct message", "G2": "#mpdm-x"}


def test_what_no_person_wrote_is_left_out(tmp_path: Path) -> None:
    """Joins, apps, bots, Slackbot and posts without words; a subtype nobody knows is read."""
    rows = [
        message("has joined", subtype="channel_join"),
        message("build passed", subtype="bot_message", user=None, bot_id="B9"),
        message("I am a bot", user="B1"),
        message("reminder", user="USLACKBOT"),
        message("no author", user=None),
        message(""),
        message("written", subtype="never_seen_before"),
        message("on a file", user=None, subtype="file_comment", comment={"user": "U2"}),
    ]
    messages, damage = read_rows(tmp_path, rows)

    assert damage == []
    assert [(m.author_id, m.text) for m in messages] == [("U1", "written"), ("U2", "on a file")]


def test_messages_come_by_channel_and_time(tmp_path: Path) -> None:
    """The order is the same every time, whatever the order in the file."""
    late, early = message("late", "1709301700.0"), message("early", "1709301600.0")
    members = files(general=[late, early], class_7b=[message("other", "1709301650.0")])

    messages, _ = read(open_archive(write_zip(tmp_path / "e.zip", members)))

    assert [m.text for m in messages] == ["other", "early", "late"]


def test_since_leaves_out_what_is_older(tmp_path: Path) -> None:
    """By the time of the message, and old files are not even opened."""
    members = files(general=[message("before", "1709337599.9"), message("after", "1709337600.0")])
    members |= {
        "general/2024-02-01.json": b"not read",
        "general/2024-03-02.json": [message("x", "1709400000.0")],
    }

    messages, damage = read(
        open_archive(write_folder(tmp_path, members)), datetime(2024, 3, 2, tzinfo=UTC)
    )

    assert ([m.text for m in messages], damage) == (["after", "x"], [])


DAMAGED = [
    (b"", "general/2024-03-01.json: is not a JSON list", 0),
    (b"{}", "general/2024-03-01.json: is not a JSON list", 0),
    (b"PK\x03\x04", "general/2024-03-01.json: is not a JSON list", 0),
    (b"\xff\xfe[\x00]\x00", "general/2024-03-01.json: is not UTF-8 text", 0),
    (b'[{"ts": ', "general/2024-03-01.json: is damaged JSON: all of it was skipped", 0),
    (b"[" * 100_000, "general/2024-03-01.json: is damaged JSON: all of it was skipped", 0),
    (
        b"[" + b"9" * 5000 + b"]",
        "general/2024-03-01.json: is damaged JSON: all of it was skipped",
        0,
    ),
    ([1, None, "text", []], "general/2024-03-01.json: 4 of its messages have an unknown form", 0),
    ([message("a", "noon")], "general/2024-03-01.json: 1 of its messages have an unknown form", 0),
    (
        [message("a", user=["U1"])],
        "general/2024-03-01.json: 1 of its messages have an unknown form",
        0,
    ),
    (
        [message("a") | {"ts": 1709301600}, message("b")],
        "general/2024-03-01.json: 1 of its messages have an unknown form",
        1,
    ),
]


@pytest.mark.parametrize(("value", "said", "left"), DAMAGED)
def test_a_damaged_day_is_named_and_the_rest_is_read(
    tmp_path: Path, value: Any, said: str, left: int
) -> None:
    """One bad file costs nothing but itself."""
    members = files(general=value, class_7b=[message("sound")])
    messages, damage = read(open_archive(write_folder(tmp_path, members)))

    assert damage == [said]
    assert len(messages) == 1 + left


def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    """What stands before the break is sound, so it is not lost."""
    whole = b'[{"user": "U1", "text": "one", "ts": "1709301600.1"}, {"user": "U1", "te'

    messages, damage = read(open_archive(write_folder(tmp_path, files(general=whole))))

    assert [m.text for m in messages] == ["one"]
    assert damage == [f"{DAY}: is damaged JSON: what follows its first 1 entries was skipped"]


@pytest.mark.parametrize("table", ["channels.json", "users.json"])
def test_a_damaged_table_costs_names_only(tmp_path: Path, table: str) -> None:
    """Without the tables, folders and ids stand for names."""
    members = files(general=[message("a")]) | {table: b'{"broken": '}
    export = open_archive(write_folder(tmp_path, members))
    messages, damage = read(export)

    assert len(messages) == 1
    assert damage == [f"{table}: is not a JSON list"]


def test_odd_rows_of_a_table_are_passed_over(tmp_path: Path) -> None:
    """Rows of another shape, missing ids and missing names do not hide the good ones."""
    members = files(general=[message("a", user="U9")]) | {
        "channels.json": [7, {"name": "no id"}, *CHANNELS],
        "users.json": [None, {"id": "U9", "profile": "none", "name": 4}],
    }
    export = open_archive(write_folder(tmp_path, members))
    messages, damage = read(export)

    assert [m.key.channel for m in messages] == ["C1"]
    assert export.people["U9"] == "U9"
    assert damage == [
        "channels.json: 1 of its rows have an unknown form",
        "users.json: 1 of its rows have an unknown form",
    ]


def test_a_lone_surrogate_is_no_damage(tmp_path: Path) -> None:
    """Half an emoji is a slip of the keyboard; the message is read all the same."""
    rows = b'[{"user": "U1", "text": "ha \\ud83d!", "ts": "1709301600.1"}]'

    messages, damage = read(open_archive(write_folder(tmp_path, files(general=rows))))

    assert ([m.text for m in messages], damage) == (["ha \ufffd!"], [])


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    """Some editors put one in front."""
    rows = b'\xef\xbb\xbf[{"user": "U1", "text": "a", "ts": "1709301600.1"}]'

    messages, damage = read(open_archive(write_folder(tmp_path, files(general=rows))))

    assert (len(messages), damage) == (1, [])


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    """The refusal says what is expected, and names what was refused inside."""
    nested = write_zip(tmp_path / "inner.zip", files(general=[message("a")]))
    path = write_zip(tmp_path / "outer.zip", {"inner.zip": nested.read_bytes(), "a.txt": b""})

    with pytest.raises(UnusableArchiveError) as caught:
        open_archive(path)

    assert "channels.json" in str(caught.value)
    assert "inner.zip: is an archive inside the archive" in str(caught.value)


KEYS = ("user", "text", "ts", "subtype", "comment", "blocks", "files", "profile", "id", "name")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=4),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(JSON, max_size=4), JSON, JSON)
def test_no_shape_of_json_stops_a_scan(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], channels: Any, users: Any
) -> None:
    """Whatever JSON stands in the files: an export is read to its end, what is odd is named."""
    members = files(general=[*rows, message("sound")])
    members |= {"channels.json": channels, "users.json": users}
    folder = write_folder(tmp_path_factory.mktemp("export"), members)

    messages, _ = read(open_archive(folder))

    assert "sound" in [m.text for m in messages]
