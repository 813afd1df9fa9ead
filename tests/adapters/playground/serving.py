"""The playground behind a real server on a free port of this computer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette

from adapters.playground.adapter import PlaygroundAdapter
from bot.ports import Inbox

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StepClock:
    """A clock that moves on by a second at every look."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class Server(uvicorn.Server):
    """A server inside a test: the test runner keeps its own signal handlers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        """Serve until told to stop, without the clock's ticks in between."""
        await self.stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(adapter: PlaygroundAdapter, port: int = 0) -> AsyncIterator[str]:
    """The address of a server with this adapter at its root; it stops at the end."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        port = listener.getsockname()[1]
        app = Starlette(routes=adapter.routes())
        server = Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            adapter.close()
            server.stopping.set()
            await task


def playground(inbox: Inbox, start: datetime = START) -> PlaygroundAdapter:
    """An adapter with a clock that needs no time."""
    return PlaygroundAdapter(inbox, clock=StepClock(start))
