"""Telling open pages that something changed, by server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

BEAT_S = 15.0  # a comment now and then, so that a page that went away is noticed


class Changes:
    """Says to every open page which of its panes to fetch again; one event loop only."""

    def __init__(self, version: int = 0, *, beat_s: float = BEAT_S) -> None:
        self._beat_s = beat_s
        self.version = version  # grows with every change, so that a page never steps back
        self._pages: set[_Listener] = set()
        self._closed = False

    def tell(self, *panes: str) -> None:
        """Something changed in these panes."""
        self.version += 1
        for page in self._pages:
            page.panes.update(panes)
            page.woken.set()

    def close(self) -> None:
        """End every stream, open ones and later ones, so that the server can stop."""
        self._closed = True
        for page in self._pages:
            page.woken.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """The body of an event stream, until the page or `close` ends it."""
        page = _Listener()
        if self._closed:
            page.woken.set()
        self._pages.add(page)
        try:
            yield b"retry: 1000\n\n"
            while True:
                event = await page.next(self._beat_s)
                if self._closed:
                    return
                yield event
        finally:
            self._pages.discard(page)


class _Listener:
    """One open page: what it has not heard yet."""

    def __init__(self) -> None:
        self.panes: set[str] = set()
        self.woken = asyncio.Event()

    async def next(self, beat_s: float) -> bytes:
        """The next event, or a comment after a quiet while."""
        try:
            async with asyncio.timeout(beat_s):
                await self.woken.wait()
        except TimeoutError:
            return b": still here\n\n"
        self.woken.clear()
        panes, self.panes = sorted(self.panes), set()
        return f"event: changed\ndata: {' '.join(panes)}\n\n".encode()
