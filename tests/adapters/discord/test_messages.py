"""Every shape a message can have on Discord, as the application takes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.ports import Person
from rules.types import MessageKey
from tests.adapters.discord.conftest import School, adapter_of
from tests.adapters.discord.samples import NOTICE
from tests.doubles.discord import CountingInbox, DiscordDouble
from tests.doubles.discord.world import PRIVATE_THREAD, TEXT, VIEW


async def test_a_message_is_handed_over_with_all_that_is_known(school: School) -> None:
    """Key, author, roles, time, whom it answers and mentions, where it stands."""
    discord = school.discord
    first = await discord.post(school.student, school.room, "hello")
    second = await discord.post(
        school.teacher, school.room, f"hi <@{school.student}>", reply_to=first
    )
    await school.heard(2)

    message = school.inbox.messages[1]
    assert message.key == MessageKey("discord", school.guild, school.room, second)
    assert message.author_id == school.teacher
    assert message.author_groups == {school.staff}
    assert message.text == f"hi <@{school.student}>"
    assert message.reply_to == school.student
    assert message.mentions == (school.student,)
    assert abs(message.posted_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert message.permalink == (
        f"https://discord.com/channels/{school.guild}/{school.room}/{second}"
    )
    assert (message.direct, message.edited, message.thread, message.parent) == (
        False,
        False,
        "",
        "",
    )


async def test_an_edit_comes_with_its_new_words(school: School) -> None:
    """Though nothing of the first words is kept here."""
    message = await school.discord.post(school.student, school.room, "hello")
    await school.discord.edit(school.room, message, "hello again")
    await school.heard(2)

    told = school.inbox.messages[1]
    assert (told.key.message, told.text, told.edited) == (message, "hello again", True)


@pytest.mark.parametrize("partial", [False, True])
async def test_a_preview_of_a_link_is_no_edit(school: School, partial: bool) -> None:
    """Discord tells of it as an update, whole or in part; the linked page's words are not his."""
    link = "https://news.example/a"
    message = await school.discord.post(school.student, school.room, f"look: {link}")
    embed = {"type": "article", "url": link, "title": "you loser", "description": "words"}
    await school.discord.unfurl(school.room, message, embed, partial=partial)
    await school.discord.post(school.student, school.room, "next")
    await school.heard(2)

    assert [m.text for m in school.inbox.messages] == [f"look: {link}", "next"]


async def test_the_preview_of_an_edited_message_is_no_second_edit(school: School) -> None:
    message = await school.discord.post(school.student, school.room, "hello")
    await school.discord.edit(school.room, message, "see https://x.example")
    await school.discord.unfurl(school.room, message, {"type": "link", "url": "https://x.example"})
    await school.discord.post(school.student, school.room, "next")
    await school.heard(3)

    assert [m.text for m in school.inbox.messages] == ["hello", "see https://x.example", "next"]


async def test_deletions_come_by_their_ids_alone(school: School) -> None:
    """One by one, and many at once."""
    ids = [await school.discord.post(school.student, school.room, "x") for _ in range(3)]
    await school.discord.delete(school.room, ids[0])
    await school.discord.bulk_delete(school.room, ids[1:])
    await school.discord.until(lambda: len(school.inbox.deletions) == 3)

    assert [key.message for key, _ in school.inbox.deletions] == ids
    assert {key.workspace for key, _ in school.inbox.deletions} == {school.guild}


async def test_a_forward_is_read(school: School) -> None:
    """Its words stand in the snapshot, not in the content."""
    file = {"filename": "plan.pdf", "id": "1", "size": 1, "url": "https://x.example"}
    embed = {"type": "rich", "title": "a title", "fields": [{"name": "n", "value": "v"}]}
    await school.discord.forward(
        school.student, school.room, "words of another", attachments=[file], embeds=[embed]
    )
    await school.heard()

    assert school.inbox.messages[0].text.split("\n") == [
        "words of another",
        "a title",
        "n",
        "v",
        "plan.pdf",
    ]


async def test_polls_stickers_and_components_are_read(school: School) -> None:
    await school.discord.poll(school.student, school.room, "who is worst?", ["Leo", "Maya"])
    shown = [{"type": 17, "components": [{"type": 10, "content": "text **display**"}]}]
    await school.discord.post(
        school.student,
        school.room,
        sticker_items=[{"id": "1", "name": "rude sticker", "format_type": 1}],
        components=shown,
    )
    await school.heard(2)

    assert school.inbox.messages[0].text == "who is worst?\nLeo\nMaya"
    assert school.inbox.messages[1].text == "text display\nrude sticker"


async def test_a_thread_is_a_channel_that_knows_its_parent(school: School) -> None:
    """So that hiding, replying and catching up find it, and its parent's purpose holds there."""
    thread = await school.discord.open_thread(school.student, school.room, "about the trip")
    await school.discord.post(school.student, thread, "in the thread")
    await school.heard(2)

    named, posted = school.inbox.messages
    assert (named.key.channel, named.text) == (school.room, "about the trip")
    assert (posted.key.channel, posted.thread, posted.parent) == (thread, thread, school.room)


