"""An inbox for tests: it records, and knows how far it has read, as the application does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import IntakeError
from rules.types import Message
from tests.doubles.slack import RecordingInbox


class CountingInbox(RecordingInbox):
    """A `RecordingInbox` whose cursors are the newest messages it took, edits aside."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: dict[str, dict[str, str]] = {}  # server -> channel -> newest message
        self.cursor_failures = 0
        self.full_at = 10_000  # with so many messages on record it takes no more

    async def message(self, message: Message) -> None:
        if len(self.messages) >= self.full_at:
            raise IntakeError
        await super().message(message)
        if not message.direct and not message.edited:
            self._move(message.key.workspace, message.key.channel, message.key.message)

    async def caught_up(self, platform: str, workspace: str, message: str) -> None:
        self._move(workspace, "", message)

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        if self.cursor_failures:
            self.cursor_failures -= 1
            raise IntakeError
        return dict(self.moved.get(workspace, {}))

    def _move(self, workspace: str, channel: str, message: str) -> None:
        kept = self.moved.setdefault(workspace, {})
        kept[channel] = max(kept.get(channel, "0"), message, key=int)
