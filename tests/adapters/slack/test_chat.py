"""What the application does on Slack: sent, shown, updated, or refused with a reason it can use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from adapters.shapes.slack import ts_to_datetime
from bot.ports import DeliveryError, Person, Place, Receipt
from rules.types import MessageKey
from tests.adapters.slack.conftest import School, connecting
from tests.adapters.slack.samples import NOTICE, PAGE, a_card
from tests.doubles.slack import SlackDouble
from tests.doubles.slack.blockkit import buttons, shown_text


@pytest.fixture
async def school() -> AsyncIterator[School]:
    """Acts are the same in both modes: one is enough."""
    async with SlackDouble() as slack, connecting(slack) as connected:
        yield connected


def person(school: School, user: str) -> Person:
    return Person("slack", school.slack.team, user)


def desk(school: School, thread: str = "") -> Place:
    return Place("slack", school.slack.team, school.desk, thread)


def key(school: School, ts: str) -> MessageKey:
    return MessageKey("slack", school.slack.team, school.room, ts)


async def failure(act: Awaitable[object]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await act
    return caught.value


async def test_a_notice_arrives_privately_with_a_receipt(school: School) -> None:
    """Title, sections and small print; the receipt is Slack's own place and time."""
    receipt = await school.adapter.send_notice(person(school, school.student), NOTICE, key="n-1")

    [letter] = school.slack.dms(school.student)
    shown = shown_text(letter)
    for words in (NOTICE.title, NOTICE.sections[0].heading, NOTICE.sections[1].text, NOTICE.footer):
        assert words in shown
    assert (receipt.channel, receipt.message) == (letter["channel"], letter["ts"])
    assert receipt.at == ts_to_datetime(letter["ts"])
    assert receipt.proven


async def test_what_was_seen_never_stands_in_a_notification(school: School) -> None:
    """A phone shows `text` on its locked screen: the title alone."""
    await school.adapter.send_notice(person(school, school.student), NOTICE, key="n-1")

    assert school.slack.dms(school.student)[0]["text"] == NOTICE.title


async def test_peoples_words_stand_there_exactly_and_mention_nobody(school: School) -> None:
    """Neither formatted nor parsed, in a new message and in an updated one; no link unfolds."""
    await school.adapter.send_notice(person(school, school.student), NOTICE, key="n-1")
    receipt = await school.adapter.post_card(desk(school), a_card(), key="c-1")
    await school.adapter.update_card(receipt, a_card(revision=1))

    assert NOTICE.sections[0].text in shown_text(school.slack.dms(school.student)[0])
    assert "“you are such a l*ser”" in shown_text(school.slack.messages(school.desk)[0])
    assert school.slack.mass_mentions == []
    posts = [args for method, args in school.slack.calls if method == "chat.postMessage"]
    assert {(args["unfurl_links"], args["unfurl_media"]) for args in posts} == {(False, False)}


async def test_a_dm_is_opened_once(school: School) -> None:
    for number in range(2):
        await school.adapter.send_notice(person(school, school.student), NOTICE, key=f"n-{number}")

    assert [method for method, _ in school.slack.calls].count("conversations.open") == 1
    assert len(school.slack.dms(school.student)) == 2


async def test_a_notice_can_be_shown_where_the_message_stands(school: School) -> None:
    """To its author alone, and without proof that they saw it."""
    ts = await school.slack.post(school.student, school.room, "loser")
    receipt = await school.adapter.show_notice(
        person(school, school.student), key(school, ts), NOTICE, key="s-1"
    )

    [whisper] = school.slack.whispers(school.student)
    assert whisper.channel == school.room
    assert NOTICE.title in shown_text({"blocks": whisper.blocks})
    assert (receipt.channel, receipt.message, receipt.proven) == (school.room, whisper.ts, False)
    assert len(school.slack.messages(school.room)) == 1


async def test_a_card_is_posted_with_its_buttons(school: School) -> None:
    """And mentions the person it is about by Slack's own means."""
    receipt = await school.adapter.post_card(desk(school), a_card(author=school.student), key="c-1")

    [card] = school.slack.messages(school.desk)
    offered = [(b["action_id"], b["value"], b.get("style")) for b in buttons(card["blocks"])]
    assert offered == [
        ("hm:confirm", "flag-1", "primary"),
        ("hm:dismiss", "flag-1", None),
        ("hm:escalate", "flag-1", "danger"),
    ]
    assert f"<@{school.student}> (student)" in shown_text(card)
    assert receipt.message == card["ts"]


