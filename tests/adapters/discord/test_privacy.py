"""People's words reach the inbox and the people they are for, and no log, error or repr."""

from __future__ import annotations

import logging

import pytest

from adapters.discord.events import Posted, read_posted
from adapters.discord.interactions import Asked, Picked, Sent, Typed
from bot.ports import DeliveryError, Person, Place, Reply
from tests.adapters.discord.conftest import School
from tests.adapters.discord.samples import NOTICE, a_card

MARK = "marker-loser-words"


async def test_no_word_of_anybody_is_logged(
    school: School, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through everything that can happen to words, failures too; every logger open."""
    discord, inbox = school.discord, school.inbox
    for name in ("", *(n for n in logging.root.manager.loggerDict if n.startswith("discord"))):
        caplog.set_level(logging.DEBUG, logger=name or None)
    inbox.reply = Reply(f"reply {MARK}")
    files = [discord.file("a.txt", MARK)]
    message = await discord.post(school.student, school.room, MARK, files=files)
    await discord.edit(school.room, message, f"{MARK} again")
    await discord.forward(school.student, school.room, MARK)
    await discord.dm(school.student, MARK)
    await discord.report(school.teacher, school.room, message, MARK)
    await discord.command(school.student, "help", school.room)
    place = Place("discord", school.guild, school.desk)
    await school.adapter.post_card(place, a_card(school.guild), key="c-1")
    card = discord.messages(school.desk)[-1]
    await discord.press(card, "dismiss", school.moderator, modal={"reason": MARK})
    await discord.delete(school.room, message)
    odd = {"guild_id": school.guild, "content": MARK, "id": MARK, "author": MARK}
    discord.gateway.dispatch("MESSAGE_CREATE", odd)
    inbox.refuse(times=2)
    await discord.post(school.student, school.room, MARK)
    await discord.until(lambda: inbox.failures_left == 0)
    await discord.connected()
    discord.fail("POST /channels/{channel}/messages", status=400, code=50035)
    with pytest.raises(DeliveryError) as caught:
        await school.adapter.send_notice(
            Person("discord", school.guild, school.student), NOTICE, key="n-1"
        )

    everything = caplog.text + "".join(capsys.readouterr())
    assert MARK in str([message.text for message in inbox.messages])
    assert "discord-not-recorded" in everything
    assert MARK not in everything
    assert NOTICE.sections[0].text not in everything + str(caught.value)
    assert MARK not in str(inbox.odd)
    assert discord.token not in everything


async def test_a_fault_of_ours_is_logged_by_its_place_alone(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever its text says."""
    said = ""

    async def breaks(message: object) -> None:
        raise RuntimeError(MARK)

    def logged() -> bool:
        nonlocal said
        said += "".join(capsys.readouterr())
        return "discord-listener-failed" in said

    school.inbox.message = breaks  # type: ignore[method-assign]
    await school.discord.post(school.student, school.room, MARK)
    await school.discord.until(logged)

    assert "RuntimeError" in said
    assert "test_privacy.py:" in said
    assert MARK not in said


def test_no_repr_shows_words() -> None:
    event = {"channel_id": "1", "guild_id": "2", "author": {"id": "3"}, "id": "4", "content": MARK}
    posted = read_posted(event)

    assert isinstance(posted, Posted)
    assert posted.text == MARK
    for shown in (posted, Picked(posted), Sent("f", (), MARK), Typed(MARK)):
        assert MARK not in repr(shown)
    assert MARK not in repr(Asked("1", "2", MARK, "3", "4"))
