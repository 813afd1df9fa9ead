"""Nothing is acknowledged before it is on record; what is not recorded comes again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import Place
from tests.adapters.slack.conftest import School
from tests.adapters.slack.samples import a_card
from tests.doubles.slack import RecordingInbox, SlackDouble, WatchedInbox, serving
from tests.doubles.slack.crowd import Outcome

LONG_ENOUGH_S = 0.3  # for an acknowledgement that must not come; a slow machine only hides it


async def card_on(school: School) -> dict[str, object]:
    place = Place("slack", school.slack.team, school.desk)
    await school.adapter.post_card(place, a_card(), key="card-1")
    return school.slack.messages(school.desk)[-1]


async def a_post(school: School) -> Callable[[], Awaitable[object]]:
    return lambda: school.slack.post(school.student, school.room, "hello")


async def an_edit(school: School) -> Callable[[], Awaitable[object]]:
    ts = await school.slack.post(school.student, school.room, "hello")
    return lambda: school.slack.edit(school.room, ts, "hello again")


async def a_deletion(school: School) -> Callable[[], Awaitable[object]]:
    ts = await school.slack.post(school.student, school.room, "hello")
    return lambda: school.slack.delete(school.room, ts)


async def a_press(school: School) -> Callable[[], Awaitable[object]]:
    card = await card_on(school)
    return lambda: school.slack.press(card, "hm:confirm", school.moderator)


async def a_question(school: School) -> Callable[[], Awaitable[object]]:
    card = await card_on(school)
    return lambda: school.slack.press(card, "hm:dismiss", school.moderator)


async def a_reason(school: School) -> Callable[[], Awaitable[object]]:
    card = await card_on(school)
    opened = await school.slack.press(card, "hm:dismiss", school.moderator)
    view = opened.view
    assert view is not None
    return lambda: school.slack.submit(view, {"reason": "a quotation"}, subject="flag:flag-1")


async def a_report(school: School) -> Callable[[], Awaitable[object]]:
    ts = await school.slack.post(school.student, school.room, "hello")
    opened: Outcome = await school.slack.shortcut(school.teacher, school.room, ts, "report_message")
    view = opened.view
    assert view is not None
    return lambda: school.slack.submit(view, {}, subject=f"report:{school.room}/{ts}")


async def a_command(school: School) -> Callable[[], Awaitable[object]]:
    return lambda: school.slack.command(school.teacher, "help", school.room)


ACTS = [a_post, an_edit, a_deletion, a_press, a_question, a_reason, a_report, a_command]


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
async def test_the_acknowledgement_waits_for_the_record(
    school: School, prepare: Callable[[School], Awaitable[Callable[[], Awaitable[object]]]]
) -> None:
    """While the record is being made there is none, and afterwards there is."""
    act = await prepare(school)
    school.watched.hold()
    acting = asyncio.ensure_future(act())
    await asyncio.wait_for(school.watched.entered.wait(), 15)
    delivery = next(d for d in reversed(school.slack.deliveries) if d.expects_record)
    await asyncio.wait([acting], timeout=LONG_ENOUGH_S)
    early = delivery.acked_at
    school.watched.release()
    await acting

    assert early is None
    assert delivery.acked_at is not None
    assert school.slack.acked_before_commit == []


async def test_what_could_not_be_recorded_comes_again(school: School) -> None:
    """Once more after each failure, until it is on record; then never again."""
    school.inbox.refuse(times=2)
    ts = await school.slack.post(school.student, school.room, "hello", wait=False)
    delivery = school.slack.deliveries[-1]
    for left in (1, 0):
        await school.slack.until(lambda left=left: school.inbox.failures_left == left)
        if school.slack.courier.mode == "http":
            await school.slack.settled(delivery)
        assert delivery.acked_at is None
        assert await school.slack.redeliver(wait=left == 0) == 1

    assert [message.key.message for message in school.inbox.messages] == [ts]
    assert await school.slack.redeliver() == 0
    assert school.slack.acked_before_commit == []


async def test_an_event_that_comes_twice_keeps_its_key(school: School) -> None:
    """So that the records can tell that it is the same."""
    await school.slack.post(school.student, school.room, "hello")
    again = school.slack.deliveries[-1].payload
    await school.slack.send_event(again["event"], event_id=again["event_id"])

    first, second = school.inbox.messages
    assert first == second


async def test_a_press_that_could_not_be_recorded_is_not_acknowledged(school: School) -> None:
    """The person sees Slack's own warning and presses again."""
    card = await card_on(school)
    school.inbox.refuse()
    pressing = asyncio.ensure_future(
        school.slack.press(card, "hm:confirm", school.moderator, wait=False)
    )
    await asyncio.wait_for(school.inbox.failed.wait(), 15)
    await pressing

    assert school.slack.deliveries[-1].acked_at is None
    assert school.inbox.presses == []


async def test_the_double_catches_who_acknowledges_too_early(mode: str) -> None:
    """Bolt without `process_before_response` acknowledges first: the double must say so."""
    async with SlackDouble(mode) as slack:
        user = slack.add_user("sam")
        room = slack.add_channel("room", [user])
        inbox = WatchedInbox(RecordingInbox(), slack)
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        handled = asyncio.Event()

        @app.event("message")
        async def on_message(event: dict[str, str]) -> None:
            await inbox._enter()
            slack.committed(f"{event['channel']}/{event['ts']}")
            handled.set()

        async def endpoint(request: Request) -> Response:
            return await AsyncSlackRequestHandler(app).handle(request)

        inbox.hold()
        if mode == "http":
            async with serving([Route("/slack/events", endpoint, methods=["POST"])]) as address:
                slack.courier.request_url = f"{address}/slack/events"
                ts = await slack.post(user, room, "hello")
                inbox.release()
                await handled.wait()
        else:
            web = AsyncWebClient(slack.app_token, base_url=slack.api_url)
            handler = AsyncSocketModeHandler(app, slack.app_token, web_client=web)
            await handler.connect_async()
            ts = await slack.post(user, room, "hello")
            inbox.release()
            await handled.wait()
            await handler.close_async()

        assert slack.acked_before_commit == [f"{room}/{ts}"]
