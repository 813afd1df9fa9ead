"""How events, presses and commands reach the app, and when it acknowledged them (3.1, 3.3)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.doubles.slack.workspace import Json

MAX_SOCKETS = 10  # 3.3: up to 10 connections per app
MAX_RETRIES = 3  # 3.1: up to 3 redeliveries


@dataclass(eq=False)
class Delivery:
    """One thing the app is told. `subject` is what its record must be about.

    `kind` is the envelope's type: events_api, interactive or slash_commands.
    """

    kind: str
    payload: Json
    subject: str
    expects_record: bool
    sent_at: int = 0  # on the double's own count of what happened
    acked_at: int | None = None
    attempts: int = 0
    answer: Any = None  # what the acknowledgement carried
    failure: str = ""  # why Slack would send it again
    held_by: Any = None  # the socket it went to
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def takes_answer(self) -> bool:
        """3.3: only these may carry a payload in their acknowledgement."""
        return self.kind != "events_api"


class Courier:
    """Carries deliveries over sockets or HTTP and notes the order of records and answers."""

    def __init__(self, signing_secret: str, changed: Callable[[], None]) -> None:
        self.mode = "socket"
        self.request_url = ""
        self.deliveries: list[Delivery] = []
        self.records: list[tuple[int, str]] = []
        self.violations: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._secret = signing_secret
        self._changed = changed
        self._count = itertools.count(1)
        self._envelopes: dict[str, Delivery] = {}
        self._next_socket = 0
        self._posting: set[asyncio.Task[None]] = set()

    def send(self, delivery: Delivery) -> None:
        """Set a delivery on its way; it stays on record here until it is acknowledged."""
        delivery.sent_at = next(self._count)
        self.deliveries.append(delivery)
        self._attempt(delivery)

    def redeliver(self) -> list[Delivery]:
        """What Slack does as time passes: each unacknowledged event is sent again, three times.

        3.1: X-Slack-Retry-Num 1..3 with the reason; 3.3: retry_attempt and retry_reason.
        """
        again = [
            delivery
            for delivery in self.deliveries
            if delivery.acked_at is None
            and delivery.kind == "events_api"
            and 0 < delivery.attempts <= MAX_RETRIES
            and delivery.failure != "no_retry"
        ]
        for delivery in again:
            delivery.done.clear()
            self._attempt(delivery)
        return again

    def recorded(self, subject: str) -> None:
        """The application has committed a record about this subject."""
        self.records.append((next(self._count), subject))
        self._changed()

    def acked_before_record(self) -> list[str]:
        """Subjects acknowledged while no record of them had been made since they were sent."""
        return [
            delivery.subject
            for delivery in self.deliveries
            if delivery.expects_record
            and delivery.acked_at is not None
            and not any(
                subject == delivery.subject and delivery.sent_at < at < delivery.acked_at
                for at, subject in self.records
            )
        ]

    async def attach(self, socket: web.WebSocketResponse) -> None:
        """A new socket: say hello and send what waits and what the old one left unanswered."""
        if len(self.sockets) >= MAX_SOCKETS:
            await self.disconnect(self.sockets[0], "too_many_websockets")
        self.sockets.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "connection_info": {"app_id": "A0HALL"},
                "debug_info": {"host": "applink-0", "approximate_connection_time": 18_060},
            }
        )
        for delivery in self.deliveries:
            waits = delivery.acked_at is None and delivery.kind == "events_api"
            if waits and delivery.attempts <= MAX_RETRIES and delivery.held_by is None:
                self._attempt(delivery)
        self._changed()

    def detach(self, socket: web.WebSocketResponse) -> None:
        """The socket is gone: what it held unanswered is held by nobody."""
        if socket in self.sockets:
            self.sockets.remove(socket)
        for delivery in self._envelopes.values():
            if delivery.held_by is socket:
                delivery.held_by = None
        self._changed()

    async def disconnect(self, socket: web.WebSocketResponse, reason: str) -> None:
        """3.3: tell a client to go (warning, refresh_requested, too_many_websockets, …)."""
        self.detach(socket)
        await socket.send_json({"type": "disconnect", "reason": reason})

    def acknowledge(self, frame: Json) -> None:
        """3.3: `{"envelope_id", "payload"?}`, on any live socket."""
        delivery = self._envelopes.pop(str(frame.get("envelope_id")), None)
        if delivery is None:
            self.violations.append("acknowledged an envelope that was not open")
            return
        if "payload" in frame and not delivery.takes_answer:
            self.violations.append("answered an event with a payload")  # 3.3
        if delivery.acked_at is None:
            self._acked(delivery, frame.get("payload"))

    async def close(self) -> None:
        """Wait for the requests under way."""
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)

    def _attempt(self, delivery: Delivery) -> None:
        if self.mode == "http":
            sending = self._post(delivery)
        elif self.sockets:
            # 3.3: each payload goes to one connection, any one
            self._next_socket = (self._next_socket + 1) % len(self.sockets)
            delivery.held_by = self.sockets[self._next_socket]
            sending = self._push(delivery, delivery.held_by)
        else:
            # No socket stands. An event waits for one (section 2: a gap on every reconnect); a
            # person who pressed something is told that it did not work.
            if delivery.kind != "events_api":
                delivery.failure = "no_socket"
                delivery.done.set()
            return
        delivery.attempts += 1
        task = asyncio.create_task(sending)
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _push(self, delivery: Delivery, socket: web.WebSocketResponse) -> None:
        envelope = f"env-{next(self._count)}"
        self._envelopes[envelope] = delivery
        frame: Json = {
            "envelope_id": envelope,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.takes_answer,
        }
        if delivery.kind == "events_api":
            frame["retry_attempt"] = delivery.attempts - 1
            frame["retry_reason"] = "timeout" if delivery.attempts > 1 else ""
        try:
            await socket.send_json(frame)
        except ConnectionError:
            delivery.held_by = None

    async def _post(self, delivery: Delivery) -> None:
        body, headers = self._signed(delivery)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(
                    self.request_url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                text = await response.text()
        except (aiohttp.ClientError, OSError):
            delivery.failure = "connection_failed"
        else:
            if 200 <= response.status < 300:
                self._acked(delivery, _answer(text, response.content_type))
            elif response.headers.get("X-Slack-No-Retry") == "1":  # 3.1
                delivery.failure = "no_retry"
            else:
                delivery.failure = "http_error"
        delivery.done.set()
        self._changed()

    def _signed(self, delivery: Delivery) -> tuple[bytes, dict[str, str]]:
        if delivery.kind == "events_api":
            body, kind = json.dumps(delivery.payload), "application/json"
        else:  # 3.1: commands and interactions are form encoded
            form = (
                delivery.payload
                if delivery.kind == "slash_commands"
                else {"payload": json.dumps(delivery.payload)}
            )
            body, kind = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, **sign(self._secret, body)}
        if delivery.attempts > 1:  # 3.1
            headers["X-Slack-Retry-Num"] = str(delivery.attempts - 1)
            headers["X-Slack-Retry-Reason"] = delivery.failure or "http_timeout"
        return body.encode(), headers

    def _acked(self, delivery: Delivery, answer: Any) -> None:
        delivery.acked_at = next(self._count)
        delivery.answer = answer
        delivery.done.set()
        self._changed()


def sign(secret: str, body: str, at: int | None = None) -> dict[str, str]:
    """3.1: v0=HMAC_SHA256(secret, "v0:" + timestamp + ":" + raw body)."""
    stamp = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
    }


def _answer(text: str, content_type: str) -> Any:
    if content_type == "application/json":
        return json.loads(text)
    return {"text": text} if text else None
