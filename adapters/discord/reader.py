"""The reader of the gateway: what is heard goes into its lane, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial

import structlog

from adapters.discord.check import refusal
from adapters.discord.client import UNREADABLE, Client
from adapters.discord.errors import SetupError
from adapters.discord.events import (
    Json,
    Malformed,
    Posted,
    Removed,
    need_id,
    read_edited,
    read_posted,
    read_removed,
)
from adapters.discord.lanes import LONGEST_WAIT_S, Lanes, fault
from adapters.discord.servers import Servers
from bot.ports import Inbox, IntakeError

DESCRIBED_S = 10.0  # how long Discord may take to describe the servers after its READY

log = structlog.get_logger()


class Reader:
    """Listens to the gateway while what it says can be recorded.

    A record that fails closes the gateway; what was heard is tried until it is on record, and then
    the gateway is opened again. After every new session the history since the cursors is read
    before anything newer is.
    """

    def __init__(
        self,
        inbox: Inbox,
        servers: Servers,
        *,
        retry_s: float,
        described_s: float,
    ) -> None:
        self._inbox = inbox
        self._servers = servers
        self._retry_s = retry_s
        self._described_s = described_s
        self.lanes = Lanes(self.trouble, retry_s)
        self.described = asyncio.Event()
        self._news = asyncio.Event()
        self._awaited = False  # whether `_settle` waits for servers to be described
        self._trouble = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None
        self._take: Callable[[Posted], Awaitable[None]]
        self._remove: Callable[[Removed], Awaitable[None]]
        self._press: Callable[[Json], None]
        self._catch_up: Callable[[Callable[[Collection[str]], None]], Awaitable[None]]

    def connect(
        self,
        *,
        take: Callable[[Posted], Awaitable[None]],
        remove: Callable[[Removed], Awaitable[None]],
        press: Callable[[Json], None],
        catch_up: Callable[[Callable[[Collection[str]], None]], Awaitable[None]],
    ) -> None:
        """Say who takes what is heard."""
        self._take, self._remove, self._press = take, remove, press
        self._catch_up = catch_up

    # --- what the gateway says ---------------------------------------------------------------

    def heard(self, event: str, data: Json) -> None:
        """See `client.Listener`."""
        try:
            self._hear(event, data)
        except Malformed as problem:
            self._inbox.malformed("discord", event, str(problem))
        except UNREADABLE:
            self.unreadable(event)

    def unreadable(self, event: str) -> None:
        """See `client.Listener`."""
        self._inbox.malformed("discord", event, "the payload is not what Discord documents")

    def _hear(self, event: str, data: Json) -> None:
        match event:
            case "READY":
                self._begin_settling()
            case "RESUMED":
                log.info("discord-resumed")
            case "GUILD_CREATE":
                if self._servers.is_listed(need_id(data, "id")):
                    self._news.set()
                    if not self._awaited:  # described late, or away for a while
                        self._begin_settling()
            case "INTERACTION_CREATE":
                self._press(data)
            case "MESSAGE_CREATE":
                self._queue(read_posted(data))
            case "MESSAGE_UPDATE":
                self._queue(read_edited(data))
            case "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK":
                removed = read_removed(data)
                if removed.guild and self._servers.is_listed(removed.guild):
                    self.lanes.put(removed.channel, partial(self._remove, removed))

    def _queue(self, posted: Posted | None) -> None:
        if posted is None:
            return
        if posted.direct or self._servers.is_listed(posted.key.workspace):
            self.lanes.put(posted.key.channel, partial(self._take, posted))

    # --- the connection ----------------------------------------------------------------------

    async def read(self, client: Client) -> None:
        """Read until cancelled; raises `SetupError` where Discord will never let us."""
        wait = self._retry_s
        try:
            while True:
                error = await self._until_lost(client)
                if self._trouble.is_set():
                    await self._until_recorded(client)
                    continue
                final = refusal(error)
                if final is not None:
                    raise final
                if not self.described.is_set():
                    raise SetupError(
                        f"Discord's gateway cannot be reached ({type(error).__name__}). Check the "
                        "network, or DISCORD_GATEWAY_URL if it is set.",
                        retryable=True,
                    )
                log.warning("discord-gateway-lost", error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
        finally:
            if self._settling is not None:
                self._settling.cancel()

    def trouble(self) -> None:
        """A record could not be made: stop reading."""
        self._trouble.set()

    async def _until_lost(self, client: Client) -> BaseException | None:
        """Read; what ended it, or None where `trouble` did."""
        reading = asyncio.create_task(client.connect())
        trouble = asyncio.create_task(self._trouble.wait())
        try:
            await asyncio.wait({reading, trouble}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, trouble):
                task.cancel()
            ended, _ = await asyncio.gather(reading, trouble, return_exceptions=True)
        return ended if isinstance(ended, BaseException) else None

    async def _until_recorded(self, client: Client) -> None:
        log.error("discord-not-recorded", event_type="message")
        await client.leave_gateway()
        await self.lanes.quiet()
        self._trouble.clear()
        log.info("discord-recorded-again")

    # --- a new session -----------------------------------------------------------------------

    def _begin_settling(self) -> None:
        self.lanes.hold()
        self._awaited = True
        if self._settling is not None:
            self._settling.cancel()
        self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Wait for the servers' channels, read what was missed, then let the lanes go on."""
        try:
            async with asyncio.timeout(self._described_s):
                while self._servers.missing():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            missing = ",".join(self._servers.missing())
            log.warning("discord-servers-unavailable", servers=missing)
        self._awaited = False
        self.described.set()
        wait = self._retry_s
        while True:
            try:
                await self._catch_up(self.lanes.release)
                return
            except IntakeError:
                self.lanes.hold()  # the gateway stays closed until what was missed is on record
                self.trouble()
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not stop all reading
                log.error("discord-catch-up-failed", **fault(error))
                self.lanes.release()
                return
