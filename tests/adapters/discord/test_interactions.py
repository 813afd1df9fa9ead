"""Presses, forms, commands and reports: recorded first, answered once, for one person's eyes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.ports import Action, Person, Place, Press, Reply
from tests.adapters.discord.conftest import School, adapter_of
from tests.adapters.discord.samples import FLAG, PAGE, a_card


async def card_on(school: School) -> dict[str, Any]:
    place = Place("discord", school.guild, school.desk)
    await school.adapter.post_card(place, a_card(school.guild), key="card-1")
    return dict(school.discord.messages(school.desk)[-1])


async def test_a_press_is_recorded_with_who_pressed(school: School) -> None:
    """Their roles come with it; the answer is for them alone."""
    told = await school.discord.press(await card_on(school), "confirm", school.moderator)

    (press,) = school.inbox.presses
    assert press.person == Person("discord", school.guild, school.moderator)
    assert (press.action, press.flag_id, press.reason) == (Action.CONFIRM, FLAG, "")
    assert press.groups == {school.staff}
    assert told.text == "noted"
    assert [w.user for w in school.discord.rest.whispers] == [school.moderator]


async def test_two_presses_are_two_events(school: School) -> None:
    card = await card_on(school)
    for _ in range(2):
        await school.discord.press(card, "confirm", school.moderator)

    assert len({press.event_id for press in school.inbox.presses}) == 2


async def test_a_button_that_asks_opens_a_form_first(school: School) -> None:
    """Asked before it opens; recorded with its reason when it is sent."""
    card = await card_on(school)
    told = await school.discord.press(
        card, "dismiss", school.moderator, modal={"reason": " a quotation "}
    )

    (asked,), (press,) = school.inbox.asks, school.inbox.presses
    assert (asked.action, press.action) == (Action.DISMISS, Action.DISMISS)
    assert press.reason == "a quotation"
    assert told.text == "noted"


async def test_whoever_may_not_press_gets_no_form(school: School) -> None:
    school.inbox.may_press = Reply("Only moderators can do this.", accepted=False)
    told = await school.discord.press(await card_on(school), "dismiss", school.student)

    assert told.form is None
    assert told.text == "Only moderators can do this."


async def test_a_reason_of_blanks_is_none(school: School) -> None:
    """Discord itself lets it pass."""
    card = await card_on(school)
    told = await school.discord.press(card, "dismiss", school.student, modal={"reason": "  \n"})

    assert told.text == "Escriba un motivo, por favor."
    assert school.inbox.presses == []


async def test_buttons_and_forms_work_after_a_restart(school: School) -> None:
    """Nothing about them is kept in the process."""
    card = await card_on(school)
    opened = await school.discord.press(card, "dismiss", school.moderator)
    await school.adapter.close()
    fresh = adapter_of(school.discord, school.inbox, guilds=[school.guild])
    await fresh.start()
    assert opened.form is not None
    await school.discord.submit(
        school.moderator, school.desk, opened.form, {"reason": "a quotation"}
    )
    await school.discord.press(card, "confirm", school.moderator)
    await fresh.close()

    assert [p.action for p in school.inbox.presses] == [Action.DISMISS, Action.CONFIRM]


async def test_a_press_in_private_finds_its_server_and_roles(school: School) -> None:
    """Discord tells neither there: the page says the server, and the roles are looked up."""
    moderator = Person("discord", school.guild, school.moderator)
    await school.adapter.page(moderator, PAGE, key="p-1")
    (page,) = school.discord.dms(school.moderator)
    await school.discord.press(page, "acknowledge", school.moderator)

    (press,) = school.inbox.presses
    assert press.person == moderator
    assert press.groups == {school.staff}


async def test_a_slow_record_is_waited_for(school: School) -> None:
    """4.4: three seconds for the first answer; then it is said that it is being worked on."""
    await school.adapter.close()
    school.adapter.patience_s = 0.05
    await school.adapter.start()
    released = asyncio.Event()

    async def slow(press: Press) -> Reply:
        await released.wait()
        return Reply("noted at last")

    school.inbox.pressed = slow  # type: ignore[method-assign]
    card = await card_on(school)
    pressing = asyncio.create_task(school.discord.press(card, "confirm", school.moderator))
    answered = school.discord.rest.interactions
    await school.discord.until(lambda: any(i.first for i in answered.values()))
    released.set()
    told = await pressing

    assert told.answer == {"type": 5, "data": {"flags": 64}}
    assert told.text == "noted at last"


async def test_a_question_that_takes_too_long_opens_no_form(school: School) -> None:
    """A form cannot be opened later; the person is asked to press again."""
    await school.adapter.close()
    school.adapter.patience_s = 0.05
    await school.adapter.start()
    released = asyncio.Event()

    async def slow(press: Press) -> Reply:
        await released.wait()
        return Reply("", accepted=True)

    school.inbox.asked = slow  # type: ignore[method-assign]
    told = await school.discord.press(await card_on(school), "dismiss", school.moderator)
    released.set()

    assert "Please press the button again" in told.text


@pytest.mark.parametrize("action", ["confirm", "dismiss"])
async def test_what_could_not_be_recorded_is_told(school: School, action: str) -> None:
    """Nobody thinks that it was done."""
    card = await card_on(school)
    school.inbox.refuse()
    told = await school.discord.press(card, action, school.moderator)

    assert "could not be recorded" in told.text
    assert school.inbox.presses == []


async def test_an_answer_that_comes_too_late_is_logged_and_the_record_stands(
    school: School,
) -> None:
    """10062: the three seconds were over before we heard of it."""
    card = await card_on(school)
    school.discord._spent_s = 4.0
    with capture_logs() as logs:
        await school.discord.press(card, "confirm", school.moderator)
        await school.discord.until(lambda: any("not-taken" in log["event"] for log in logs))

    assert len(school.inbox.presses) == 1


@pytest.mark.parametrize("word", ["policy", "flags", "help"])
async def test_the_command_answers(school: School, word: str) -> None:
    """For the asker's eyes only, in their language."""
    assert await school.discord.command(school.student, word, school.room) == "noted"

    (command,) = school.inbox.commands
    assert (command.words, command.lang) == (word, "es")
    assert command.person == Person("discord", school.guild, school.student)


