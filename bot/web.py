"""The one web server: health, the platforms' HTTP events, the playground."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.store.port import Store, StoreError

GRACE_S = 5
STOPS = (signal.SIGINT, signal.SIGTERM)


class PortError(Exception):
    """The server cannot listen there; the text says why and what to do."""


class Server(uvicorn.Server):
    """uvicorn, with something to do when it serves, and before open connections end."""

    def __init__(
        self,
        config: uvicorn.Config,
        when_ready: Callable[[], None],
        before_shutdown: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._when_ready = when_ready
        self._before_shutdown = before_shutdown

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then say that requests and signals are heard."""
        await super().startup(sockets)
        self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, once; uvicorn would raise them again when it has stopped.

        That would end the process before deliveries in hand are finished.
        """
        loop = asyncio.get_running_loop()
        for number in STOPS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in STOPS:
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End open streams first, then as uvicorn does."""
        self._before_shutdown()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Take the port now, so that a fault is told before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise PortError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    return taken


def application(store: Store, routes: Sequence[BaseRoute]) -> Starlette:
    """The routes of the platforms, beside `/healthz` (alive) and `/readyz` (can record)."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(request: Request) -> Response:
        try:
            await store.write(lambda tx: None)
        except StoreError as error:
            return PlainTextResponse(f"cannot record: {error}\n", status_code=503)
        return PlainTextResponse("ready\n")

    own = [Route("/healthz", healthz), Route("/readyz", readyz)]
    return Starlette(routes=[*own, *routes])


def server(
    app: Starlette, when_ready: Callable[[], None], before_shutdown: Callable[[], None]
) -> Server:
    """A server for the application that logs no requests: paths and forms are people's words."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config, when_ready, before_shutdown)
