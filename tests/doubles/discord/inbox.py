"""An inbox for tests: it records, and knows how far it has read, as the application does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import IntakeError
from rules.types import Message
from tests.doubles.slack import RecordingInbox


class CountingInbox(RecordingInbox):
    """A `RecordingInbox` whose cursors are the newest messages it took."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: dict[str, dict[str, str]] = {}  # server -> channel -> newest message
        self.cursor_failures = 0

    async def message(self, message: Message) -> None:
        await super().message(message)
        if not message.direct:
            key = message.key
            kept = self.moved.setdefault(key.workspace, {})
            kept[key.channel] = max(kept.get(key.channel, "0"), key.message, key=int)

    async def cursors(self, platform: str, workspace: str) -> Mapping[str, str]:
        if self.cursor_failures:
            self.cursor_failures -= 1
            raise IntakeError
        return dict(self.moved.get(workspace, {}))
