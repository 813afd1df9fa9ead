"""Gaps lose nothing: what no session replays is read from the history."""

from __future__ import annotations

from bot.ports import Person
from tests.adapters.discord.conftest import School
from tests.adapters.discord.samples import NOTICE
from tests.doubles.discord.world import HISTORY


async def test_what_no_session_replays_is_read_from_the_history(school: School) -> None:
    """Every channel since its cursor; new channels and threads since the newest cursor of all."""
    discord = school.discord
    await discord.post(school.student, school.room, "before")
    await school.heard()
    await discord.drop_gateway()
    discord.forget_sessions()
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
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
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
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    await school.discord.dm(school.student, "missed")
    await school.discord.dm(school.teacher, "missed too")
    await school.heard(3)

    assert {m.text for m in school.inbox.messages} == {"before", "missed", "missed too"}
    assert all(m.direct for m in school.inbox.messages)


async def test_a_new_server_is_not_read_back(school: School) -> None:
    """Nothing was ever recorded there: what stands in it was written before the bot came."""
    await school.adapter.close()
    for n in range(3):
        await school.discord.post(school.student, school.room, f"old {n}")
    await school.adapter.start()
    await school.discord.post(school.student, school.room, "new")
    await school.heard()

    assert [m.text for m in school.inbox.messages] == ["new"]


async def test_a_channel_without_history_is_passed_over(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    school.discord.deny(school.room, HISTORY)
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    await school.discord.post(school.student, school.room, "unseen")
    await school.discord.connected()
    await school.discord.post(school.student, school.room, "seen")
    await school.discord.until(lambda: any(m.text == "seen" for m in school.inbox.messages))


async def test_a_history_that_fails_is_tried_again(school: School) -> None:
    await school.discord.post(school.student, school.room, "before")
    await school.heard()
    await school.discord.drop_gateway()
    school.discord.forget_sessions()
    school.discord.fail("GET /channels/{channel}/messages", status=503, times=2)
    await school.discord.post(school.student, school.room, "missed")
    await school.heard(2)

    assert school.inbox.messages[-1].text == "missed"
