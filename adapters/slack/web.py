"""The Web API as the adapter uses it: one session, no hidden retries, translated errors."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.errors import CALL_ERRORS, translate
from bot.ports import DeliveryError

SLACK_API_URL = "https://slack.com/api/"
CALL_S = 10

# slack_sdk writes whole requests and payloads at DEBUG, and Bolt whole bodies at INFO: neither
# level is ever open, whatever the root logger says.
sdk_log = logging.getLogger("hallmonitor.slack.sdk")
sdk_log.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token is: one bot in one workspace."""

    team: str
    bot_user: str
    bot: str
    url: str  # the workspace's own address, for permalinks
    scopes: frozenset[str]

    def permalink(self, channel: str, ts: str, thread: str = "") -> str:
        """The address of a message, as Slack itself would give it."""
        reply = f"?thread_ts={thread}&cid={channel}" if thread else ""
        return f"{self.url}archives/{channel}/p{ts.replace('.', '')}{reply}"


class Web:
    """Calls Web API methods; every failure is a `DeliveryError`."""

    def __init__(self, bot_token: str, api_url: str | None) -> None:
        self.base_url = (api_url or SLACK_API_URL).rstrip("/") + "/"
        self.token = bot_token
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S))
        # Without retries of its own: a repeated post would not be seen by the deliveries' record.
        self.client = AsyncWebClient(
            token=bot_token,
            base_url=self.base_url,
            timeout=CALL_S,
            session=self.session,
            logger=sdk_log,
            retry_handlers=[],
        )

    async def call(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """Post JSON to a method and return the answer's fields."""
        return await self._done(method, json=arguments)

    async def read(self, method: str, **arguments: str) -> Mapping[str, Any]:
        """Ask a reading method (they take no JSON) and return the answer's fields."""
        return await self._done(method, http_verb="GET", params=arguments)

    async def _done(self, method: str, **request: Any) -> Mapping[str, Any]:
        try:
            response = await self.client.api_call(method, **request)
        except CALL_ERRORS as error:
            # "from None": the cause's text quotes the request.
            raise translate(error) from None
        return response.data if isinstance(response.data, dict) else {}

    async def identity(self) -> Identity:
        """Ask Slack whose token this is and what it may do."""
        try:
            response = await self.client.auth_test()
        except CALL_ERRORS as error:
            raise translate(error) from None
        scopes = response.headers.get("x-oauth-scopes", "")
        return Identity(
            team=str(response.get("team_id", "")),
            bot_user=str(response.get("user_id", "")),
            bot=str(response.get("bot_id", "")),
            url=str(response.get("url", "")),
            scopes=frozenset(filter(None, (scope.strip() for scope in scopes.split(",")))),
        )

    async def socket_url(self, app_token: str) -> str:
        """Ask for a single-use Socket Mode address."""
        try:
            response = await self.client.apps_connections_open(app_token=app_token)
        except CALL_ERRORS as error:
            raise translate(error) from None
        return str(response.get("url", ""))

    async def respond(self, response_url: str, text: str) -> None:
        """Answer an interaction where it happened, for the person's eyes only."""
        webhook = AsyncWebhookClient(
            response_url, timeout=CALL_S, session=self.session, logger=sdk_log, retry_handlers=[]
        )
        try:
            response = await webhook.send(
                text=text, response_type="ephemeral", replace_original=False
            )
        except CALL_ERRORS as error:
            raise translate(error) from None
        if response.status_code != 200:
            raise DeliveryError(f"http_{response.status_code}")

    async def close(self) -> None:
        """Let go of the connections."""
        await self.session.close()
