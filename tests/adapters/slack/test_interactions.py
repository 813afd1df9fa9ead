"""Buttons, forms, the report shortcut and the command reach the inbox, and people are answered."""

from __future__ import annotations

from typing import Any

import pytest

from bot.ports import Action, Person, Place, Reply, mention
from rules.types import MessageKey
from tests.adapters.slack.conftest import School, connecting
from tests.adapters.slack.samples import FLAG, PAGE, a_card
from tests.doubles.slack import SlackDouble
from tests.doubles.slack.blockkit import shown_text
from tests.doubles.slack.web_api import View


async def card_on(school: School) -> dict[str, Any]:
    place = Place("slack", school.slack.team, school.desk)
    await school.adapter.post_card(place, a_card(), key="card-1")
    return school.slack.messages(school.desk)[-1]


def title_of(view: View | None) -> str:
    assert view is not None
    return str(view.body["title"]["text"])


async def test_a_press_arrives_with_who_pressed_and_their_groups(school: School) -> None:
    """The answer is shown to them alone."""
    school.inbox.reply = Reply("Confirmed. The author is being told.")
    await school.slack.press(await card_on(school), "hm:confirm", school.moderator)
    await school.slack.until(lambda: school.slack.whispers(school.moderator))

    [press] = school.inbox.presses
    assert press.person == Person("slack", school.slack.team, school.moderator)
    assert (press.action, press.flag_id, press.reason) == (Action.CONFIRM, FLAG, "")
    assert {"moderators", "staff"} <= press.groups
    [whisper] = school.slack.whispers(school.moderator)
    assert whisper.text == "Confirmed. The author is being told."
    assert whisper.channel == school.desk


async def test_two_presses_are_two_events(school: School) -> None:
    card = await card_on(school)
    for _ in range(2):
        await school.slack.press(card, "hm:escalate", school.moderator)

    first, second = school.inbox.presses
    assert first.event_id != second.event_id


async def test_a_dismissal_asks_for_its_reason_first(school: School) -> None:
    """Asked, form, pressed: the form is named like the button."""
    card = await card_on(school)
    outcome = await school.slack.press(
        card, "hm:dismiss", school.moderator, modal={"reason": "  it was a quotation  "}
    )
    await school.slack.until(lambda: school.slack.whispers(school.moderator))

    assert outcome.errors == {}
    [asked], [pressed] = school.inbox.asks, school.inbox.presses
    assert (asked.action, asked.flag_id) == (Action.DISMISS, FLAG)
    assert (pressed.action, pressed.flag_id) == (Action.DISMISS, FLAG)
    assert pressed.reason == "it was a quotation"
    assert "moderators" in pressed.groups
    assert asked.event_id != pressed.event_id
    assert school.slack.acked_before_commit == []


async def test_the_form_is_named_like_its_button(school: School) -> None:
    outcome = await school.slack.press(await card_on(school), "hm:dismiss", school.moderator)

    assert title_of(outcome.view) == "Dismiss"


async def test_who_may_not_press_is_told_so_and_sees_no_form(school: School) -> None:
    school.inbox.may_press = Reply("Only moderators may decide.", accepted=False)
    outcome = await school.slack.press(await card_on(school), "hm:dismiss", school.student)
    await school.slack.until(lambda: school.slack.whispers(school.student))

    assert outcome.view is None
    assert school.inbox.presses == []
    assert school.slack.whispers(school.student)[0].text == "Only moderators may decide."


async def test_a_refusal_after_the_form_keeps_what_was_written(school: School) -> None:
    """Somebody else decided meanwhile: the form says so and stays."""
    school.inbox.reply = Reply("Decided already.", accepted=False)
    card = await card_on(school)
    outcome = await school.slack.press(card, "hm:dismiss", school.moderator, modal={"reason": "x"})

    assert outcome.errors == {"reason": "Decided already."}


