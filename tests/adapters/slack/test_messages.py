"""What people write in Slack arrives at the inbox, whole and once, and is acknowledged after."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from adapters.shapes.slack import ts_to_datetime
from rules.types import MessageKey
from tests.adapters.slack.conftest import School
from tests.doubles.slack.workspace import File


def texts(school: School) -> list[str]:
    return [message.text for message in school.inbox.messages]


async def test_a_message_arrives_with_all_that_is_known_of_it(school: School) -> None:
    """Key, author, words, time, groups, e-mail domain and permalink."""
    ts = await school.slack.post(school.teacher, school.room, "hello & welcome <all>")

    [message] = school.inbox.messages
    assert message.key == MessageKey("slack", school.slack.team, school.room, ts)
    assert message.author_id == school.teacher
    assert message.text == "hello & welcome <all>"
    assert message.posted_at == ts_to_datetime(ts)
    assert "staff" in (message.author_groups or ())
    assert message.author_domain == "staff.example.org"
    assert message.permalink == (
        f"https://school.slack.com/archives/{school.room}/p{ts.replace('.', '')}"
    )
    assert not message.direct
    assert not message.edited
    assert school.slack.acked_before_commit == []


async def test_a_reply_names_its_thread_and_whom_it_answers(school: School) -> None:
    """Also where it is broadcast to the channel."""
    parent = await school.slack.post(school.teacher, school.room, "who was late?")
    await school.slack.post(
        school.student, school.room, f"<@{school.teacher}> not me", thread=parent, broadcast=True
    )

    reply = school.inbox.messages[-1]
    assert reply.thread == parent
    assert reply.reply_to == school.teacher
    assert reply.mentions == (school.teacher,)
    assert reply.permalink.endswith(f"?thread_ts={parent}&cid={school.room}")


async def test_private_channels_are_read_like_public_ones(school: School) -> None:
    await school.slack.post(school.moderator, school.desk, "for moderators")

    assert texts(school) == ["for moderators"]


async def test_what_is_written_to_the_bot_is_direct(school: School) -> None:
    """An answer, not a post."""
    await school.slack.dm(school.student, "it was a joke")

    [answer] = school.inbox.messages
    assert answer.direct
    assert answer.text == "it was a joke"


@pytest.mark.parametrize(
    "fields",
    [
        {"subtype": "me_message"},
        {"subtype": "some_new_kind_of_post"},
        {"bot_id": "B0PERSONAL", "app_id": "A0PERSONAL"},
    ],
    ids=["me_message", "unknown subtype", "a person's own app"],
)
async def test_all_that_people_write_is_read(school: School, fields: dict[str, Any]) -> None:
    """A person may write through an app in their own name: that carries a bot_id too."""
    await school.slack.post(school.student, school.room, "hello", **fields)

    assert texts(school) == ["hello"]


async def test_what_nobody_wrote_is_acknowledged_and_ignored(school: School) -> None:
    """Other bots, joins, hidden events, and the adapter's own messages as they come back."""
    other_bot = school.slack.add_user("quizbot", bot=True)
    await school.slack.post(other_bot, school.room, "quiz time", bot_id="B0QUIZ")
    event = {"type": "message", "channel": school.room, "channel_type": "channel", "ts": "1.000001"}
    for extra in (
        {"subtype": "bot_message", "bot_id": "B0QUIZ", "text": "quiz time"},
        {"subtype": "channel_join", "user": school.student, "text": "has joined"},
        {"subtype": "channel_topic", "user": school.student, "text": "set the topic"},
        {"subtype": "message_replied", "hidden": True, "message": {"ts": "1.000001"}},
        {"subtype": "new_hidden_thing", "hidden": True, "user": school.student, "text": "x"},
        {"user": school.slack.workspace.bot_user, "bot_id": "B0HALL", "text": "my own"},
    ):
        await school.slack.send_event({**event, **extra})

    assert school.inbox.messages == []
    assert school.inbox.odd == []


async def test_an_edit_arrives_as_one(school: School) -> None:
    """With the same key and the new words."""
    ts = await school.slack.post(school.student, school.room, "you are a looser")
    await school.slack.edit(school.room, ts, "you are a loser")

    first, second = school.inbox.messages
    assert second.key == first.key
    assert (first.edited, second.edited) == (False, True)
    assert second.text == "you are a loser"
    assert second.posted_at == ts_to_datetime(ts)
    assert school.slack.acked_before_commit == []


