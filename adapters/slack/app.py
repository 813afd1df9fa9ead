"""The Slack adapter: one bot token, one workspace, Socket Mode or HTTP or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncApp
from starlette.routing import BaseRoute

from adapters.slack.answers import Answers
from adapters.slack.bolt import Gate, build_app, ignore_other_events
from adapters.slack.chat import Chat
from adapters.slack.check import (
    NO_WAY_IN,
    Check,
    check_connection,
    needed_scopes,
    prove_app_token,
    prove_identity,
)
from adapters.slack.errors import SetupError
from adapters.slack.files import FileTexts
from adapters.slack.http import EventsRoute
from adapters.slack.messages import MessageListener
from adapters.slack.people import People
from adapters.slack.presses import PressListeners
from adapters.slack.reports import ReportListeners
from adapters.slack.socket import SocketMode
from adapters.slack.web import Identity, Web
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

log = structlog.get_logger()


@dataclass(slots=True)
class _Connection:
    """What `start` builds and `close` takes apart."""

    web: Web
    me: Identity
    people: People
    chat: Chat
    answers: Answers
    app: AsyncApp
    socket: SocketMode | None = None


class SlackAdapter:
    """Slack on both sides: events go to the inbox, acts come in as a `ChatPort`.

    `start` proves the tokens and connects, `run` works until cancelled, `close` lets go.
    """

    platform = "slack"

    def __init__(
        self,
        inbox: Inbox,
        *,
        workspaces: Sequence[str],
        bot_token: str,
        app_token: str | None,
        signing_secret: str | None,
        api_url: str | None,
        clock: Clock,
        spare_scopes: frozenset[str] = frozenset(),
        ping_interval: float = 10.0,
    ) -> None:
        if not (app_token or signing_secret):
            raise SetupError(NO_WAY_IN)
        self._inbox = inbox
        self._workspaces = frozenset(workspaces)
        self._bot_token = bot_token
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._api_url = api_url
        self._clock = clock
        self._spare_scopes = spare_scopes  # what the settings make no use of
        self._ping_interval = ping_interval
        self._connection: _Connection | None = None

    def routes(self) -> list[BaseRoute]:
        """The route for events over HTTP; none without a signing secret."""
        if not self._signing_secret:
            return []
        return EventsRoute(self._bolt_app, self._signing_secret, self._inbox).routes()

    async def start(self, *, events: bool = True) -> None:
        """Prove the tokens and begin to take events. Raises `SetupError` with what to do.

        Without `events` it only acts, so that a bot running elsewhere misses none of them.
        """
        web = Web(self._bot_token, self._api_url)
        socket: SocketMode | None = None
        try:
            connection = await self._connect(web)
            if self._app_token and events:
                url = await prove_app_token(web, self._app_token)
                socket = connection.socket = SocketMode(
                    connection.app, self._app_token, web, self._inbox, self._ping_interval
                )
                await socket.open(url)
        except BaseException:
            if socket is not None:
                await socket.close()
            await web.close()
            raise
        self._connection = connection
        log.info("slack-connected", team=connection.me.team)

    async def run(self) -> None:
        """Start unless that was done, then work until cancelled."""
        if self._connection is None:
            await self.start()
        await self._connected().people.keep_fresh()

    async def close(self) -> None:
        """Take no more events, give the answers in hand, let go of the connections."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if connection.socket is not None:
            await connection.socket.close()
        await connection.answers.close()
        await connection.people.close()
        await connection.web.close()

    async def check(self, channels: Sequence[str] = ()) -> list[Check]:
        """What is well and what is not, without starting; for `doctor`.

        `channels` are the moderators': the bot must be in them.
        """
        web = Web(self._bot_token, self._api_url)
        try:
            return await check_connection(
                web,
                self._workspaces,
                app_token=self._app_token,
                signing_secret=self._signing_secret,
                channels=channels,
                spare_scopes=self._spare_scopes,
            )
        finally:
            await web.close()

    async def send_notice(self, to: Person, notice: Notice, *, key: str) -> Receipt:
        """Write to a person privately."""
        return await self._connected().chat.send_notice(to, notice, key=key)

    async def show_notice(
        self, to: Person, about: MessageKey, notice: Notice, *, key: str
    ) -> Receipt:
        """Show it to the person alone in the channel of their message."""
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
        """Refused: Slack lets a bot delete only its own messages."""
        return await self._connected().chat.hide(message)

    async def _connect(self, web: Web) -> _Connection:
        me = await prove_identity(web, self._workspaces)
        missing = sorted(needed_scopes() - self._spare_scopes - me.scopes)
        if missing:
            log.warning("slack-scopes-missing", scopes=",".join(missing))
        people = People(web, self._clock)
        await people.refresh_groups()
        chat = Chat(web, me.team, self._clock)
        answers = Answers(web, chat)
        gate = Gate(me, self._workspaces)
        app = build_app(me, gate, base_url=web.base_url, bot_token=self._bot_token)
        messages = MessageListener(self._inbox, me, people, FileTexts(web))
        app.event("message")(messages.take)
        ignore_other_events(app)
        PressListeners(self._inbox, me.team, people, answers).register(app)
        ReportListeners(self._inbox, me, people, answers).register(app)
        return _Connection(web, me, people, chat, answers, app)

    def _bolt_app(self) -> AsyncApp | None:
        return self._connection.app if self._connection is not None else None

    def _connected(self) -> _Connection:
        if self._connection is None:
            raise DeliveryError("not_connected", retryable=True)
        return self._connection
