"""Discord's REST API as the adapter uses it: discord.py's client, with translated errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.errors import CALL_ERRORS, translate

DISCORD_API_URL = "https://discord.com/api/v10"
DISCORD_GATEWAY_URL = "wss://gateway.discord.gg/"
CALL_S = 25.0  # discord.py waits for rate limits by itself; a delivery's lease lasts 60 s


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Say which servers discord.py talks to; it keeps them for the whole process."""
    Route.BASE = (api_url or DISCORD_API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url or DISCORD_GATEWAY_URL)


class Rest:
    """Calls REST routes, each within its rate limit; every failure is a `DeliveryError`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        reason: str | None = None,
        **ids: str,
    ) -> Any:
        """Call a route, whose `{names}` are filled from `ids`, and return its answer."""
        request: dict[str, Any] = {}
        if body is not None:
            request["json"] = body
        if query:
            request["params"] = dict(query)
        if reason:
            request["reason"] = reason
        try:
            async with asyncio.timeout(CALL_S):
                return await self._client.http.request(Route(method, path, **ids), **request)
        except CALL_ERRORS as error:
            # "from None": the cause's text may quote the request.
            raise translate(error) from None