async def test_a_forums_post_is_read_with_its_title(school: School) -> None:
    forum = school.discord.add_forum(school.guild, "homework")
    post = await school.discord.open_post(school.student, forum, "the title", "the question")
    await school.discord.post(school.teacher, post, "an answer")
    await school.heard(2)

    first, second = school.inbox.messages
    assert (first.text, first.key.channel, first.key.message) == (
        "the title\nthe question",
        post,
        post,
    )
    assert (second.text, second.parent) == ("an answer", forum)


async def test_a_thread_that_was_archived_is_asked_about_once(school: School) -> None:
    """It is in no cache, as archived threads are not synced; its parent is looked up."""
    world = school.discord.world
    old = world.add_channel(school.guild, "old", 11, parent=school.room, owner=school.student)
    for text in ("one", "two"):
        await school.discord.post(school.student, old.id, text)
    await school.heard(2)

    asked = [route for route, _ in school.discord.calls if route == "GET /channels/{channel}"]
    assert [m.parent for m in school.inbox.messages] == [school.room, school.room]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "text/plain; charset=utf-8"), ("b.md", ""), ("c.CSV", "x/y")]
)
async def test_a_small_text_file_is_recorded_first_and_then_read(
    school: School, name: str, kind: str
) -> None:
    """The message is not kept waiting for its file."""
    file = school.discord.file(name, "words in the file", kind)
    await school.discord.post(school.student, school.room, "see file", files=[file])
    await school.heard(2)

    first, second = school.inbox.messages
    assert first.text == f"see file\n{name}"
    assert second.text == f"see file\n{name}\nwords in the file"
    assert (first.edited, second.edited) == (False, True)


async def test_an_edit_says_that_a_file_of_it_could_not_be_read(school: School) -> None:
    """What stands in the file is then not taken for mended."""
    file = school.discord.file("a.txt", "words in the file")
    message = await school.discord.post(school.student, school.room, "see file", files=[file])
    await school.heard(2)
    school.discord.fail("files", status=503)
    await school.discord.edit(school.room, message, "see it")
    await school.heard(3)

    assert school.inbox.messages[-1].text == "see it\na.txt"
    assert [m.unread for m in school.inbox.messages] == [False, False, True]


async def test_an_answer_is_handed_over_once_with_the_words_of_its_files(school: School) -> None:
    """An answer stands as it came first: its file would come too late."""
    file = school.discord.file("a.txt", "words in the file")
    await school.discord.dm(school.student, "my answer", files=[file])
    await school.discord.dm(school.student, "next")
    await school.heard(2)

    assert [m.text for m in school.inbox.messages] == [
        "my answer\na.txt\nwords in the file",
        "next",
    ]


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [(b"x" * 70_000, "text/plain", "big.txt"), (b"%PDF", "application/pdf", "a.pdf")],
)
async def test_other_files_are_known_by_name(
    school: School, content: bytes, kind: str, name: str
) -> None:
    file = school.discord.file(name, content, kind)
    await school.discord.post(school.student, school.room, files=[file])
    await school.discord.post(school.student, school.room, "next")
    await school.heard(2)

    assert [m.text for m in school.inbox.messages] == [name, "next"]


async def test_a_file_elsewhere_is_not_fetched(school: School) -> None:
    """Only Discord's own hosts are asked, whatever an event names."""
    file = school.discord.file("a.txt", "words")
    file.url = "http://127.0.0.1:9/attachments/1/a.txt"
    await school.discord.post(school.student, school.room, files=[file])
    await school.discord.post(school.student, school.room, "next")
    await school.heard(2)

    assert [m.text for m in school.inbox.messages] == ["a.txt", "next"]


async def test_what_no_person_wrote_is_passed_over(school: School) -> None:
    """Bots, ourselves, webhooks, and Discord's own lines."""
    discord = school.discord
    other = discord.add_bot("helper", school.guild)
    await discord.post(other, school.room, "from a bot")
    await discord.post(discord.world.bot, school.room, "from ourselves")
    await discord.post(school.student, school.room, "from a webhook", webhook_id="77")
    await discord.post(school.student, school.room, "", type=7)
    await discord.post(school.student, school.room, "from a person")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["from a person"]


async def test_channels_that_the_bot_cannot_see_stay_unseen(school: School) -> None:
    """The double tells it nothing of them, as Discord would not."""
    closed = school.discord.add_channel(school.guild, "closed", TEXT)
    school.discord.deny(closed, VIEW)
    await school.discord.post(school.student, closed, "secret")
    private = school.discord.world.add_channel(
        school.guild, "private", PRIVATE_THREAD, parent=school.room, owner=school.student
    )
    await school.discord.post(school.student, private.id, "secret")
    await school.discord.post(school.student, school.room, "open")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["open"]


