"""What was written while nobody listened: each channel's history since its cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.events import Malformed, Posted, read_posted
from adapters.discord.lanes import LONGEST_WAIT_S, fault
from adapters.discord.people import People
from adapters.discord.rest import Rest
from adapters.discord.servers import Servers
from bot.ports import DeliveryError, Inbox, IntakeError

PAGE = 100  # what Discord gives at most
MOST_PAGES = 50  # in one channel: 5,000 messages

log = structlog.get_logger()


@dataclass(slots=True)
class Gap:
    """What was written in a channel after a message, and is not on record."""

    guild: str  # empty for a private channel
    channel: str
    since: str


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

    async def run(self, release: Callable[[Collection[str]], None]) -> None:
        """Catch up in every listed server and with the people of late; raises `IntakeError`.

        `release` is told which channels still have to wait for their history: fewer each time.
        """
        gaps, newest = await self._look()
        wait = self._retry_s
        while True:
            for gap in list(gaps.values()):
                release(gaps)
                if await self._close(gap):
                    del gaps[gap.channel]
            release(gaps)
            if not gaps:
                break
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)
        for guild, message in newest.items():
            await self._inbox.caught_up("discord", guild, message)

    async def _look(self) -> tuple[dict[str, Gap], dict[str, str]]:
        """The channels to read, and for each server the newest message when it was described."""
        gaps: dict[str, Gap] = {}
        newest: dict[str, str] = {}
        missing = self._servers.missing()
        for guild in self._servers.present():
            if guild in missing:
                continue
            cursors = await self._inbox.cursors("discord", guild)
            rooms = list(self._servers.readable(guild))
            told = [room.newest for room in rooms if room.newest]
            newest[guild] = max(told, default=guild, key=int)
            # In a channel without a cursor nothing was ever recorded: it is new, or has been
            # silent. All of it is missed that came after what was caught up on last. In a new
            # server that is nothing: what was written before is for `hallmonitor scan`.
            base = cursors.get("") or max(cursors.values(), default=newest[guild], key=int)
            # Whoever goes on after an interruption has to begin there too.
            await self._inbox.caught_up("discord", guild, base)
            for room in rooms:
                since = cursors.get(room.id, base)
                if not room.newest or int(room.newest) > int(since):
                    gaps[room.id] = Gap(guild, room.id, since)
        for channel, since in self._people.private().items():
            gaps[channel] = Gap("", channel, since)
        return gaps, newest

    async def _close(self, gap: Gap) -> bool:
        """Hand over what is in the gap; False where Discord does not tell it at the moment."""
        count = 0
        try:
            for _ in range(MOST_PAGES):
                page = await self._page(gap)
                for message in page:
                    await self._hand_over(gap.guild, message)
                    gap.since = str(message["id"])
                count += len(page)
                if len(page) < PAGE:
                    break
            else:
                about = {"server": gap.guild, "channel": gap.channel}
                log.error("discord-catch-up-cut", **about, messages=count)
        except DeliveryError as error:
            log.warning("discord-history-unread", channel=gap.channel, reason=error.reason)
            return error.refused
        if count:
            log.info("discord-caught-up", server=gap.guild, channel=gap.channel, messages=count)
        return True

    async def _hand_over(self, guild: str, message: Any) -> None:
        try:
            posted = read_posted(message, guild=guild)
        except Malformed as problem:
            self._inbox.malformed("discord", "message", str(problem))
            return
        if posted is None:
            return
        try:
            await self._take(posted)
        except IntakeError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours costs one message, as live
            log.error("discord-listener-failed", **fault(error))

    async def _page(self, gap: Gap) -> list[dict[str, Any]]:
        """The oldest messages of a gap, oldest first; raises `DeliveryError`."""
        query = {"after": gap.since, "limit": str(PAGE)}
        path = "/channels/{channel_id}/messages"
        rows = await self._rest.call("GET", path, query=query, channel_id=gap.channel)
        if not isinstance(rows, list):
            raise DeliveryError("no-history", retryable=True)
        sound = [row for row in rows if isinstance(row, dict) and _number(row) is not None]
        return sorted(sound, key=lambda row: int(row["id"]))


def _number(message: dict[str, Any]) -> int | None:
    value = message.get("id")
    return int(value) if isinstance(value, str) and value.isdecimal() else None