async def test_a_message_is_reported_from_its_menu(school: School) -> None:
    """With its author's roles, thread and words."""
    thread = await school.discord.open_thread(school.teacher, school.room, "trip")
    message = await school.discord.post(school.teacher, thread, "what is reported")
    await school.heard(2)
    told = await school.discord.report(school.student, thread, message, "it mocks me")

    (report,) = school.inbox.reports
    assert report.reporter == Person("discord", school.guild, school.student)
    assert report.reason == "it mocks me"
    assert report.message.text == "what is reported"
    assert report.message.author_groups == {school.staff}
    assert report.message.parent == school.room
    assert told.text == "noted"


async def test_a_report_without_words_is_taken(school: School) -> None:
    message = await school.discord.post(school.teacher, school.room, "x")
    await school.discord.report(school.student, school.room, message)

    assert school.inbox.reports[0].reason == ""


async def test_a_message_that_is_gone_meanwhile_is_reported_as_it_was_seen(school: School) -> None:
    message = await school.discord.post(school.teacher, school.room, "what is reported")
    opened = await school.discord.pick(school.student, school.room, message)
    await school.discord.delete(school.room, message)
    assert opened.form is not None
    await school.discord.submit(school.student, school.room, opened.form, {})

    assert school.inbox.reports[0].message.text == "what is reported"


@pytest.mark.parametrize(("gone", "reports"), [(False, 1), (True, 0)])
async def test_a_report_across_a_restart(school: School, gone: bool, reports: int) -> None:
    """The message is fetched again; if it is gone, the reporter is told."""
    message = await school.discord.post(school.teacher, school.room, "what is reported")
    opened = await school.discord.pick(school.student, school.room, message)
    await school.adapter.close()
    await school.adapter.start()
    if gone:
        await school.discord.delete(school.room, message)
    assert opened.form is not None
    told = await school.discord.submit(school.student, school.room, opened.form, {})

    assert len(school.inbox.reports) == reports
    assert told.text == "noted" or "no se puede denunciar" in told.text


async def test_what_a_bot_wrote_cannot_be_reported(school: School) -> None:
    card = await card_on(school)
    told = await school.discord.pick(school.teacher, school.desk, card["id"])

    assert told.form is None
    assert "not written by a person" in told.text


async def test_presses_that_are_not_ours_are_left_alone(school: School) -> None:
    """Another program's button, another server's press."""
    card = await card_on(school)
    for custom_id in ("other:confirm:1", "hm:unknown:1", "hm:confirm", "hm:confirm:1:2"):
        button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
        foreign = {**card, "components": [{"type": 1, "components": [button]}]}
        action = custom_id.split(":")[1]
        await school.discord.press(foreign, action, school.moderator, wait=False)
    await school.discord.press(card, "confirm", school.moderator)

    assert [press.flag_id for press in school.inbox.presses] == [FLAG]
