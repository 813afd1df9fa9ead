"""Inboxes for tests: one that records, and one that tells the double when a record was made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.ports import Command, Inbox, IntakeError, Press, Reply, Report
from rules.types import Message, MessageKey
from tests.doubles.slack.double import SlackDouble


class RecordingInbox:
    """Remembers all it is told; `refuse` makes the next records fail."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.deletions: list[tuple[MessageKey, datetime]] = []
        self.asks: list[Press] = []
        self.presses: list[Press] = []
        self.reports: list[Report] = []
        self.commands: list[Command] = []
        self.odd: list[tuple[str, str, str]] = []
        self.reply = Reply("noted")
        self.may_press = Reply("", accepted=True)
        self.failures_left = 0
        self.failed = asyncio.Event()

    def refuse(self, times: int = 1) -> None:
        self.failures_left = times
        self.failed.clear()

    async def message(self, message: Message) -> None:
        self._record(self.messages, message)

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        self._record(self.deletions, (key, at))

    async def asked(self, press: Press) -> Reply:
        self._record(self.asks, press)
        return self.may_press

    async def pressed(self, press: Press) -> Reply:
        self._record(self.presses, press)
        return self.reply

    async def reported(self, report: Report) -> Reply:
        self._record(self.reports, report)
        return self.reply

    async def command(self, command: Command) -> Reply:
        self._record(self.commands, command)
        return self.reply

    def malformed(self, platform: str, event: str, problem: str) -> None:
        self.odd.append((platform, event, problem))

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        return {}

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        raise AssertionError("nothing is caught up on in Slack")

    def _record(self, kept: list[Any], what: Any) -> None:
        if self.failures_left:
            self.failures_left -= 1
            self.failed.set()
            raise IntakeError
        kept.append(what)


class WatchedInbox:
    """Passes everything on and tells the double once it is on record.

    While `held`, nothing is recorded: an app that acknowledges now has done so too early.
    """

    def __init__(self, inner: Inbox, slack: SlackDouble) -> None:
        self._inner = inner
        self._slack = slack
        self._open = asyncio.Event()
        self._open.set()
        self.entered = asyncio.Event()

    def hold(self) -> None:
        self.entered.clear()
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def message(self, message: Message) -> None:
        await self._enter()
        await self._inner.message(message)
        self._slack.committed(f"{message.key.channel}/{message.key.message}")

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        await self._enter()
        await self._inner.deleted(key, at)
        self._slack.committed(f"{key.channel}/{key.message}")

    async def asked(self, press: Press) -> Reply:
        await self._enter()
        reply = await self._inner.asked(press)
        self._slack.committed(f"flag:{press.flag_id}")
        return reply

    async def pressed(self, press: Press) -> Reply:
        await self._enter()
        reply = await self._inner.pressed(press)
        self._slack.committed(f"flag:{press.flag_id}")
        return reply

    async def reported(self, report: Report) -> Reply:
        await self._enter()
        reply = await self._inner.reported(report)
        key = report.message.key
        self._slack.committed(f"report:{key.channel}/{key.message}")
        return reply

    async def command(self, command: Command) -> Reply:
        await self._enter()
        reply = await self._inner.command(command)
        self._slack.committed(f"command:{command.person.id}")
        return reply

    def malformed(self, platform: str, event: str, problem: str) -> None:
        self._inner.malformed(platform, event, problem)

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        return await self._inner.cursors(platform, workspace)

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        await self._inner.caught_up(platform, workspace, message)

    async def _enter(self) -> None:
        self.entered.set()
        await self._open.wait()