async def test_changes_that_change_no_word_are_no_edits(school: School) -> None:
    """A link preview, and an old reply shown in the channel afterwards."""
    slack = school.slack
    ts = await slack.post(school.student, school.room, "see https://news.example.org")
    message = slack.workspace.channels[school.room].messages[ts]
    preview = {"from_url": "https://news.example.org", "title": "Their headline"}
    await slack.change(school.room, ts, {**message, "attachments": [preview]})
    await slack.change(school.room, ts, {**message, "subtype": "thread_broadcast"})

    assert len(school.inbox.messages) == 1


async def test_a_deletion_arrives_with_its_time(school: School) -> None:
    ts = await school.slack.post(school.student, school.room, "gone soon")
    await school.slack.delete(school.room, ts)

    [(key, at)] = school.inbox.deletions
    assert key == MessageKey("slack", school.slack.team, school.room, ts)
    assert at > ts_to_datetime(ts)
    assert school.slack.acked_before_commit == []


async def test_a_tombstone_is_a_deletion(school: School) -> None:
    """What Slack leaves of a deleted message with replies."""
    parent = await school.slack.post(school.student, school.room, "gone soon")
    await school.slack.post(school.teacher, school.room, "a reply", thread=parent)
    await school.slack.delete(school.room, parent)

    assert [key.message for key, _ in school.inbox.deletions] == [parent]
    assert len(school.inbox.messages) == 2


async def test_channels_without_the_bot_are_not_read(school: School) -> None:
    hidden = school.slack.add_channel("elsewhere", [school.student], bot=False)
    await school.slack.post(school.student, hidden, "unseen")
    await school.slack.post(school.student, school.room, "seen")

    assert texts(school) == ["seen"]


async def test_messages_of_a_channel_keep_their_order(school: School) -> None:
    """Though the first author's look-up takes longer than the second's."""
    slow = school.slack.add_user("slow", email="slow@staff.example.org")
    await school.slack.post(school.teacher, school.room, "known already")
    school.slack.fail("users.info", stalled=True)
    first = asyncio.create_task(school.slack.post(slow, school.room, "first"))
    await school.slack.until(lambda: len(school.slack.deliveries) == 2)
    await school.slack.post(school.teacher, school.room, "second")
    await first

    assert texts(school) == ["known already", "first", "second"]


# --- what is known of people ----------------------------------------------------------------------


async def test_a_look_up_that_does_not_answer_delays_nothing_for_long(school: School) -> None:
    """The message arrives without the domain; groups are known beforehand."""
    school.slack.fail("users.info", stalled=True)
    await school.slack.post(school.teacher, school.room, "hello")

    [message] = school.inbox.messages
    assert message.author_domain is None
    assert "staff" in (message.author_groups or ())


async def test_a_failed_look_up_leaves_people_unknown_for_a_minute(school: School) -> None:
    school.slack.fail("users.info", error="internal_error")
    await school.slack.post(school.teacher, school.room, "one")
    await school.slack.post(school.teacher, school.room, "two")
    school.clock.forward(minutes=2)
    await school.slack.post(school.teacher, school.room, "three")

    domains = [message.author_domain for message in school.inbox.messages]
    assert domains == [None, None, "staff.example.org"]


async def test_people_are_asked_about_once_an_hour(school: School) -> None:
    for minutes in (0, 30, 45):
        school.clock.forward(minutes=minutes)
        await school.slack.post(school.teacher, school.room, "hello")

    asked = [args["user"] for method, args in school.slack.calls if method == "users.info"]
    assert asked == [school.teacher, school.teacher]


async def test_an_address_that_was_never_confirmed_proves_nothing(school: School) -> None:
    """A student could name any address."""
    sly = school.slack.add_user("sly", email="sly@staff.example.org", email_confirmed=False)
    await school.slack.post(sly, school.room, "hello")

    assert school.inbox.messages[0].author_domain == ""


async def test_nothing_is_asked_of_slack_before_a_message_but_its_author(school: School) -> None:
    """No auth.test, no channel look-up: the record must not wait for Slack."""
    before = len(school.slack.calls)
    await school.slack.post(school.student, school.room, "hello")

    assert [method for method, _ in school.slack.calls[before:]] == ["users.info"]


# --- files ----------------------------------------------------------------------------------------