async def test_a_refusal_in_the_form_names_people_as_slack_can_show_it(school: School) -> None:
    """A form's errors are no message: nothing is marked up there."""
    other = mention(Person("slack", school.slack.team, school.teacher))
    school.inbox.reply = Reply(f"Dismissed already, by {other}.", accepted=False)
    card = await card_on(school)
    outcome = await school.slack.press(card, "hm:dismiss", school.moderator, modal={"reason": "x"})

    assert outcome.errors == {"reason": f"Dismissed already, by @{school.teacher}."}


async def test_blanks_are_no_reason(school: School) -> None:
    """Slack itself only refuses an empty field."""
    card = await card_on(school)
    outcome = await school.slack.press(card, "hm:dismiss", school.moderator, modal={"reason": " "})

    assert outcome.errors == {"reason": "Please write a reason."}
    assert school.inbox.presses == []


async def test_a_form_that_slack_does_not_open_is_explained(school: School) -> None:
    """A trigger lives three seconds."""
    card = await card_on(school)
    school.slack.let_next_trigger_expire()
    outcome = await school.slack.press(card, "hm:dismiss", school.moderator)
    await school.slack.until(lambda: school.slack.whispers(school.moderator))

    assert outcome.view is None
    assert "press the button again" in school.slack.whispers(school.moderator)[0].text


async def test_a_page_is_acknowledged_where_it_was_sent(school: School) -> None:
    """In the administrator's own conversation with the bot."""
    to = Person("slack", school.slack.team, school.teacher)
    await school.adapter.page(to, PAGE, key="page-1")
    [page] = school.slack.dms(school.teacher)
    await school.slack.press(page, "hm:acknowledge", school.teacher)

    assert [press.action for press in school.inbox.presses] == [Action.ACKNOWLEDGE]


async def test_an_answer_finds_another_way_where_its_address_is_used_up(school: School) -> None:
    """Slack takes five answers at one address."""
    school.inbox.reply = Reply("noted")
    card = await card_on(school)
    school.slack.use_up_response_urls = True
    await school.slack.press(card, "hm:confirm", school.moderator)
    await school.slack.until(lambda: school.slack.whispers(school.moderator))

    assert ("chat.postEphemeral", school.desk) in [
        (method, args.get("channel")) for method, args in school.slack.calls
    ]


async def test_buttons_that_are_not_ours_are_let_be(school: School) -> None:
    """An action of another name, and one of ours that this version does not know."""
    other = {"type": "button", "action_id": "vote", "value": "1"}
    ours = {"type": "button", "action_id": "hm:banish", "value": FLAG}
    blocks = [{"type": "actions", "block_id": "x", "elements": [other, ours]}]
    message = {"channel": school.desk, "ts": "1.000001", "blocks": blocks}
    await school.slack.press(message, "vote", school.moderator)
    await school.slack.press(message, "hm:banish", school.moderator)

    assert school.inbox.presses == []
    assert school.inbox.odd == [("slack", "block_actions", "action_id is none of ours")]


# --- reports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "this hurts her"])
async def test_a_report_brings_the_message_its_author_and_the_reason(
    school: School, reason: str
) -> None:
    """The reporter need not say why."""
    ts = await school.slack.post(school.student, school.room, "you are a loser")
    outcome = await school.slack.report(school.teacher, school.room, ts, reason)
    await school.slack.until(lambda: school.slack.whispers(school.teacher))

    assert outcome.errors == {}
    [report] = school.inbox.reports
    assert report.reporter == Person("slack", school.slack.team, school.teacher)
    assert report.reason == reason
    assert report.message.key == MessageKey("slack", school.slack.team, school.room, ts)
    assert report.message.author_id == school.student
    assert report.message.text == "you are a loser"
    assert report.message.author_domain == "students.example.org"
    assert school.slack.acked_before_commit == []


async def test_the_report_form_speaks_the_reporters_language(school: School) -> None:
    """Sam's Slack is set to Spanish."""
    ts = await school.slack.post(school.teacher, school.room, "hello")
    outcome = await school.slack.shortcut(school.student, school.room, ts, "report_message")

    assert title_of(outcome.view) == "Denunciar un mensaje"


