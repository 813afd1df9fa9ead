"""discord.py's client, reading what people do as JSON: it keeps no message and stumbles over none.

discord.py's own readers raise on a missing key, which ends its connection. Here its readers of
servers, channels and threads are guarded, and those of messages and interactions replaced.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

import discord
from discord.state import ConnectionState

from adapters.discord.events import Json

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
OWN = frozenset(
    {
        "INTERACTION_CREATE",
        "MESSAGE_CREATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_UPDATE",
    }
)
NOTED = frozenset({"GUILD_CREATE", "READY", "RESUMED"})
# What discord.py's readers raise on JSON that is not what they expect.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class Listener(Protocol):
    """Whoever is told what the gateway says, in its order."""

    def heard(self, event: str, data: Json) -> None:
        """One event; called between two reads, so it must return at once."""

    def unreadable(self, event: str) -> None:
        """An event that discord.py could not read."""


class Client(discord.Client):
    """Tells its listener, once it has one. It caches servers, channels and threads only."""

    def __init__(self, identify_s: float) -> None:
        _keep_quiet()
        self.listener: Listener | None = None
        self._identify_s = identify_s
        self._identified_at = -identify_s
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=30.0,
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until Discord takes another identification: one in five seconds."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._identified_at + self._identify_s - loop.time()))
        self._identified_at = loop.time()

    async def leave_gateway(self) -> None:
        """Close the connection for events; calls go on."""
        if self.ws is not None:
            await self.ws.close(code=1000)

    def _get_state(self, **options: Any) -> ConnectionState[Any]:
        return _State(
            self,
            dispatch=self.dispatch,
            handlers=self._handlers,
            hooks=self._hooks,
            http=self.http,
            **options,
        )


class _State(ConnectionState[Any]):
    """discord.py's state, with guarded readers."""

    def __init__(self, client: Client, **options: Any) -> None:
        super().__init__(**options)
        self._of = client
        self.parsers = {
            name: self._reader(name, None if name in OWN else parse)
            for name, parse in self.parsers.items()
        }

    async def close(self) -> None:
        if self._ready_task is not None:
            self._ready_task.cancel()
        await super().close()

    def _reader(self, name: str, parse: Callable[[Any], None] | None) -> Callable[[Any], None]:
        """What reads an event: discord.py's own reader first, where it keeps one."""

        def read(data: Any) -> None:
            listener = self._of.listener
            try:
                if parse is not None:
                    parse(data)
            except UNREADABLE:
                if listener is not None:
                    listener.unreadable(name)
                return
            if listener is not None and (parse is None or name in NOTED):
                listener.heard(name, data)

        return read


def _keep_quiet() -> None:
    """discord.py writes whole events and requests at DEBUG; that level is never open."""
    for name in ("client", "gateway", "http", "state", "webhook.async_"):
        logger = logging.getLogger(f"discord.{name}")
        if _above_debug not in logger.filters:
            logger.addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