async def test_a_card_may_stand_in_a_thread(school: School) -> None:
    first = await school.adapter.post_card(desk(school), a_card(), key="c-1")
    await school.adapter.post_card(desk(school, first.message), a_card(), key="c-2")

    assert school.slack.messages(school.desk)[1]["thread_ts"] == first.message


async def test_a_card_changes_in_place(school: School) -> None:
    receipt = await school.adapter.post_card(desk(school), a_card(), key="c-1")
    again = await school.adapter.update_card(receipt, a_card(revision=1, tone="done"))

    [card] = school.slack.messages(school.desk)
    assert "✅ Bullying, revision 1" in shown_text(card)
    assert (again.channel, again.message) == (receipt.channel, receipt.message)


async def test_a_late_update_never_hides_a_newer_one(school: School) -> None:
    receipt = await school.adapter.post_card(desk(school), a_card(), key="c-1")
    await school.adapter.update_card(receipt, a_card(revision=2))
    await school.adapter.update_card(receipt, a_card(revision=1))

    assert "revision 2" in shown_text(school.slack.messages(school.desk)[0])


async def test_an_update_that_failed_can_be_done_again(school: School) -> None:
    receipt = await school.adapter.post_card(desk(school), a_card(), key="c-1")
    school.slack.fail("chat.update", error="internal_error")
    await failure(school.adapter.update_card(receipt, a_card(revision=1)))
    await school.adapter.update_card(receipt, a_card(revision=1))

    assert "revision 1" in shown_text(school.slack.messages(school.desk)[0])


async def test_a_page_reaches_one_person(school: School) -> None:
    await school.adapter.page(person(school, school.teacher), PAGE, key="p-1")

    [page] = school.slack.dms(school.teacher)
    assert [button["action_id"] for button in buttons(page["blocks"])] == ["hm:acknowledge"]


async def test_nothing_can_be_hidden(school: School) -> None:
    """A bot deletes only its own messages."""
    ts = await school.slack.post(school.student, school.room, "loser")
    error = await failure(school.adapter.hide(key(school, ts)))

    assert (error.reason, error.refused, error.retryable) == ("slack-bots-cannot-hide", True, False)
    assert len(school.slack.messages(school.room)) == 1


# --- refusals -------------------------------------------------------------------------------------


def send(school: School) -> Awaitable[Receipt]:
    return school.adapter.send_notice(person(school, school.student), NOTICE, key="n-1")


def show(school: School) -> Awaitable[Receipt]:
    about = key(school, "1.000001")
    return school.adapter.show_notice(person(school, school.student), about, NOTICE, key="s-1")


def post(school: School) -> Awaitable[Receipt]:
    return school.adapter.post_card(desk(school), a_card(), key="c-1")


def update_gone(school: School) -> Awaitable[Receipt]:
    place = Receipt(school.desk, "1.000001", ts_to_datetime("1.000001"))
    return school.adapter.update_card(place, a_card())


def elsewhere(school: School) -> Awaitable[Receipt]:
    return school.adapter.post_card(Place("slack", "T9", "C9"), a_card(), key="c-1")


Trouble = Callable[[School], Any]


def user(school: School) -> Any:
    return school.slack.workspace.users[school.student]


REFUSALS: list[tuple[str, Trouble, Callable[[School], Awaitable[Receipt]]]] = [
    ("cannot_dm_bot", lambda s: s.slack.refuse_dm(s.student), send),
    ("user_not_visible", lambda s: s.slack.refuse_dm(s.student, "user_not_visible"), send),
    (
        "messages_tab_disabled",
        lambda s: s.slack.refuse_dm(s.student, "messages_tab_disabled"),
        send,
    ),
    ("user_disabled", lambda s: setattr(user(s), "deleted", True), send),
    ("user_not_found", lambda s: s.slack.workspace.users.pop(s.student), send),
    ("is_archived", lambda s: s.slack.archive(s.desk), post),
    ("channel_not_found", lambda s: s.slack.workspace.channels.pop(s.desk), post),
    ("channel_not_found", lambda s: s.slack.leave(s.desk), post),
    ("not_in_channel", lambda s: s.slack.leave(s.room), show),
    ("user_not_in_channel", lambda s: s.slack.leave(s.room, s.student), show),
    ("message_not_found", lambda s: None, update_gone),
]