async def test_a_long_message_is_reported_whole(school: School) -> None:
    """Though a form carries 3,000 characters."""
    text = 'loser \\"quoted" \u00f1 ' * 800
    ts = await school.slack.post(school.student, school.room, text)
    await school.slack.report(school.teacher, school.room, ts)

    assert school.inbox.reports[0].message.text == text


async def test_after_a_restart_a_form_still_carries_its_message() -> None:
    """Its beginning, where it was longer than a form takes."""
    async with SlackDouble() as slack:
        async with connecting(slack) as school:
            ts = await slack.post(school.student, school.room, "loser! " * 1_000)
            opened = await slack.shortcut(school.teacher, school.room, ts, "report_message")
        async with connecting(slack) as again:
            assert opened.view is not None
            await slack.submit(opened.view, {"reason": "look"})

            [report] = again.inbox.reports
            assert report.message.key.message == ts
            assert report.message.author_id == school.student
            assert report.message.text.startswith("loser! " * 100)


async def test_a_bots_message_cannot_be_reported(school: School) -> None:
    """There is nobody to be told."""
    message = {"type": "message", "subtype": "bot_message", "bot_id": "B1", "ts": "1.000001"}
    school.slack.workspace.channels[school.room].messages["1.000001"] = {**message, "text": "x"}
    outcome = await school.slack.shortcut(school.student, school.room, "1.000001", "report_message")
    await school.slack.until(lambda: school.slack.whispers(school.student))

    assert outcome.view is None
    assert "no lo escribió una persona" in school.slack.whispers(school.student)[0].text


async def test_a_bot_of_todays_kind_cannot_be_reported_either(school: School) -> None:
    """It has a user of its own, as Hall Monitor has, whose letters and cards are the nearest."""
    other_bot = school.slack.add_user("quizbot", bot=True)
    ts = await school.slack.post(other_bot, school.room, "quiz time", bot_id="B0QUIZ")
    card = await card_on(school)
    for reporter, channel, one in (
        (school.teacher, school.room, ts),
        (school.moderator, school.desk, card["ts"]),
    ):
        outcome = await school.slack.shortcut(reporter, channel, one, "report_message")
        await school.slack.until(lambda who=reporter: school.slack.whispers(who))

        assert outcome.view is None
        assert "was not written by a person" in school.slack.whispers(reporter)[0].text


async def test_what_a_person_wrote_through_an_app_can_be_reported(school: School) -> None:
    ts = await school.slack.post(school.student, school.room, "you loser", bot_id="B0PERSONAL")
    await school.slack.report(school.teacher, school.room, ts)

    [report] = school.inbox.reports
    assert report.message.author_id == school.student


# --- the command ----------------------------------------------------------------------------------


async def test_a_command_is_answered_at_once(school: School) -> None:
    """The acknowledgement is the answer; it mentions nobody."""
    school.inbox.reply = Reply("Your record: <!channel> & more")
    answer = await school.slack.command(school.student, "my record", school.room)

    [command] = school.inbox.commands
    assert command.person == Person("slack", school.slack.team, school.student)
    assert command.words == "my record"
    assert command.lang == "es"
    assert answer == "Your record: &lt;!channel&gt; &amp; more"
    assert school.slack.acked_before_commit == []


async def test_two_moderators_see_the_same_card_change(school: School) -> None:
    """The second presses a button that the card no longer has: Slack sends it all the same."""
    stale = await card_on(school)
    receipt_place = Place("slack", school.slack.team, school.desk)
    receipt = await school.adapter.post_card(receipt_place, a_card(), key="card-2")
    await school.adapter.update_card(receipt, a_card(revision=1, tone="dismissed"))
    await school.slack.press(stale, "hm:confirm", school.moderator)

    assert "revision 1" in shown_text(school.slack.messages(school.desk)[-1])
    assert len(school.inbox.presses) == 1
