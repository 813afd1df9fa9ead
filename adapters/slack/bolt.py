"""The Bolt app: what is let in, who we are, and that an error is never an acknowledgement."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Collection
from pathlib import PurePath
from traceback import extract_tb

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.events import Json, Malformed, need_object, need_text
from adapters.slack.web import Identity, sdk_log
from bot.ports import Inbox, IntakeError

log = structlog.get_logger()
bolt_log = logging.getLogger("hallmonitor.slack.bolt")
bolt_log.setLevel(logging.ERROR)  # below that, Bolt quotes payloads; see also `web.sdk_log`

Next = Callable[[], Awaitable[BoltResponse]]


# What Bolt's own readers raise on JSON that is not what they expect.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


async def dispatch(
    app: AsyncApp, inbox: Inbox, make_request: Callable[[], AsyncBoltRequest]
) -> BoltResponse:
    """Hand a request to Bolt; one that nobody could read is counted and acknowledged.

    It is looked at before Bolt does: Bolt stumbles over odd shapes even while it answers for them.
    """
    kind = "request"
    try:
        request = make_request()
        kind = _kind(request.body)
        _check_shape(kind, request.body)
    except Malformed as problem:
        inbox.malformed("slack", kind, str(problem))
    except UNREADABLE:
        inbox.malformed("slack", kind, "the payload is not what Slack documents")
    else:
        return await app.async_dispatch(request)
    return BoltResponse(status=200, body="")


class Gate:
    """Stands before all listeners: other workspaces are ignored."""

    def __init__(self, me: Identity, workspaces: Collection[str]) -> None:
        self._me = me
        self._workspaces = workspaces
        self._strangers: set[str] = set()

    async def let_in(self, body: Json, team: str, go_on: Next) -> BoltResponse:
        """Let one request through, or answer for it."""
        if body.get("type") == "url_verification":
            return await go_on()
        if team != self._me.team or team not in self._workspaces:
            self._note_stranger(team)
            return BoltResponse(status=200, body="")
        if body.get("type") == "app_rate_limited":
            log.error("slack-events-dropped", minute=body.get("minute_rate_limited"))
            return BoltResponse(status=200, body="")
        return await go_on()

    def _note_stranger(self, team: str) -> None:
        if team not in self._strangers and len(self._strangers) < 1_000:
            self._strangers.add(team)
            log.warning("slack-workspace-not-listed", team=team[:20])


def build_app(me: Identity, gate: Gate, *, base_url: str, bot_token: str) -> AsyncApp:
    """A Bolt app that acknowledges after its listeners and asks Slack nothing of its own."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Bolt's own way calls auth.test on the first event, before the event is on record, and
        # acknowledges the event if that fails.
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=me.bot_user,
            bot_id=me.bot,
            bot_token=bot_token,
        )

    async def before(body: Json, context: Json, next_: Next) -> BoltResponse:
        return await gate.let_in(body, str(context.get("team_id") or ""), next_)

    app = AsyncApp(
        name="hallmonitor",
        logger=bolt_log,
        client=AsyncWebClient(base_url=base_url, logger=sdk_log, retry_handlers=[]),
        authorize=authorize,
        before_authorize=before,
        process_before_response=True,
        request_verification_enabled=False,  # done in http.py
    )
    app.error(_failed)
    return app


def ignore_other_events(app: AsyncApp) -> None:
    """Acknowledge event types that somebody subscribed to beside the manifest's; register last."""

    async def ignore() -> None:
        return None

    app.event(re.compile(""))(ignore)


async def _failed(error: Exception) -> BoltResponse:
    """Not acknowledged: Slack delivers again. The log gets the place, never the error's text."""
    if isinstance(error, IntakeError):
        log.error("slack-not-recorded")
    else:
        frames = extract_tb(error.__traceback__)
        place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        log.error("slack-listener-failed", error=type(error).__name__, at=place)
    return BoltResponse(status=500, body="")


def _kind(body: Json) -> str:
    if "command" in body or "ssl_check" in body:  # a form without a type
        return "command"
    return str(body.get("type") or "")[:40]


def _check_shape(kind: str, body: Json) -> None:
    """What Bolt reads without asking whether it is there."""
    match kind:
        case "event_callback":
            need_text(need_object(body, "event"), "type")
        case "block_actions":
            actions = body.get("actions")
            if not isinstance(actions, list) or not all(isinstance(a, dict) for a in actions):
                raise Malformed("actions is no list of objects")
            for action in actions[:1] or [{}]:
                need_text(action, "action_id")
        case "view_submission" | "view_closed":
            need_object(body, "view")
        case "":
            raise Malformed("type is missing or no text")
