"""Who may talk to the playground: a browser on this computer, and no other site through it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SAFE = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not "no-referrer": with it a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class LoopbackGuard:
    """Refuses (403) foreign Host names and cross-site requests; adds the security headers.

    A name that is not loopback's means that some site's DNS points here (rebinding); a foreign
    Origin means that a page of another site wants to post as one of our people.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve an HTTP request, or say why not."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        problem = refusal(scope)
        app = PlainTextResponse(problem + "\n", status_code=403) if problem else self._app
        await app(scope, receive, send_with_headers)


def refusal(scope: Scope) -> str:
    """Why this request is refused, or "" if it may pass."""
    headers = Headers(scope=scope)
    server = scope.get("server")
    port = server[1] if server else None
    host = headers.get("host", "")
    if host not in loopback_hosts(port):
        return (
            "The playground answers only on this computer, by its own name and port: "
            f"open http://127.0.0.1:{port}/ instead."
        )
    site = headers.get("sec-fetch-site", "none")
    opened = scope["method"] in SAFE and headers.get("sec-fetch-mode") == "navigate"
    if site not in ("none", "same-origin") and not opened:
        return "Another site sent this request. Open the playground itself and try there."
    origin = headers.get("origin")
    if scope["method"] not in SAFE and origin not in (None, f"{scope['scheme']}://{host}"):
        return "This form was sent from another site. Open the playground itself and try there."
    return ""


def loopback_hosts(port: int | None) -> frozenset[str]:
    """The Host headers that a browser on this computer may send to this port."""
    bare = LOOPBACK if port == 80 else ()
    return frozenset({*bare, *(f"{name}:{port}" for name in LOOPBACK)})
