"""The acts: what arrives at Discord, what comes back, and what is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.ports import Card, DeliveryError, Person, Place, Receipt
from rules.types import MessageKey
from tests.adapters.discord.conftest import School, connecting
from tests.adapters.discord.samples import FLAG, NOTICE, PAGE, a_card
from tests.doubles.discord import DiscordDouble
from tests.doubles.discord.world import (
    MANAGE_MESSAGES,
    PRIVATE_THREADS,
    SEND,
    SEND_IN_THREADS,
    VIEW,
)

POST = "POST /channels/{channel}/messages"
PATCH = "PATCH /channels/{channel}/messages/{message}"


def student(school: School) -> Person:
    return Person("discord", school.guild, school.student)


def desk(school: School) -> Place:
    return Place("discord", school.guild, school.desk)


async def refusal(act: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await act
    return caught.value


async def test_a_notice_arrives_in_private(school: School) -> None:
    """Its words exactly, escaped; the notification shows the title alone."""
    receipt = await school.adapter.send_notice(student(school), NOTICE, key="n-1")

    (letter,) = school.discord.dms(school.student)
    (embed,) = letter["embeds"]
    assert letter["content"] == NOTICE.title
    assert embed["author"]["name"] == "Riverbend Middle"
    assert embed["footer"]["text"] == NOTICE.footer
    assert embed["fields"][0]["value"] == (
        "“you are such a l\\*ser \\@everyone \\<\\@1\\> https\\://x.example & co”"
    )
    assert receipt.message == letter["id"]
    assert receipt.proven


async def test_the_same_act_twice_is_done_once(school: School) -> None:
    """A crash between the act and its record: the nonce is the delivery's own."""
    first = await school.adapter.send_notice(student(school), NOTICE, key="n-1")
    again = await school.adapter.send_notice(student(school), NOTICE, key="n-1")
    other = await school.adapter.send_notice(student(school), NOTICE, key="n-2")

    assert again.message == first.message != other.message
    assert len(school.discord.dms(school.student)) == 2


async def test_an_answer_that_was_lost_makes_no_second_letter(school: School) -> None:
    """The act is reported as one to be tried again, and is found done then."""
    school.discord.fail(POST, lost=True)
    error = await refusal(school.adapter.send_notice(student(school), NOTICE, key="n-1"))
    await school.adapter.send_notice(student(school), NOTICE, key="n-1")

    assert error.retryable
    assert len(school.discord.dms(school.student)) == 1


@pytest.mark.parametrize("why", ["closed", "left"])
async def test_a_closed_dm_is_an_outcome(school: School, why: str) -> None:
    """50007, and 50278 where bot and person share no server any more."""
    if why == "closed":
        school.discord.refuse_dm(school.student)
    else:
        school.discord.leave(school.guild, school.student)
    error = await refusal(school.adapter.send_notice(student(school), NOTICE, key="n-1"))

    assert (error.reason, error.refused, error.retryable) == ("dms-closed", True, False)


async def test_a_card_is_posted_and_kept_up_to_date(school: School) -> None:
    """Mentions ping nobody; an older face never overwrites a newer one."""
    posted = await school.adapter.post_card(
        desk(school), a_card(school.guild, school.student), key="c-1"
    )
    await school.adapter.update_card(posted, a_card(school.guild, revision=3, tone="done"))
    await school.adapter.update_card(posted, a_card(school.guild, revision=2))

    (card,) = school.discord.messages(school.desk)
    titles = [embed["title"] for embed in card["embeds"]]
    assert titles == ["✅ Bullying, revision 3"]
    assert school.discord.violations == []


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda s: s.discord.deny(s.desk, VIEW), "no-access"),
        (lambda s: s.discord.deny(s.desk, SEND), "no-permission"),
        (lambda s: s.discord.archive(s.desk), "thread-archived"),
        (lambda s: s.discord.world.channels.pop(s.desk), "channel-unknown"),
    ],
)
async def test_a_channel_that_takes_no_card_refuses_it(
    school: School, break_it: Any, reason: str
) -> None:
    posted = await school.adapter.post_card(desk(school), a_card(school.guild), key="c-1")
    break_it(school)
    error = await refusal(school.adapter.post_card(desk(school), a_card(school.guild), key="c-2"))
    face = a_card(school.guild, revision=1)
    late = await refusal(school.adapter.update_card(posted, face))

    assert (error.reason, error.refused) == (late.reason, late.refused) == (reason, True)
    assert not late.gone