@pytest.mark.parametrize(
    ("reason", "trouble", "act"), REFUSALS, ids=[f"{r}-{a.__name__}" for r, _, a in REFUSALS]
)
async def test_a_place_or_person_that_will_not_take_it_is_told_as_such(
    school: School, reason: str, trouble: Trouble, act: Callable[[School], Awaitable[Receipt]]
) -> None:
    """Refused: the next fallback takes over, and nothing is tried again."""
    trouble(school)
    error = await failure(act(school))

    assert (error.reason, error.refused, error.retryable) == (reason, True, False)
    assert error.gone is (act is update_gone)


FAULTS: list[tuple[dict[str, Any], str, float | None]] = [
    ({"error": "ratelimited", "status": 429, "retry_after": 7}, "ratelimited", 7.0),
    ({"status": 429, "retry_after": 30}, "ratelimited", 30.0),
    ({"error": "internal_error"}, "internal_error", None),
    ({"error": "fatal_error"}, "fatal_error", None),
    ({"error": "service_unavailable", "status": 503}, "service_unavailable", None),
    ({"status": 502}, "http_502", None),
    ({"lost": True}, "connection_failed", None),
    ({"broken": "{not json"}, "unreadable_answer", None),
    ({"broken": "[]"}, "unreadable_answer", None),
]


@pytest.mark.parametrize(("fault", "reason", "after"), FAULTS, ids=lambda value: str(value))
async def test_slacks_own_trouble_passes(
    school: School, fault: dict[str, Any], reason: str, after: float | None
) -> None:
    """Retryable, with the wait that Slack named; the same act then succeeds."""
    school.slack.fail("chat.postMessage", **fault)
    error = await failure(send(school))
    await send(school)

    assert error.retryable
    assert not error.refused
    assert (error.reason, error.retry_after_s) == (reason, after)


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        ("token_revoked", lambda s: s.slack.revoke_token()),
        ("invalid_auth", lambda s: s.slack.revoke_token("invalid_auth")),
        ("account_inactive", lambda s: s.slack.revoke_token("account_inactive")),
        ("missing_scope:im:write", lambda s: s.slack.scopes.discard("im:write")),
        ("missing_scope:chat:write", lambda s: s.slack.scopes.discard("chat:write")),
    ],
)
async def test_a_fault_of_the_set_up_is_neither_refused_nor_tried_again(
    school: School, reason: str, trouble: Trouble
) -> None:
    """A person has to mend it; the reason says what."""
    trouble(school)
    error = await failure(send(school))

    assert (error.reason, error.refused, error.retryable) == (reason, False, False)


async def test_another_workspace_is_not_served(school: School) -> None:
    error = await failure(elsewhere(school))

    assert (error.reason, error.retryable) == ("workspace_not_connected", False)


async def test_errors_carry_codes_and_never_words(school: School) -> None:
    """Neither in the reason nor in what caused it."""
    school.slack.fail("chat.postMessage", status=502)
    error = await failure(send(school))

    assert error.__cause__ is None
    assert error.__suppress_context__
    assert "l*ser" not in repr(error)


async def test_before_start_and_after_close_an_act_can_be_tried_again(school: School) -> None:
    await school.adapter.close()
    error = await failure(send(school))

    assert (error.reason, error.retryable) == ("not_connected", True)


async def test_an_act_repeated_after_a_lost_answer_names_itself(school: School) -> None:
    """Where Slack heeds `client_msg_id`, the letter arrives once, with the same receipt."""
    school.slack.api.dedupes = True
    school.slack.fail("chat.postMessage", lost=True)
    await failure(send(school))
    receipt = await send(school)
    other = await school.adapter.send_notice(person(school, school.student), NOTICE, key="n-2")

    letters = school.slack.dms(school.student)
    assert [letter["ts"] for letter in letters] == [receipt.message, other.message]