async def test_a_text_file_is_handed_over_by_name_then_with_its_words(school: School) -> None:
    """The record never waits for a download."""
    files = [school.slack.file("notes.txt", "\ufeffwords in a file")]
    await school.slack.post(school.student, school.room, "look", files=files)

    assert texts(school) == ["look\nnotes.txt", "look\nnotes.txt\nwords in a file"]
    first, second = school.inbox.messages
    assert first.key == second.key
    assert (first.edited, second.edited) == (False, True)


@pytest.mark.parametrize(
    ("name", "content", "mimetype"),
    [
        ("photo.png", b"\x89PNG", "image/png"),
        ("long.txt", b"x" * 65_537, "text/plain"),
        ("empty.txt", b"", "text/plain"),
    ],
)
async def test_other_files_are_known_by_name_alone(
    school: School, name: str, content: bytes, mimetype: str
) -> None:
    files = [school.slack.file(name, content, mimetype)]
    await school.slack.post(school.student, school.room, "look", files=files)

    assert texts(school) == [f"look\n{name}"]


async def test_files_that_slack_does_not_give_leave_the_names(school: School) -> None:
    """Without the scope Slack sends its sign-in page, which is no file."""
    school.slack.scopes.discard("files:read")
    files = [school.slack.file("notes.txt", "unseen")]
    await school.slack.post(school.student, school.room, "look", files=files)

    assert texts(school) == ["look\nnotes.txt"]


async def test_a_file_that_takes_too_long_is_left_out(school: School) -> None:
    school.slack.fail("files", stalled=True)
    files = [school.slack.file("a.txt", "slow"), school.slack.file("b.txt", "quick")]
    await school.slack.post(school.student, school.room, "look", files=files)

    assert texts(school)[-1] == "look\na.txt\nb.txt\nquick"


async def test_an_edit_is_judged_with_the_words_of_its_files(school: School) -> None:
    """Else what stands in the file would seem taken back; the same for what comes again."""
    files = [school.slack.file("notes.txt", "words in a file")]
    ts = await school.slack.post(school.student, school.room, "look", files=files)
    await school.slack.edit(school.room, ts, "look here")

    assert texts(school)[2:] == ["look here\nnotes.txt\nwords in a file"]


async def test_an_edit_says_that_a_file_of_it_could_not_be_read(school: School) -> None:
    """What stands in the file is then not taken for mended."""
    files = [school.slack.file("notes.txt", "words in a file")]
    ts = await school.slack.post(school.student, school.room, "look", files=files)
    school.slack.fail("files", stalled=True)
    await school.slack.edit(school.room, ts, "look here")
    await school.slack.edit(school.room, ts, "look there")

    assert texts(school)[2:] == ["look here\nnotes.txt", "look there\nnotes.txt\nwords in a file"]
    assert [m.unread for m in school.inbox.messages] == [False, False, True, False]


async def test_an_answer_is_handed_over_once_with_the_words_of_its_files(school: School) -> None:
    """An answer stands as it came first: its file would come too late."""
    files = [school.slack.file("notes.txt", "words in a file")]
    await school.slack.dm(school.student, "my answer", files=files)

    assert texts(school) == ["my answer\nnotes.txt\nwords in a file"]


async def test_a_redelivered_file_is_handed_over_once_and_whole(school: School) -> None:
    school.inbox.refuse()
    files = [school.slack.file("notes.txt", "words in a file")]
    await school.slack.post(school.student, school.room, "look", files=files, wait=False)
    await asyncio.wait_for(school.inbox.failed.wait(), 15)
    if school.slack.courier.mode == "http":
        await school.slack.settled(school.slack.deliveries[-1])
    await school.slack.redeliver()

    assert texts(school) == ["look\nnotes.txt\nwords in a file"]


async def test_the_token_goes_to_slack_alone(school: School) -> None:
    """An event may name any address as a file's."""
    asked: list[str] = []

    async def catch(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(text="bait")

    app = web.Application()
    app.router.add_get("/{any:.*}", catch)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/bait.txt"
        for address in (url, "ftp://files.slack.com/x.txt", "not an address", "http://["):
            file = File("F1", "bait.txt", "text/plain", b"bait", address)
            await school.slack.post(school.student, school.room, "look", files=[file])
    finally:
        await runner.cleanup()

    assert asked == []
    assert set(texts(school)) == {"look\nbait.txt"}