async def test_a_card_that_was_deleted_is_refused(school: School) -> None:
    posted = await school.adapter.post_card(desk(school), a_card(school.guild), key="c-1")
    await school.discord.delete(school.desk, posted.message)
    error = await refusal(school.adapter.update_card(posted, a_card(school.guild, revision=1)))

    assert (error.reason, error.refused, error.gone) == ("message-unknown", True, True)


async def test_a_page_calls_one_person(school: School) -> None:
    moderator = Person("discord", school.guild, school.moderator)
    await school.adapter.page(moderator, PAGE, key="p-1")

    (page,) = school.discord.dms(school.moderator)
    assert page["content"] == "Repeat violations"
    assert page["components"][0]["components"][0]["custom_id"] == f"hm:acknowledge:{FLAG}"


# --- the private thread ---------------------------------------------------------------------------


def about(school: School, channel: str = "") -> MessageKey:
    return MessageKey("discord", school.guild, channel or school.room, "1")


async def test_a_private_thread_shows_a_notice_to_one_person(school: School) -> None:
    """Not proven: Discord does not say whether it was read."""
    receipt = await school.adapter.show_notice(student(school), about(school), NOTICE, key="s-1")

    (thread,) = school.discord.private_threads(school.student)
    made = school.discord.world.channels[thread]
    assert (receipt.channel, receipt.proven) == (thread, False)
    assert made.members == {school.student, school.discord.world.bot}
    assert (made.type, made.parent) == (12, school.room)
    assert NOTICE.flag_id in made.name


async def test_shown_again_it_is_the_same_thread(school: School) -> None:
    """After a failure in between, and after a restart."""
    school.discord.fail("PUT /channels/{channel}/thread-members/{user}", status=503)
    error = await refusal(
        school.adapter.show_notice(student(school), about(school), NOTICE, key="s-1")
    )
    await school.discord.until(lambda: _knows_threads(school) == 1)
    await school.adapter.show_notice(student(school), about(school), NOTICE, key="s-1")

    assert error.retryable
    assert len(school.discord.private_threads(school.student)) == 1
    assert len(school.discord.world.channels_of(school.guild, [12])) == 1


def _knows_threads(school: School) -> int:
    connection = school.adapter._connection
    assert connection is not None
    guild = connection.client.get_guild(int(school.guild))
    return len(guild.threads) if guild else 0


async def test_in_a_thread_the_notice_is_shown_beside_it(school: School) -> None:
    """A thread can hold no thread: its channel does."""
    thread = await school.discord.open_thread(school.teacher, school.room, "trip")
    await school.heard()
    await school.adapter.show_notice(student(school), about(school, thread), NOTICE, key="s-1")

    (shown,) = school.discord.private_threads(school.student)
    assert school.discord.world.channels[shown].parent == school.room


@pytest.mark.parametrize(
    "break_it",
    [
        lambda s: s.discord.deny(s.room, PRIVATE_THREADS),
        lambda s: s.discord.deny(s.room, SEND_IN_THREADS),
        lambda s: s.discord.leave(s.guild, s.student),
    ],
    ids=["no threads", "no sending", "left"],
)
async def test_where_no_thread_can_be_had_it_is_refused(school: School, break_it: Any) -> None:
    """And nothing was shown to anybody."""
    break_it(school)
    act = school.adapter.show_notice(student(school), about(school), NOTICE, key="s-1")
    error = await refusal(act)

    assert error.refused
    assert school.discord.private_threads(school.student) == []