async def test_the_messages_of_a_channel_keep_their_order(school: School) -> None:
    """Also where one of them needs a look-up before it can be handed over."""
    file = school.discord.file("a.txt", "words")
    texts = []
    for number in range(20):
        files = [file] if number % 3 == 0 else []
        await school.discord.post(school.student, school.room, f"{number}", files=files)
        texts += [f"{number}"]
    await school.discord.until(
        lambda: len({m.key.message for m in school.inbox.messages}) == len(texts)
    )

    firsts = [m.text.split("\n")[0] for m in school.inbox.messages if not m.edited]
    assert firsts == texts


# --- private messages to the bot -----------------------------------------------------------------


async def test_a_private_message_is_an_answer(school: School) -> None:
    """It belongs to the first listed server that the person is in, if nothing tells more."""
    await school.discord.dm(school.teacher, "it was a quotation")
    await school.heard()

    (message,) = school.inbox.messages
    assert message.direct
    assert message.key.workspace == school.guild
    assert message.author_groups == {school.staff}
    assert message.permalink.startswith("https://discord.com/channels/@me/")


async def test_roles_that_discord_does_not_tell_are_not_taken_for_none(school: School) -> None:
    """Else a teacher would be judged as whoever has no role."""
    school.discord.fail("GET /guilds/{guild}/members/{user}", status=503, times=9)
    await school.discord.dm(school.teacher, "it was a quotation")
    await school.heard()

    assert school.inbox.messages[0].author_groups is None


async def test_an_answer_finds_its_server_among_several() -> None:
    """That of the note it replies to, else of the newest letter, after a restart too."""
    async with DiscordDouble() as discord:
        discord.gateway.identify_every_s = 0.0
        first, second = discord.add_guild("first"), discord.add_guild("second")
        user, other = discord.add_user("sam", first, second), discord.add_user("leo", second)
        inbox = CountingInbox()
        adapter = adapter_of(discord, inbox, guilds=[first, second])
        await adapter.start()
        await discord.dm(other, "nobody wrote to me")
        await discord.dm(user, "nor to me")
        await discord.until(lambda: len(inbox.messages) == 2)
        for guild in (first, second):
            await adapter.send_notice(Person("discord", guild, user), NOTICE, key=f"n-{guild}")
        await discord.dm(user, "to the newest")
        await discord.until(lambda: len(inbox.messages) == 3)
        await adapter.close()
        await adapter.start()
        await discord.dm(user, "after a restart")
        await discord.until(lambda: len(inbox.messages) == 4)
        letter = discord.dms(user)[0]["id"]
        await discord.dm(user, "to the older one", reply_to=letter)
        await discord.until(lambda: len(inbox.messages) == 5)
        await adapter.close()

    told = {message.text: message.key.workspace for message in inbox.messages}
    assert told == {
        "nobody wrote to me": second,
        "nor to me": first,
        "to the newest": second,
        "after a restart": second,
        "to the older one": first,
    }


async def test_changing_or_deleting_an_answer_changes_nothing(school: School) -> None:
    """What was said stands as it was said."""
    direct = school.discord.world.direct(school.student).id
    message = await school.discord.dm(school.student, "it was a quotation")
    await school.discord.edit(direct, message, "something else")
    await school.discord.delete(direct, message)
    await school.discord.post(school.student, school.room, "next")
    await school.heard(2)

    assert {m.text for m in school.inbox.messages} == {"it was a quotation", "next"}
    assert school.inbox.deletions == []


# --- what Discord does not document ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("MESSAGE_CREATE", {"guild_id": "G"}),
        ("MESSAGE_CREATE", {"id": "x", "channel_id": "1", "author": {"id": "1"}}),
        ("MESSAGE_CREATE", {"id": "9" * 30, "channel_id": "1", "author": {"id": "1"}}),
        ("MESSAGE_CREATE", {"id": "1", "channel_id": "1", "author": []}),
        ("MESSAGE_CREATE", []),
        ("MESSAGE_CREATE", None),
        ("MESSAGE_DELETE", {}),
        ("MESSAGE_DELETE_BULK", {"ids": [1, None], "channel_id": "1"}),
        ("INTERACTION_CREATE", {"type": 3}),
        ("GUILD_ROLE_CREATE", {"guild_id": "1"}),
        ("THREAD_CREATE", {"guild_id": "1", "id": None}),
        ("CHANNEL_CREATE", {}),
    ],
)
async def test_odd_events_are_counted_and_stop_nothing(
    school: School, event: str, data: object
) -> None:
    """discord.py's own readers would end the connection."""
    guild = school.guild
    told = {**data, "guild_id": guild} if isinstance(data, dict) and data.get("guild_id") else data
    school.discord.gateway.dispatch(event, told)
    await school.discord.post(school.student, school.room, "still here")
    await school.heard()

    assert [odd[:2] for odd in school.inbox.odd] == [("discord", event)]
    assert len(school.discord.gateway.identified) == 1
