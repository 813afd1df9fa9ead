"""Slack over Socket Mode: the SDK's client, with an answer for what Bolt cannot read."""

from __future__ import annotations

from time import time

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.bolt import dispatch
from adapters.slack.web import Web, sdk_log
from bot.ports import Inbox


class SocketMode(AsyncSocketModeHandler):
    """One connection that keeps itself alive; an envelope is acknowledged after its record."""

    def __init__(
        self, app: AsyncApp, app_token: str, web: Web, inbox: Inbox, ping_interval: float
    ) -> None:
        super().__init__(
            app,
            app_token,
            logger=sdk_log,
            web_client=web.client,
            ping_interval=ping_interval,
        )
        self._inbox = inbox

    async def open(self, url: str) -> None:
        """Connect to an address that `apps.connections.open` gave."""
        self.client.wss_uri = url
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Let go of the connection; what was not acknowledged comes again to the next one."""
        await self.client.close()  # type: ignore[no-untyped-call]

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """Dispatch one envelope and send its answer."""
        started = time()
        answer = await dispatch(
            self.app,
            self._inbox,
            lambda: AsyncBoltRequest(
                mode="socket_mode", body=req.payload, headers=build_headers(req)
            ),
        )
        await send_async_response(client, req, answer, started)