async def test_below_a_forum_there_are_no_private_threads(school: School) -> None:
    forum = school.discord.add_forum(school.guild, "homework")
    post = await school.discord.open_post(school.student, forum, "title", "text")
    await school.heard()
    act = school.adapter.show_notice(student(school), about(school, post), NOTICE, key="s-1")

    assert (await refusal(act)).reason == "no-private-thread"


# --- hiding ---------------------------------------------------------------------------------------


async def test_hiding_deletes_and_is_no_deletion_of_the_authors(school: School) -> None:
    """Its event is passed over; another's deletion is told."""
    ours = await school.discord.post(school.student, school.room, "x")
    theirs = await school.discord.post(school.student, school.room, "y")
    key = MessageKey("discord", school.guild, school.room, ours)
    await school.adapter.hide(key)
    again = await school.adapter.hide(key)
    await school.discord.delete(school.room, theirs)
    await school.discord.until(lambda: school.inbox.deletions)

    assert isinstance(again, Receipt)
    assert [key.message for key, _ in school.inbox.deletions] == [theirs]


async def test_hiding_without_the_permission_is_refused(school: School) -> None:
    message = await school.discord.post(school.student, school.room, "x")
    school.discord.deny(school.room, MANAGE_MESSAGES)
    error = await refusal(
        school.adapter.hide(MessageKey("discord", school.guild, school.room, message))
    )

    assert (error.reason, error.refused) == ("no-permission", True)


# --- trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason", "retryable"),
    [
        ({"status": 503}, "http-503", True),
        ({"status": 400, "code": 50035}, "discord-50035", False),
        ({"status": 403, "code": 20028}, "write-limit", True),
        ({"status": 401}, "http-401", False),
        ({"broken": "<html>"}, "connection-failed", True),
        ({"broken": "[]"}, "unreadable-answer", True),
        ({"broken": '{"id": 5}'}, "unreadable-answer", True),
    ],
)
async def test_trouble_is_told_by_codes_alone(
    school: School, fault: dict[str, Any], reason: str, retryable: bool
) -> None:
    school.discord.fail(POST, **fault)
    error = await refusal(school.adapter.post_card(desk(school), a_card(school.guild), key="c-1"))

    assert (error.reason, error.retryable, error.refused) == (reason, retryable, False)


async def test_a_long_wait_is_left_to_the_deliveries(school: School) -> None:
    """A short one is waited for by discord.py itself."""
    school.discord.fail(POST, status=429, retry_after=90.0)
    error = await refusal(school.adapter.post_card(desk(school), a_card(school.guild), key="c-1"))
    school.discord.fail(POST, status=429, retry_after=0.05)
    await school.adapter.post_card(desk(school), a_card(school.guild), key="c-1")

    assert (error.reason, error.retryable) == ("rate-limited", True)
    assert error.retry_after_s == 90.0


async def test_never_more_than_discord_allows(school: School) -> None:
    """discord.py reads the headers and waits before it would be refused."""
    school.discord.limits.special[POST] = (3, 0.3)
    cards = [
        school.adapter.post_card(desk(school), a_card(school.guild), key=f"c-{n}") for n in range(8)
    ]
    await asyncio.gather(*cards)

    assert len(school.discord.messages(school.desk)) == 8
    assert school.discord.limits.refusals == 0


async def test_before_it_is_connected_everything_waits(school: School) -> None:
    await school.adapter.close()
    error = await refusal(school.adapter.send_notice(student(school), NOTICE, key="n-1"))

    assert (error.reason, error.retryable) == ("not-connected", True)


async def test_an_unlisted_server_is_not_acted_in() -> None:
    async with DiscordDouble() as discord, connecting(discord) as school:
        other = discord.add_guild("Other")
        place = Place("discord", other, discord.add_channel(other, "room"))
        card: Card = a_card(other)
        error = await refusal(school.adapter.post_card(place, card, key="c-1"))

        assert (error.reason, error.refused) == ("server-not-listed", False)
