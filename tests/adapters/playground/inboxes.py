"""Applications for the playground's tests: one that keeps what it was told, one that answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.ports import Command, IntakeError, Press, Reply, Report
from rules.types import Message, MessageKey


class RecordingInbox:
    """Keeps everything it is told, in order; `failing` makes it unable to record."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.deletions: list[MessageKey] = []
        self.questions: list[Press] = []
        self.presses: list[Press] = []
        self.reports: list[Report] = []
        self.reply = Reply("Done.")
        self.failing = False

    async def message(self, message: Message) -> None:
        self._check()
        self.messages.append(message)

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        self._check()
        self.deletions.append(key)

    async def asked(self, press: Press) -> Reply:
        self._check()
        self.questions.append(press)
        return self.reply

    async def pressed(self, press: Press) -> Reply:
        self._check()
        self.presses.append(press)
        return self.reply

    async def reported(self, report: Report) -> Reply:
        self._check()
        self.reports.append(report)
        return self.reply

    async def command(self, command: Command) -> Reply:
        self._check()
        return self.reply

    def malformed(self, platform: str, event: str, problem: str) -> None:
        raise AssertionError("the playground makes its own events")

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        return {}

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        raise AssertionError("nothing is caught up on in the playground")

    def _check(self) -> None:
        if self.failing:
            raise IntakeError("the record is full")
