"""Starting: clear refusals, and what it does without."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.slack.errors import SetupError
from bot.ports import Notice, Person, Section
from tests.adapters.slack.conftest import adapter_of, connecting
from tests.doubles.slack import RecordingInbox, SlackDouble


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"bot_token": "xoxb-wrong"}, ["SLACK_BOT_TOKEN", "invalid_auth", "OAuth & Permissions"]),
        ({"bot_token": "xapp-double-app"}, ["SLACK_BOT_TOKEN", "not_allowed_token_type"]),
        ({"workspaces": ["T0OTHER"]}, ["T0SCHOOL", "T0OTHER", "hallmonitor.toml"]),
        ({"workspaces": []}, ["T0SCHOOL", "listed: none"]),
        ({"app_token": "xapp-wrong"}, ["SLACK_APP_TOKEN", "invalid_auth", "connections:write"]),
        ({"app_token": "xoxb-double-bot"}, ["SLACK_APP_TOKEN", "not_allowed_token_type"]),
    ],
)
async def test_a_wrong_set_up_is_refused_with_what_to_do(
    settings: dict[str, Any], said: list[str]
) -> None:
    """Nothing is started, and no token stands in the text."""
    async with SlackDouble() as slack:
        adapter = adapter_of(slack, **settings)
        with pytest.raises(SetupError) as caught:
            await adapter.start()

        assert all(part in str(caught.value) for part in said)
        assert not caught.value.retryable
        assert slack.bot_token not in str(caught.value)
        assert slack.courier.sockets == []


async def test_without_a_way_for_events_it_is_not_even_made() -> None:
    async with SlackDouble() as slack:
        with pytest.raises(SetupError, match=r"SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET"):
            adapter_of(slack, app_token=None)


async def test_slack_out_of_reach_is_worth_another_try() -> None:
    async with SlackDouble() as slack:
        adapter = adapter_of(slack)
    with pytest.raises(SetupError, match="cannot be reached") as caught:
        await adapter.start()

    assert caught.value.retryable


async def test_a_missing_scope_is_told_at_start() -> None:
    async with SlackDouble() as slack:
        slack.scopes.discard("im:history")
        adapter = adapter_of(slack)
        with capture_logs() as logs:
            await adapter.start()
        await adapter.close()

        assert {"scopes": "im:history"}.items() <= logs[0].items()


async def test_it_starts_without_user_groups() -> None:
    """A free plan has none; people are then known by their e-mail domain."""
    async with SlackDouble() as slack:
        slack.fail("usergroups.list", error="plan_upgrade_required")
        async with connecting(slack) as school:
            await slack.post(school.teacher, school.room, "hello")

            [message] = school.inbox.messages
            assert message.author_groups is None
            assert message.author_domain == "staff.example.org"


async def test_run_works_until_it_is_cancelled() -> None:
    """It starts by itself."""
    async with SlackDouble() as slack:
        user = slack.add_user("sam")
        room = slack.add_channel("room", [user])
        inbox = RecordingInbox()
        adapter = adapter_of(slack, inbox=inbox)
        running = asyncio.create_task(adapter.run())
        await slack.until(lambda: slack.courier.sockets)
        await slack.post(user, room, "hello")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await adapter.close()

        assert [message.text for message in inbox.messages] == ["hello"]
        assert running.cancelled()


async def test_without_events_it_acts_and_takes_nothing() -> None:
    """A bot that runs elsewhere keeps every event."""
    async with SlackDouble() as slack:
        user = slack.add_user("sam")
        adapter = adapter_of(slack)
        await adapter.start(events=False)
        notice = Notice("", "en", "Test", (Section("", "hello"),))
        await adapter.send_notice(Person("slack", slack.team, user), notice, key="k")
        await adapter.close()

        assert len(slack.dms(user)) == 1
        assert slack.courier.sockets == []
