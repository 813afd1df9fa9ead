"""Gaps lose nothing: what no session replays is read from the history."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.ports import Person
from rules.types import Message
from tests.adapters.discord.conftest import School, adapter_of, logged
from tests.adapters.discord.samples import NOTICE
from tests.doubles.discord import CountingInbox
from tests.doubles.discord.world import HISTORY


async def test_what_no_session_replays_is_read_from_the_history(school: School) -> None:
    """Every channel since its cursor; new channels and threads since the newest cursor of all."""
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    missed = [await discord.post(school.student, school.room, f"{n}") for n in range(250)]
    new = discord.add_channel(school.guild, "new")
    await discord.post(school.teacher, new, "in a new channel")
    thread = await discord.open_thread(school.teacher, school.room, "a thread")
    await discord.post(school.teacher, thread, "in a thread")
    await school.heard(254)

    told = [m.key.message for m in school.inbox.messages if m.key.channel == school.room]
    assert told[1 : 1 + len(missed)] == missed
    texts = {m.text for m in school.inbox.messages}
    assert {"in a new channel", "in a thread", "a thread"} <= texts
    assert [m.author_groups for m in school.inbox.messages if m.text == "in a thread"] == [
        {school.staff}
    ]


async def test_nothing_newer_overtakes_what_was_missed(school: School) -> None:
    """The order of a channel holds across a gap: what is heard waits until the gap is closed."""
    await school.adapter.close()
    school.adapter.retry_s = 0.3
    await school.adapter.start()
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    school.discord.fail("GET /channels/{channel}/messages", status=503)
    await school.discord.post(school.student, school.room, "missed")
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "live")
    await school.discord.until(lambda: any(m.text == "live" for m in school.inbox.messages))

    told = list(dict.fromkeys(m.text for m in school.inbox.messages))
    assert told == ["before", "missed", "live"]


async def test_answers_of_late_are_read_from_the_history_too(school: School) -> None:
    """In the private channels of this run: Discord lists them to no bot."""
    await school.discord.dm(school.student, "before")
    await school.adapter.send_notice(
        Person("discord", school.guild, school.teacher), NOTICE, key="n-1"
    )
    await school.heard()
    await school.discord.lose_session()
    await school.discord.dm(school.student, "missed")
    await school.discord.dm(school.teacher, "missed too")
    await school.heard(3)

    assert {m.text for m in school.inbox.messages} == {"before", "missed", "missed too"}
    assert all(m.direct for m in school.inbox.messages)


async def test_a_new_server_is_not_read_back(school: School) -> None:
    """What stands in it when the bot first comes is not for it; what is written from then on is."""
    await school.adapter.close()
    for n in range(3):
        await school.discord.post(school.student, school.room, f"old {n}")
    inbox = CountingInbox()
    adapter = adapter_of(school.discord, inbox)
    await adapter.start()
    await school.discord.until(lambda: inbox.moved)
    await adapter.close()
    await school.discord.post(school.student, school.room, "missed")
    await school.discord.post(school.teacher, school.desk, "missed too")
    await adapter.start()
    await school.discord.post(school.student, school.room, "new")
    await school.discord.until(lambda: len(inbox.messages) == 3)
    await adapter.close()

    assert sorted(m.text for m in inbox.messages) == ["missed", "missed too", "new"]


@pytest.mark.parametrize("first", [False, True])
async def test_an_interrupted_catch_up_begins_again_where_it_began(
    school: School, first: bool
) -> None:
    """What was read of one channel says nothing of another, of which nothing is on record.

    Also where it is the first that these records know of.
    """
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    await school.adapter.close()
    if first:
        del school.inbox.moved[school.guild][""]
    thread = await discord.open_thread(school.teacher, school.room, "a thread")
    await discord.post(school.student, thread, "in the thread")
    await discord.post(school.student, school.room, "later")
    school.inbox.full_at = 3
    await school.adapter.start()
    await school.heard(3)
    await school.adapter.close()
    school.inbox.full_at = 10_000
    await school.adapter.start()
    await school.heard(4)

    texts = [m.text for m in school.inbox.messages]
    assert texts == ["before", "a thread", "later", "in the thread"]


async def test_the_first_message_of_a_channel_is_missed_though_a_newer_one_is_on_record(
    school: School,
) -> None:
    """As a kill leaves it: that of one channel was recorded, that of the other waited."""
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    new = discord.add_channel(school.guild, "new")
    await school.adapter.close()
    await discord.post(school.student, new, "waited")
    newer = await discord.post(school.student, school.room, "recorded")
    school.inbox.moved[school.guild][school.room] = newer
    await school.adapter.start()
    await school.heard(2)

    assert school.inbox.messages[-1].text == "waited"


async def test_a_channel_waits_until_its_history_could_be_read(school: School) -> None:
    """However long that takes; the others do not wait for it."""
    discord = school.discord
    for channel in (school.room, school.desk):
        await discord.post(school.student, channel, "before")
    await school.heard(2)
    await school.discord.lose_session()
    discord.fail("GET /channels/{channel}/messages", status=503, times=10_000)
    await discord.post(school.student, school.room, "missed")
    with capture_logs() as logs:
        await discord.connected()
        await discord.post(school.student, school.room, "live")
        await discord.post(school.student, school.desk, "elsewhere")
        await school.heard(3)
        assert school.inbox.messages[-1].text == "elsewhere"
        await discord.until(lambda: logged(logs, "discord-history-unread"))
    discord.mend()
    await discord.until(lambda: any(m.text == "live" for m in school.inbox.messages))

    told = list(dict.fromkeys(m.text for m in school.inbox.messages))
    assert told == ["before", "elsewhere", "missed", "live"]
    assert len(discord.gateway.live) == 1


@pytest.mark.parametrize("answer", ['"<html>"', "{}", "null"])
async def test_an_answer_that_is_no_history_is_not_taken_for_its_end(
    school: School, answer: str
) -> None:
    """A proxy's, for example."""
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    school.discord.fail("GET /channels/{channel}/messages", broken=answer, times=9)
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)

    assert school.inbox.messages[-1].text == "missed"


async def test_a_server_that_is_described_late_is_caught_up_on_then(school: School) -> None:
    """After an outage of Discord's, for example."""
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.adapter.close()
    await school.discord.post(school.student, school.room, "missed")
    school.discord.gateway.stalls = [school.guild]
    school.adapter.described_s = 0.05
    await school.adapter.start()
    school.discord.join(school.guild)
    await school.discord.post(school.student, school.room, "live")
    await school.heard(3)

    assert [m.text for m in school.inbox.messages][:3] == ["before", "missed", "live"]


async def test_a_fault_of_ours_while_catching_up_costs_one_message(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    taken = school.inbox.message

    async def take(message: Message) -> None:
        if message.text == "breaks":
            raise RuntimeError("a fault")
        await taken(message)

    school.inbox.message = take  # type: ignore[method-assign]
    await school.discord.post(school.student, school.room, "breaks")
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)

    assert school.inbox.messages[-1].text == "missed"


async def test_a_channel_without_history_is_passed_over(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    school.discord.deny(school.room, HISTORY)
    await school.discord.lose_session()
    await school.discord.post(school.student, school.room, "unseen")
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "seen")
    await school.discord.until(lambda: any(m.text == "seen" for m in school.inbox.messages))


async def test_a_history_that_fails_is_tried_again(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.lose_session()
    school.discord.fail("GET /channels/{channel}/messages", status=503, times=2)
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)

    assert school.inbox.messages[-1].text == "missed"
