"""The Discord adapter: one bot, the listed servers, over discord.py's gateway and REST clients."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from adapters.discord import commands
from adapters.discord.answers import Answers
from adapters.discord.catch_up import CatchUp
from adapters.discord.chat import Chat
from adapters.discord.check import Check, absent, check_connection, sign_in
from adapters.discord.client import Client
from adapters.discord.errors import SetupError
from adapters.discord.files import FileTexts
from adapters.discord.messages import MessageListener
from adapters.discord.people import People
from adapters.discord.presses import PressListener
from adapters.discord.reader import DESCRIBED_S, Reader
from adapters.discord.rest import Rest, point_at
from adapters.discord.servers import Servers
from bot.ports import (
    Card,
    Clock,
    DeliveryError,
    Inbox,
    Notice,
    Page,
    Person,
    Place,
    Receipt,
)
from rules.types import MessageKey

RETRY_S = 1.0  # until a record is tried again, the first time
IDENTIFY_S = 5.0  # Discord takes one identification in five seconds
PATIENCE_S = 2.0  # of the three seconds that Discord gives for an answer
GRACE_S = 3.0  # at the end, for what was heard and is not on record yet

log = structlog.get_logger()


@dataclass(slots=True)
class _Connection:
    """What `start` builds and `close` takes apart."""

    client: Client
    servers: Servers
    reader: Reader
    files: FileTexts
    answers: Answers
    chat: Chat
    reading: asyncio.Task[None]


class DiscordAdapter:
    """Discord on both sides: events go to the inbox, acts come in as a `ChatPort`.

    `start` proves the token and connects, `run` works until cancelled, `close` lets go.
    """

    platform = "discord"

    def __init__(
        self,
        inbox: Inbox,
        *,
        guilds: Sequence[str],
        token: str,
        api_url: str | None,
        gateway_url: str | None,
        clock: Clock,
    ) -> None:
        self._inbox = inbox
        self._guilds = tuple(guilds)
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._clock = clock
        # How long it waits, in seconds; before `start` it may be told otherwise.
        self.retry_s = RETRY_S
        self.identify_s = IDENTIFY_S
        self.patience_s = PATIENCE_S
        self.described_s = DESCRIBED_S
        self._connection: _Connection | None = None

    async def start(self, *, events: bool = True) -> None:
        """Prove the token and begin to take events. Raises `SetupError` with what to do.

        Without `events` it only acts, so that nothing is answered twice beside a running bot.
        """
        point_at(self._api_url, self._gateway_url)
        client = Client(self.identify_s)
        try:
            await sign_in(client, self._token)
        except BaseException:
            await client.close()
            raise
        connection = self._connection = self._wire(client, events)
        if not events:
            return
        try:
            await self._until_connected(connection)
        except BaseException:
            await self.close()
            raise
        present = connection.servers.present()
        for guild in present:
            await commands.register(Rest(client), str(client.application_id), guild)
        for guild in set(self._guilds) - set(present):
            log.error("discord-server-absent", server=guild)
        log.info("discord-connected", servers=",".join(present))

    async def run(self) -> None:
        """Start unless that was done, then work until cancelled."""
        if self._connection is None:
            await self.start()
        connection = self._connected()
        try:
            await asyncio.shield(connection.reading)
        except SetupError as error:
            # Revoked while it ran. The other platforms go on; a person has to see to this one.
            log.error("discord-stopped", reason=str(error))
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Take no more events, record and answer what is in hand, let go of the connections."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.reading.cancel()
        await asyncio.gather(connection.reading, return_exceptions=True)
        lanes = connection.reader.lanes
        if not lanes.held:
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await lanes.quiet()
        await lanes.close()
        await connection.answers.close()
        await connection.files.close()
        await connection.client.close()

    async def check(self, channels: Sequence[str] = (), *, hide: bool = False) -> list[Check]:
        """What is well and what is not, without starting; for `doctor`.

        `channels` are the moderators'; `hide`: the settings ask for messages to be deleted.
        """
        point_at(self._api_url, self._gateway_url)
        client = Client(self.identify_s)
        try:
            return await check_connection(client, self._token, self._guilds, channels, hide=hide)
        finally:
            await client.close()

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately."""
        return await self._connected().chat.send_notice(to, notice, key=key)

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """Show it in a private thread below the channel of their message."""
        return await self._connected().chat.show_notice(to, about, notice, key=key)

    async def post_card(self, place: Place, card: Card, *, key: str) -> Receipt:
        """Post a card to the moderators' channel."""
        return await self._connected().chat.post_card(place, card, key=key)

    async def update_card(self, posted: Receipt, card: Card) -> Receipt:
        """Give a posted card its new face."""
        return await self._connected().chat.update_card(posted, card)

    async def page(self, to: Person, page: Page, *, key: str) -> Receipt:
        """Call one person privately."""
        return await self._connected().chat.page(to, page, key=key)

    async def hide(self, message: MessageKey) -> Receipt:
        """Delete the message, where the bot may."""
        return await self._connected().chat.hide(message)

    def _wire(self, client: Client, events: bool) -> _Connection:
        me = client.user
        assert me is not None
        rest, servers = Rest(client), Servers(client, self._guilds)
        people = People(rest, servers, str(me.id))
        files = FileTexts(self._api_url)
        answers = Answers(rest, self.patience_s)
        messages = MessageListener(self._inbox, rest, servers, people, files, self._clock)
        presses = PressListener(self._inbox, rest, servers, people, messages, answers)
        catch_up = CatchUp(self._inbox, rest, servers, people, messages.take, self.retry_s)
        reader = Reader(self._inbox, servers, retry_s=self.retry_s, described_s=self.described_s)
        reader.connect(
            take=messages.take,
            remove=messages.remove,
            press=presses.take,
            catch_up=catch_up.run,
        )
        client.listener = reader
        chat = Chat(rest, servers, people, self._clock, messages.hidden)
        reading = asyncio.create_task(reader.read(client) if events else _no_events())
        return _Connection(client, servers, reader, files, answers, chat, reading)

    async def _until_connected(self, connection: _Connection) -> None:
        """Wait for the servers; raises what ends the reading before, or that there are none."""
        described = asyncio.create_task(connection.reader.described.wait())
        await asyncio.wait({described, connection.reading}, return_when=asyncio.FIRST_COMPLETED)
        described.cancel()
        if connection.reading.done():
            await connection.reading
        if not connection.servers.present():
            raise absent(str(connection.client.application_id), self._guilds)

    def _connected(self) -> _Connection:
        if self._connection is None:
            raise DeliveryError("not-connected", retryable=True)
        return self._connection


async def _no_events() -> None:
    await asyncio.Event().wait()
