"""The application as adapters call it: intake and review behind one door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.intake import Intake
from bot.ports import Command, Press, Reply, Report
from bot.review import Review
from bot.settings import Settings
from rules.ruleset import RuleSet
from rules.types import Message, MessageKey

log = structlog.get_logger()


class Desk:
    """The `Inbox` that every adapter is given; hands each event to what is for it."""

    def __init__(self, intake: Intake, review: Review) -> None:
        self._intake = intake
        self._review = review
        self.malformed_events = 0

    def take_up(self, settings: Settings, ruleset: RuleSet, review: Review) -> None:
        """From now on, other settings and rules; what was begun is finished as it began."""
        self._intake = self._intake.under(settings, ruleset)
        self._review = review

    async def message(self, message: Message) -> None:
        """See `Inbox`."""
        await self._intake.message(message)

    async def deleted(self, key: MessageKey, at: datetime) -> None:
        """See `Inbox`."""
        await self._intake.deleted(key, at)

    async def asked(self, press: Press) -> Reply:
        """See `Inbox`."""
        return await self._review.asked(press)

    async def pressed(self, press: Press) -> Reply:
        """See `Inbox`."""
        return await self._review.pressed(press)

    async def reported(self, report: Report) -> Reply:
        """See `Inbox`."""
        return await self._intake.reported(report)

    async def command(self, command: Command) -> Reply:
        """See `Inbox`."""
        return await self._review.command(command)

    def malformed(self, platform: str, event: str, problem: str) -> None:
        """See `Inbox`."""
        self.malformed_events += 1
        log.warning("malformed-event", platform=platform, event_type=event, problem=problem)

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        """See `Inbox`."""
        return await self._intake.cursors(platform, workspace)

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        """See `Inbox`."""
        await self._intake.caught_up(platform, workspace, message)
