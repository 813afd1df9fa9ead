"""What was written while nobody listened: each channel's history since its cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from adapters.discord.events import Malformed, Posted, read_posted
from adapters.discord.people import People
from adapters.discord.rest import Rest
from adapters.discord.servers import Room, Servers
from bot.ports import DeliveryError, Inbox

PAGE = 100  # what Discord gives at most
MOST_PAGES = 50  # in one channel: 5,000 messages
ATTEMPTS = 3

log = structlog.get_logger()


class CatchUp:
    """Reads what the cursors say is missing, oldest first, and hands it over as if it came now."""

    def __init__(
        self,
        inbox: Inbox,
        rest: Rest,
        servers: Servers,
        people: People,
        take: Callable[[Posted], Awaitable[None]],
        retry_s: float,
    ) -> None:
        self._inbox = inbox
        self._rest = rest
        self._servers = servers
        self._people = people
        self._take = take
        self._retry_s = retry_s

    async def run(self) -> None:
        """Catch up in every listed server and with the people of late; raises `IntakeError`."""
        for guild in self._servers.present():
            cursors = await self._inbox.cursors("discord", guild)
            if not cursors:
                continue  # a new server: what was written before is for `hallmonitor scan`
            # In a channel without a cursor nothing was ever recorded: it is new, or has been
            # silent. What is newer there than anything recorded anywhere was missed.
            newest = max(cursors.values(), key=int)
            for room in list(self._servers.readable(guild)):
                since = cursors.get(room.id, newest)
                if room.newest and int(room.newest) <= int(since):
                    continue
                await self._read(guild, room, since)
        for channel, since in self._people.private().items():
            await self._read("", Room(channel, ""), since)

    async def _read(self, guild: str, room: Room, since: str) -> None:
        count = 0
        for _ in range(MOST_PAGES):
            page = await self._page(room.id, since)
            for message in page:
                await self._hand_over(guild, message)
            count += len(page)
            if len(page) < PAGE:
                break
            since = str(page[-1]["id"])
        else:
            log.error("discord-catch-up-cut", server=guild, channel=room.id, messages=count)
        if count:
            log.info("discord-caught-up", server=guild, channel=room.id, messages=count)

    async def _hand_over(self, guild: str, message: Any) -> None:
        try:
            posted = read_posted(message, guild=guild)
        except Malformed as problem:
            self._inbox.malformed("discord", "message", str(problem))
            return
        if posted is not None:
            await self._take(posted)

    async def _page(self, channel: str, since: str) -> list[dict[str, Any]]:
        """The oldest messages after `since`, oldest first; none where they cannot be read."""
        query = {"after": since, "limit": str(PAGE)}
        path = "/channels/{channel_id}/messages"
        for attempt in range(ATTEMPTS):
            try:
                found = await self._rest.call("GET", path, query=query, channel_id=channel)
            except DeliveryError as error:
                if error.retryable and attempt + 1 < ATTEMPTS:
                    await asyncio.sleep(error.retry_after_s or self._retry_s)
                    continue
                log.warning("discord-history-unread", channel=channel, reason=error.reason)
                return []
            rows = found if isinstance(found, list) else []
            sound = [row for row in rows if isinstance(row, dict) and _number(row) is not None]
            return sorted(sound, key=lambda row: int(row["id"]))
        return []


def _number(message: dict[str, Any]) -> int | None:
    value = message.get("id")
    return int(value) if isinstance(value, str) and value.isdecimal() else None
