"""A strict Slack on loopback: people act through it, the unmodified SDK talks to it.

Where Slack refuses, it refuses with Slack's own error; what an app does wrong without being told so
is kept in `violations`. Each rule it enforces cites where in Slack's documentation for developers,
docs.slack.dev, it stands:

3.1  authentication/verifying-requests-from-slack, apis/events-api
3.2  reference/events/message
3.3  apis/events-api/using-socket-mode
3.4  apis/web-api/rate-limits, and each method's page under reference/methods
3.5  reference/block-kit, reference/views
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.doubles.slack.crowd import Crowd
from tests.doubles.slack.delivery import Delivery
from tests.doubles.slack.server import Fault
from tests.doubles.slack.web_api import Ephemeral
from tests.doubles.slack.workspace import File, Json


class SlackDouble(Crowd):
    """One workspace and one app in it. `async with SlackDouble() as slack:` serves it."""

    # --- the workspace, as a test sets it up ---------------------------------------------------

    def add_user(self, name: str, **about: Any) -> str:
        """A person; `about` are fields of `workspace.User`. Returns the id."""
        return self.workspace.add_user(name, **about)

    def add_channel(
        self, name: str, members: Sequence[str] = (), *, private: bool = False, bot: bool = True
    ) -> str:
        """A channel, with the bot in it unless said otherwise. Returns the id."""
        everyone = [*members, self.workspace.bot_user] if bot else list(members)
        return self.workspace.add_channel(name, "group" if private else "channel", everyone).id

    def add_usergroup(self, handle: str, users: Sequence[str]) -> str:
        return self.workspace.add_group(handle, users)

    def file(self, name: str, content: str | bytes, mimetype: str = "text/plain") -> File:
        data = content.encode() if isinstance(content, str) else content
        return self.workspace.add_file(name, data, mimetype)

    def archive(self, channel: str) -> None:
        self.workspace.channels[channel].archived = True

    def leave(self, channel: str, user: str = "") -> None:
        """Somebody (the bot itself, unless named) is no longer in a channel."""
        self.workspace.channels[channel].members.discard(user or self.workspace.bot_user)

    def refuse_dm(self, user: str, error: str = "cannot_dm_bot") -> None:
        """This person's DM is closed to the bot, with this error of Slack's."""
        self.workspace.users[user].dm_refusal = error

    def revoke_token(self, error: str = "token_revoked") -> None:
        self.token_error = error

    def fail(self, method: str, **fault: Any) -> None:
        """The next call of this method goes wrong; see `Fault`."""
        self._faults.setdefault(method, []).append(Fault(**fault))

    def limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """3.4: 429 with Retry-After, that many times."""
        self.fail(method, error="ratelimited", status=429, retry_after=retry_after, times=times)

    # --- what stands in it ---------------------------------------------------------------------

    def messages(self, channel: str) -> list[Json]:
        """The messages of a channel, oldest first, each with its channel's id."""
        kept = self.workspace.channels[channel].messages
        return [{**message, "channel": channel} for _, message in sorted(kept.items())]

    def dms(self, user: str) -> list[Json]:
        """What the bot wrote to this person privately."""
        direct = self.workspace.direct(user)
        if direct is None:
            return []
        return [m for m in self.messages(direct.id) if m.get("bot_id") == self.workspace.bot_id]

    def whispers(self, user: str) -> list[Ephemeral]:
        """What was shown to this person alone."""
        return [shown for shown in self.api.ephemerals if shown.user == user]

    @property
    def mass_mentions(self) -> list[str]:
        return self.api.mass_mentions

    @property
    def calls(self) -> list[tuple[str, Json]]:
        return self.api.calls

    @property
    def acked_before_commit(self) -> list[str]:
        """Subjects the app acknowledged without a record made since they were sent to it."""
        return self.courier.acked_before_record()

    @property
    def deliveries(self) -> list[Delivery]:
        return self.courier.deliveries

    # --- waiting, time, connections ------------------------------------------------------------

    async def redeliver(self, *, wait: bool = True) -> int:
        """Slack's retries of what was not acknowledged, all at once; how many were sent."""
        again = self.courier.redeliver()
        for delivery in again if wait else ():
            await self.settled(delivery)
        return len(again)

    def committed(self, subject: str) -> None:
        """The application has made its record: called by `WatchedInbox`."""
        self.courier.recorded(subject)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """3.3: ask every client to go and come again."""
        for socket in list(self.courier.sockets):
            await self.courier.disconnect(socket, reason)

    async def drop_sockets(self) -> None:
        """The network breaks: every connection is gone without a word."""
        for socket in list(self.courier.sockets):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()
