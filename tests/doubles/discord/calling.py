"""Requests as Discord wants to see them."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from tests.doubles.discord import DiscordDouble

AGENT = "DiscordBot (https://example.org, 1.0)"


async def call(
    discord: DiscordDouble, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """Status and answer of a request with everything that Discord wants to see."""
    sent = {"Authorization": f"Bot {discord.token}", "User-Agent": AGENT, **headers}
    if body is not None:
        sent.setdefault("Content-Type", "application/json")
    data = json.dumps(body) if body is not None else None
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{discord.api_url}{path}", data=data, headers=sent) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text else None
