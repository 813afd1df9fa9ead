"""The double's server: Web API, sockets, response addresses and files, with faults to order."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from dataclasses import dataclass
from typing import Self

from aiohttp import WSMsgType, web

from tests.doubles.slack.delivery import Courier, Delivery
from tests.doubles.slack.errors import ApiError
from tests.doubles.slack.limits import Limits
from tests.doubles.slack.payloads import event_envelope
from tests.doubles.slack.web_api import HISTORY_SCOPE, Ephemeral, WebApi
from tests.doubles.slack.workspace import Channel, Json, Workspace

RESPONSE_URL_USES = 5  # 3.4: 5 uses within 30 minutes


@dataclass
class Fault:
    """What goes wrong with the next calls of a method."""

    error: str = ""
    status: int = 200
    retry_after: int = 0
    lost: bool = False  # done, but the answer never arrives
    broken: str = ""  # an answer that is not Slack's
    stalled: bool = False  # no answer until the double closes
    times: int = 1


class Server:
    """Serves one workspace and one app in it on loopback."""

    def __init__(self, mode: str = "socket") -> None:
        self.workspace = Workspace()
        self.api = WebApi(self.workspace, self._app_said)
        self.bot_token = "xoxb-double-bot"
        self.app_token = "xapp-double-app"
        self.app_scopes = {"connections:write"}
        self.signing_secret = "double-signing-secret"
        self.courier = Courier(self.signing_secret, self._pulse)
        self.courier.mode = mode
        self.limits = Limits()
        self.origin = ""
        self.api_url = ""
        self.token_error = ""
        self.use_up_response_urls = False
        self._faults: dict[str, list[Fault]] = {}
        self._tickets: set[str] = set()
        self._response_urls: dict[str, tuple[str, str, int]] = {}
        self.changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._on_call)
        app.router.add_get("/link/", self._on_socket)
        app.router.add_post("/actions/{id}", self._on_response_url)
        app.router.add_get("/files-pri/{id}/download/{name}", self._on_file)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        listener = sockets.socket()
        listener.bind(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.api_url = f"{self.origin}/api/"
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        self._closing.set()
        for socket in list(self.courier.sockets):
            await socket.close()
        await self.courier.close()
        assert self._runner is not None
        await self._runner.cleanup()
        assert kind is not None or not self.courier.violations, self.courier.violations

    @property
    def team(self) -> str:
        return self.workspace.team

    @property
    def scopes(self) -> set[str]:
        return self.api.scopes

    def new_response_url(self, user: str, channel: str) -> str:
        """3.4: where an interaction may be answered, five times."""
        address = self.workspace.unique("R")
        used = RESPONSE_URL_USES if self.use_up_response_urls else 0
        self._response_urls[address] = (user, channel, used)
        return f"{self.origin}/actions/{address}"

    def _pulse(self) -> None:
        self.changed.set()

    def _app_said(self, event: Json, place: Channel) -> None:
        """The app's own messages come back to it as events."""
        self._pulse()
        if self.courier.mode == "socket" and not self.courier.sockets:
            return
        if self.courier.mode == "http" and not self.courier.request_url:
            return
        if HISTORY_SCOPE[place.kind] in self.scopes:
            whole = {"event_ts": event.get("ts"), **event}
            payload = event_envelope(self.workspace, whole, self.team)
            self.courier.send(Delivery("events_api", payload, "own", expects_record=False))

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        fault = self._next_fault(method)
        if fault is not None and fault.stalled:
            await self._closing.wait()
        if fault is not None and not fault.lost:
            return _refusal(fault)
        try:
            body = await self._answer(method, args, request)
        except ApiError as error:
            body = error.body()
        self._pulse()
        if body.get("error") == "ratelimited":
            headers = {"Retry-After": str(body.pop("retry_after"))}
            return web.json_response(body, status=429, headers=headers)
        if fault is not None:
            assert request.transport is not None
            request.transport.abort()
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        return web.json_response(
            {"ok": True, **body} if "ok" not in body else body, headers=headers
        )

    async def _answer(self, method: str, args: Json, request: web.Request) -> Json:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self._check_token(token or str(args.pop("token", "")), method)
        wait = self.limits.spend(method, str(args.get("channel", "")))
        if wait is not None:  # 3.4: 429 has Retry-After seconds and `ratelimited`
            raise ApiError("ratelimited", retry_after=wait)
        if method == "apps.connections.open":
            return self._new_ticket()
        return self.api.call(method, args)

    def _check_token(self, token: str, method: str) -> None:
        if not token:
            raise ApiError("not_authed")
        wants_app = method == "apps.connections.open"
        if token == (self.bot_token if wants_app else self.app_token):
            raise ApiError("not_allowed_token_type")
        if token != (self.app_token if wants_app else self.bot_token):
            raise ApiError("invalid_auth")
        if wants_app and "connections:write" not in self.app_scopes:
            raise ApiError("missing_scope", needed="connections:write", provided="")  # 3.3
        if self.token_error and not wants_app:
            raise ApiError(self.token_error)

    def _new_ticket(self) -> Json:
        """3.3: a temporary single-use address."""
        ticket = self.workspace.unique("ticket-")
        self._tickets.add(ticket)
        return {"url": f"{self.origin.replace('http', 'ws')}/link/?ticket={ticket}"}

    def _next_fault(self, method: str) -> Fault | None:
        waiting = self._faults.get(method)
        if not waiting:
            return None
        waiting[0].times -= 1
        return waiting[0] if waiting[0].times > 0 else waiting.pop(0)

    async def _on_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)  # 3.3: single use
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            await self.courier.attach(socket)
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self.courier.acknowledge(json.loads(frame.data))
        finally:
            self.courier.detach(socket)
        return socket

    async def _on_response_url(self, request: web.Request) -> web.Response:
        address = request.match_info["id"]
        user, channel, used = self._response_urls.get(address, ("", "", RESPONSE_URL_USES))
        if used >= RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        self._response_urls[address] = (user, channel, used + 1)
        body = await request.json()
        if body.get("response_type") == "in_channel" or body.get("replace_original"):
            self.courier.violations.append("answered one person before everybody")
        shown = Ephemeral(user, channel, body.get("text") or "", body.get("blocks") or [])
        self.api.ephemerals.append(shown)
        self._pulse()
        return web.Response(text="ok")

    async def _on_file(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["id"].rpartition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        fault = self._next_fault("files")
        if fault is not None and fault.stalled:
            await self._closing.wait()
        if file is None:
            return web.Response(status=404)
        if token != self.bot_token or "files:read" not in self.scopes:
            raise web.HTTPFound(f"{self.origin}/?redir=sign-in")  # Slack sends the sign-in page
        return web.Response(body=file.content, content_type=file.mimetype)


async def _arguments(request: web.Request) -> Json:
    """Section 2: reads are GET with a query; some POSTs carry their arguments in the query too."""
    args: Json = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            args.update(await request.json())
        else:
            for name, value in (await request.post()).items():
                args[name] = json.loads(str(value)) if name in ("blocks", "view") else value
    return args


def _refusal(fault: Fault) -> web.Response:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    if fault.broken:
        return web.Response(text=fault.broken, content_type="application/json")
    if not fault.error:
        return web.Response(status=fault.status, text="<html>", content_type="text/html")
    body = {"ok": False, "error": fault.error}
    return web.json_response(body, status=fault.status, headers=headers)
