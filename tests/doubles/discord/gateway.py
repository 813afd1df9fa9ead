"""The gateway (4.1): sessions, what they missed, and who is let in."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.discord.payloads import guild_json, user_json
from tests.doubles.discord.world import Json, World

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
GUILD_MEMBERS, PRESENCES, MESSAGE_CONTENT = 1 << 1, 1 << 8, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1 & ~(3 << 22)
EVENTS_PER_MINUTE = 120  # 4.1
MAX_PAYLOAD = 4_096  # 4.1: over that, close 4002
HEARTBEAT_MS = 41_250


@dataclass
class Session:
    """4.1: what `READY` began; a resume replays what it missed."""

    id: str
    intents: int
    sent: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    deflate: Any = None
    gone: bool = False


class Gateway:
    """Serves one application."""

    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self.world = world
        self.token = "double.bot.token"
        self.enabled = MESSAGE_CONTENT  # privileged intents that the portal has turned on
        self.identify_every_s = 5.0  # 4.1: max_concurrency per 5 s
        self.resumable = True
        self.address = ""
        self.sessions: dict[str, Session] = {}
        self.violations: list[str] = []
        self.identified: list[float] = []
        self.resumed = 0
        self.stalls: list[str] = []  # servers that are not described after READY
        self.refuses_sockets = False
        self._changed = changed

    @property
    def live(self) -> list[Session]:
        """The sessions with a socket."""
        return [s for s in self.sessions.values() if s.socket is not None and not s.gone]

    def dispatch(self, event: str, data: Any, *, intent: int = 0) -> None:
        """Tell every session that asked for it; who is away hears it on resuming."""
        for session in self.sessions.values():
            if not session.gone and (not intent or session.intents & intent):
                frame = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
                session.sent.append(frame)
                if session.socket is not None:
                    self._push(session, frame)

    def dispatch_message(self, event: str, gated: Json, whole: Json, *, intent: int) -> None:
        """4.1: content only for those who may read it."""
        for session in self.sessions.values():
            if not session.gone and session.intents & intent:
                sees = session.intents & MESSAGE_CONTENT
                data = whole if sees else gated
                frame = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
                session.sent.append(frame)
                if session.socket is not None:
                    self._push(session, frame)

    async def drop(self) -> None:
        """The network breaks: every connection is gone without a word."""
        for session in self.live:
            socket, session.socket = session.socket, None
            transport = socket._req.transport if socket and socket._req else None
            if transport is not None:
                transport.abort()

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for session in self.live:
            socket, session.socket = session.socket, None
            if socket is not None:
                await socket.close(code=code)

    async def send_op(self, op: int, data: Any = None) -> None:
        """4.1: 7 reconnect, 9 invalid session, 1 a heartbeat at once."""
        for session in self.live:
            if op == 9 and not data:
                session.gone = True
            self._push(session, {"op": op, "d": data, "s": None, "t": None})

    def send_raw(self, text: str) -> None:
        """Anything at all, to every live session."""
        for session in self.live:
            self._push_text(session, text)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One websocket, from hello to its end."""
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            return web.Response(status=400)
        if self.refuses_sockets:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        # Section 2: plain text frames are accepted whatever was asked for; zstd gets them.
        zipped = request.query.get("compress") == "zlib-stream"
        link = Session("", 0, socket=socket, deflate=zlib.compressobj() if zipped else None)
        self._push(link, {"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None})
        try:
            await self._listen(socket, link)
        finally:
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
                    # 4.1: a client that closes with 1000 or 1001 has done with its session
                    session.gone = session.gone or socket.close_code in (1000, 1001)
            self._changed()
        return socket

    async def _listen(self, socket: web.WebSocketResponse, link: Session) -> None:
        heard: list[float] = []
        session: Session | None = None
        async for frame in socket:
            if frame.type != WSMsgType.TEXT:
                continue
            heard = [at for at in heard if time.monotonic() - at < 60] + [time.monotonic()]
            if len(heard) > EVENTS_PER_MINUTE:
                await socket.close(code=4008)
                return
            if len(frame.data.encode()) > MAX_PAYLOAD:
                await socket.close(code=4002)
                return
            try:
                said = json.loads(frame.data)
            except ValueError:
                await socket.close(code=4002)
                return
            op = said.get("op")
            if op == 1:
                self._push(link, {"op": 11, "d": None, "s": None, "t": None})
            elif op == 2 and session is not None:
                await socket.close(code=4005)
                return
            elif op == 2:
                session = await self._identify(socket, link, said.get("d") or {})
            elif op == 6:
                session = await self._resume(socket, link, said.get("d") or {})
            elif op in (3, 4, 8):
                if session is None:
                    await socket.close(code=4003)
                    return
            else:
                await socket.close(code=4001)
                return

    async def _identify(
        self, socket: web.WebSocketResponse, link: Session, data: Json
    ) -> Session | None:
        intents = data.get("intents")
        code = self._refusal(data, intents)
        if code:
            await socket.close(code=code)
            return None
        now = time.monotonic()
        if self.identified and now - self.identified[-1] < self.identify_every_s:
            self.violations.append("identified again too soon")  # 4.1
            self._push(link, {"op": 9, "d": False, "s": None, "t": None})
            return None
        self.identified.append(now)
        session = Session(self.world.snowflake(), int(intents), [], socket, link.deflate)
        self.sessions[session.id] = session
        self._ready(session)
        return session

    def _refusal(self, data: Json, intents: Any) -> int:
        """4.1: fatal: 4004, 4010-4014."""
        if data.get("token") != self.token:
            return 4004
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        return 4014 if intents & PRIVILEGED & ~self.enabled else 0

    def _ready(self, session: Session) -> None:
        world = self.world
        guilds = [g for g in world.guilds.values() if world.bot in g.members]
        self._tell(
            session,
            "READY",
            {
                "v": 10,
                "user": user_json(world.users[world.bot]),
                "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.address,  # section 2: it must be our own
                "session_type": "normal",
                "application": {"id": world.application, "flags": 0},
            },
        )
        if session.intents & GUILDS:
            for guild in guilds:
                if guild.id not in self.stalls:
                    self._tell(session, "GUILD_CREATE", guild_json(world, guild))
        self._changed()

    async def _resume(
        self, socket: web.WebSocketResponse, link: Session, data: Json
    ) -> Session | None:
        session = self.sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        if data.get("token") != self.token:
            await socket.close(code=4004)
            return None
        known = session is not None and not session.gone and self.resumable
        if session is None or not known or not isinstance(seq, int):
            self._push(link, {"op": 9, "d": False, "s": None, "t": None})
            return None
        if seq > len(session.sent):
            await socket.close(code=4007)
            return None
        session.socket, session.deflate = socket, link.deflate
        for frame in session.sent[seq:]:  # 4.1: resume replays, then RESUMED
            self._push(session, frame)
        self._tell(session, "RESUMED", {"_trace": []})
        self.resumed += 1
        self._changed()
        return session

    def _tell(self, session: Session, event: str, data: Any) -> None:
        frame = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(frame)
        self._push(session, frame)

    def _push(self, session: Session, frame: Json) -> None:
        self._push_text(session, json.dumps(frame))

    def _push_text(self, session: Session, text: str) -> None:
        socket = session.socket
        if socket is None or socket.closed:
            return
        if session.deflate is not None:  # 4.1: shared context, suffix 00 00 ff ff
            squeezed = session.deflate.compress(text.encode())
            squeezed += session.deflate.flush(zlib.Z_SYNC_FLUSH)
            self._queue(socket, lambda: socket.send_bytes(squeezed))
        else:
            self._queue(socket, lambda: socket.send_str(text))

    def _queue(self, socket: web.WebSocketResponse, sending: Callable[[], Awaitable[None]]) -> None:
        """Frames leave one after another."""
        before: asyncio.Task[None] | None = getattr(socket, "_double_last", None)

        async def send() -> None:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            # Where the client has gone, it hears of it when it resumes.
            with suppress(ConnectionError, RuntimeError):
                await sending()

        socket._double_last = asyncio.ensure_future(send())  # type: ignore[attr-defined]
