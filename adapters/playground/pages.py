"""The playground over HTTP: one page, its panes, its forms and its stream of changes."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path

import jinja2
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.playground.chat import Chat
from adapters.playground.events import Events
from adapters.playground.forms import Forms
from adapters.playground.guard import LoopbackGuard
from adapters.playground.live import Changes
from adapters.playground.screen import Problem, screen
from adapters.playground.view import View, view_of
from adapters.playground.wording import shown, stretches

HERE = Path(__file__).parent
PANES = ("room", "notices", "moderators", "admins")
MAX_BODY = 1_000_000  # bytes: the longest text, every character of it escaped, and the rest
Endpoint = Callable[[Request], Awaitable[Response]]


@functools.cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"shown": shown, "stretches": stretches}
    return templates


class Pages:
    """Routes for the root of a server; every one is guarded (`LoopbackGuard`)."""

    def __init__(self, chat: Chat, events: Events, changes: Changes) -> None:
        self._chat = chat
        self._changes = changes
        self._forms = Forms(chat, events, changes, self.page)

    def routes(self) -> list[BaseRoute]:
        """The page at "/", all else below "/playground/"."""
        guard = [Middleware(LoopbackGuard)]
        views: dict[str, Endpoint] = {
            "/": self._show,
            "/playground/panes/{pane}": self._pane,
            "/playground/events": self._stream,
        }
        return [
            *(Route(path, endpoint, middleware=guard) for path, endpoint in views.items()),
            *(
                Route(
                    f"/playground/{name}",
                    endpoint,
                    methods=["POST"],
                    middleware=guard,
                    max_body_size=MAX_BODY,
                )
                for name, endpoint in self._forms.table().items()
            ),
            Mount(
                "/playground/static",
                StaticFiles(directory=HERE / "static"),
                middleware=guard,
            ),
        ]

    def page(self, view: View, status: int = 200, problem: Problem | None = None) -> Response:
        """The whole page as seen this way, with what went wrong."""
        return self._render("page.html", view, status, problem)

    def _render(
        self, template: str, view: View, status: int = 200, problem: Problem | None = None
    ) -> Response:
        data = screen(self._chat, view, self._changes.version, problem)
        return HTMLResponse(_templates().get_template(template).render(data), status)

    async def _show(self, request: Request) -> Response:
        return self.page(view_of(request.query_params))

    async def _pane(self, request: Request) -> Response:
        pane = request.path_params["pane"]
        if pane not in PANES:
            return PlainTextResponse("There is no such pane.\n", 404)
        return self._render(f"fragment_{pane}.html", view_of(request.query_params))

    async def _stream(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(self._changes.stream(), media_type="text/event-stream")
