"""Slack over HTTP: one route that verifies, hands the request to Bolt and answers for it."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.slack.bolt import dispatch
from bot.ports import Inbox

PATH = "/slack/events"
MAX_BODY = 2 * 1024 * 1024  # Slack's largest: a view of 250 KB, a message of some 100 KB

log = structlog.get_logger()


class EventsRoute:
    """Answers Slack's requests: 200 after the record, 401 unsigned, 500 and 503 to come again."""

    def __init__(
        self, app: Callable[[], AsyncApp | None], signing_secret: str, inbox: Inbox
    ) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._inbox = inbox

    def routes(self) -> list[BaseRoute]:
        """The routes to mount in the application's server."""
        return [Route(PATH, self.handle, methods=["POST"])]

    async def handle(self, request: Request) -> Response:
        """One request of Slack."""
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        if not self._is_signed(request, body):
            log.warning("slack-signature-wrong")
            return Response(status_code=401)
        app = self._app()
        if app is None:  # not connected yet: Slack comes again
            return Response(status_code=503)
        answer = await dispatch(app, self._inbox, lambda: to_async_bolt_request(request, body))
        return to_starlette_response(answer)

    def _is_signed(self, request: Request, body: bytes) -> bool:
        # Not left to Bolt: on a wrong signature it logs the whole body, people's words and all.
        try:
            return self._verifier.is_valid_request(body, dict(request.headers))
        except (TypeError, ValueError):  # a timestamp or signature of another alphabet
            return False


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)
