"""Slack, Discord and the playground owe the application the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from tests.adapters.discord import conftest as on_discord
from tests.adapters.discord.bench import DiscordBench
from tests.adapters.playground.bench import PlaygroundBench
from tests.adapters.playground.conftest import Visit
from tests.adapters.playground.serving import playground, serving
from tests.adapters.slack import conftest as on_slack
from tests.adapters.slack.bench import SlackBench
from tests.contract.adapter_contract import AdapterContract
from tests.doubles.discord import DiscordDouble
from tests.doubles.slack import RecordingInbox, SlackDouble


class TestSlack(AdapterContract):
    """The adapter on the strict double, over Socket Mode, with the unmodified SDK."""

    @pytest.fixture
    async def bench(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackBench]:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)  # the SDK takes them; the double is on loopback
        async with SlackDouble("socket") as slack, on_slack.connecting(slack) as school:
            yield SlackBench(school)
            assert slack.acked_before_commit == []


class TestDiscord(AdapterContract):
    """The adapter on the strict double, with the unmodified discord.py."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[DiscordBench]:
        async with DiscordDouble() as discord, on_discord.connecting(discord) as school:
            yield DiscordBench(school)
            assert discord.violations == []


class TestPlayground(AdapterContract):
    """The adapter behind a real server, as a browser without script meets it."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[PlaygroundBench]:
        inbox = RecordingInbox()
        adapter = playground(inbox)
        async with serving(adapter) as base, ClientSession() as session:
            yield PlaygroundBench(Visit(base, adapter, inbox, session))
