"""The double's server: REST, gateway and files on one port, with faults to order."""

from __future__ import annotations

import asyncio
import json
import re
import socket as sockets
import time
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.doubles.discord import errors
from tests.doubles.discord.errors import ApiError
from tests.doubles.discord.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, Gateway
from tests.doubles.discord.limits import Left, Limits
from tests.doubles.discord.payloads import as_event, without_content
from tests.doubles.discord.rest import Rest
from tests.doubles.discord.world import VIEW, Channel, Json, World

# 4.2: buckets vary by channel, server, webhook id and token
MAJOR = ("channel", "guild", "token")
USER_AGENT = re.compile(r"DiscordBot \(\S+,? \S+\)")  # 4.2: `DiscordBot (url, version)`


@dataclass
class Fault:
    """What goes wrong with the next calls of a route."""

    status: int = 500
    code: int = 0
    retry_after: float = 0.0
    lost: bool = False  # done, but the answer never arrives
    broken: str = ""  # an answer that is not Discord's
    stalled: bool = False  # no answer until the double closes
    times: int = 1


class Server:
    """Serves one application on loopback."""

    def __init__(self) -> None:
        self.world = World()
        self.rest = Rest(self.world, self._app_did)
        self.gateway = Gateway(self.world, self._pulse)
        self.limits = Limits()
        self.origin = ""
        self.changed = asyncio.Event()
        self._faults: dict[str, list[Fault]] = {}
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/attachments/{id}/{name}", self._on_file)
        for route in self.rest.routes:
            method, path = route.split(" ")
            app.router.add_route(method, f"/api/v10{path}", self._handler(route))
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        listener = sockets.socket()
        listener.bind(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.gateway.address = self.gateway_url
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        self._closing.set()
        await self.gateway.close(1001)
        assert self._runner is not None
        await self._runner.cleanup()
        wrong = self.gateway.violations + self.rest.pinged
        assert kind is not None or not wrong, wrong

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.origin.replace('http', 'ws')}/gateway/"

    @property
    def token(self) -> str:
        return self.gateway.token

    def tell(self, event: str, channel: Channel, data: Json) -> None:
        """What happened in a channel, to whoever may hear of it there."""
        if channel.guild:
            if self.world.bot not in self.world.guilds[channel.guild].members:
                return
            if not self.world.may(channel, VIEW):
                return
        if event.startswith(("THREAD_", "CHANNEL_")):
            self.gateway.dispatch(event, data, intent=GUILDS)
            return
        intent = GUILD_MESSAGES if channel.guild else DIRECT_MESSAGES
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and "author" in data:
            whole = as_event(self.world, channel, data)
            hidden = not self._is_open(channel, data)
            gated = without_content(whole) if hidden else whole
            self.gateway.dispatch_message(event, gated, whole, intent=intent)
        else:
            home = {"guild_id": channel.guild} if channel.guild else {}
            self.gateway.dispatch(event, {**data, **home}, intent=intent)

    def _is_open(self, channel: Channel, message: Json) -> bool:
        """4.1: what an app sees without the content intent."""
        before, self.rest.content_enabled = self.rest.content_enabled, False
        try:
            return self.rest.sees_content(channel, message)
        finally:
            self.rest.content_enabled = before

    def _pulse(self) -> None:
        self.changed.set()

    def _app_did(self, event: str, channel: Channel, data: Json) -> None:
        self.tell(event, channel, dict(data))
        self._pulse()

    def _handler(self, route: str) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            ids = request.match_info
            major = "/".join(ids.get(name, "") for name in MAJOR)
            left = self.limits.spend(route, major)
            fault = self._next_fault(route)
            if fault is not None and fault.stalled:
                await self._closing.wait()
            if fault is not None and not fault.lost:
                return _refusal(fault, left)
            try:
                if left.refused:
                    raise ApiError(429, 0, "You are being rate limited.")
                answer = self._answer(route, request, await _body(request))
            except ApiError as error:
                return _error(error, left)
            finally:
                self._pulse()
            if fault is not None:
                assert request.transport is not None
                request.transport.abort()
            headers = left.headers(time.time())
            if answer is None:
                return web.Response(status=204, headers=headers)
            return _json(answer, 200, headers)

        return handle

    def _answer(self, route: str, request: web.Request, body: Any) -> Any:
        if not USER_AGENT.match(request.headers.get("User-Agent", "")):
            raise ApiError(403, 40333, "a User-Agent of the form DiscordBot (url, version)")
        open_to_all = route.split(" ")[1].startswith(("/interactions", "/webhooks"))
        if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
            raise errors.UNAUTHORIZED
        reason = request.headers.get("X-Audit-Log-Reason")
        if reason is not None:
            if not 1 <= len(reason) <= 512:
                raise errors.bad_form("X-Audit-Log-Reason", "1-512")  # 4.2
            self.rest.audit_reasons.append(reason)
        self.rest.calls.append((route, body if isinstance(body, dict) else {}))
        return self.rest.routes[route](request.match_info, body, request.query)

    def _next_fault(self, route: str) -> Fault | None:
        waiting = self._faults.get(route)
        if not waiting:
            return None
        waiting[0].times -= 1
        return waiting[0] if waiting[0].times > 0 else waiting.pop(0)

    async def _on_file(self, request: web.Request) -> web.StreamResponse:
        fault = self._next_fault("files")
        if fault is not None and fault.stalled:
            await self._closing.wait()
        if fault is not None:
            return web.Response(status=fault.status)
        if "Authorization" in request.headers:
            self.gateway.violations.append("the token went to the host of files")
        file = self.world.files.get(request.match_info["id"])
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})


async def _body(request: web.Request) -> Any:
    if request.method not in ("POST", "PUT", "PATCH") or not request.can_read_body:
        return {}
    if request.content_type != "application/json":
        raise errors.bad_form("body", 'Expected "Content-Type" header to be application/json')
    try:
        return await request.json()
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def _error(error: ApiError, left: Left) -> web.Response:
    body = error.body()
    if error.status == 429:
        body = {"message": error.message, "retry_after": left.reset_after, "global": False}
    return _json(body, error.status, left.headers(time.time()))


def _refusal(fault: Fault, left: Left) -> web.Response:
    if fault.broken:
        return web.Response(
            body=fault.broken.encode(), headers={"Content-Type": "application/json"}
        )
    headers = {"Via": "1.1 google"}
    if fault.status == 429:
        headers["Retry-After"] = str(fault.retry_after)
        body: Json = {"message": "slow", "retry_after": fault.retry_after, "global": False}
        return _json(body, 429, headers)
    if not fault.code:
        return web.Response(status=fault.status, text="<html>", content_type="text/html")
    body = {"code": fault.code, "message": "ordered by the test"}
    return _json(body, fault.status, headers)


def _json(body: Any, status: int, headers: dict[str, str]) -> web.Response:
    """Section 2: discord.py parses JSON only when the header is exactly `application/json`."""
    told = {**headers, "Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=told)
