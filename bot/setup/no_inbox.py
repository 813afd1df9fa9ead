"""An inbox for adapters that only look or write: it takes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from bot.ports import Command, IntakeError, Press, Reply, Report
from rules.types import Message, MessageKey


class NoInbox:
    """An `Inbox` that records nothing and therefore acknowledges nothing."""

    async def message(self, message: Message) -> None:
        """See `Inbox`."""
        self._refuse()

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        """See `Inbox`."""
        self._refuse()

    async def asked(self, press: Press) -> Reply:
        """See `Inbox`."""
        self._refuse()

    async def pressed(self, press: Press) -> Reply:
        """See `Inbox`."""
        self._refuse()

    async def reported(self, report: Report) -> Reply:
        """See `Inbox`."""
        self._refuse()

    async def command(self, command: Command) -> Reply:
        """See `Inbox`."""
        self._refuse()

    def malformed(self, platform: str, event: str, problem: str) -> None:
        """See `Inbox`."""

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        """See `Inbox`."""
        return {}

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        """See `Inbox`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise IntakeError("this process only looks; the bot takes the events")
