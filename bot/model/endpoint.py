"""A model behind an HTTP endpoint of the OpenAI moderation form, on the district's own network."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread, current_thread
from typing import Annotated

import aiohttp
import msgspec
import structlog
from aiohttp.http import HttpProcessingError

from bot.model.breaker import PAUSE_S, Breaker
from bot.model.network import private_socket
from rules.classifier.labelled import log_odds
from rules.classifier.scorer import ScorerError

log = structlog.get_logger()

_MOST_BYTES = 1 << 20  # of an answer
_PART = 1 << 14
_OF_THE_TEXT = (400, 413, 422)  # refusals of this text, that say nothing of the next

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Result(msgspec.Struct):
    category_scores: dict[str, Probability | None]


class _Answer(msgspec.Struct):
    results: list[_Result]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the endpoint is, and how it is asked."""

    url: str
    model: str = ""  # what it is called there
    timeout_s: float = 2.0  # for all of a question, from the look-up of the name on
    public: bool = False  # whether it may be outside the district's network
    key: str = field(default="", repr=False)


class _FailedError(Exception):
    """No answer; the text says why and holds nothing of what was sent or answered."""


class Endpoint:
    """Asks it, and leaves it in peace for a while where it fails. Safe to share between threads.

    No proxy and no redirection is followed. Connections and a thread are let go of by `close`, or
    when nobody holds it any more.
    """

    name = "endpoint"

    def __init__(self, address: Address, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing is sent before the first question. `now` tells seconds, for the pauses."""
        self._address = address
        self._breaker = Breaker(now)
        self._line = _Line(address)
        self.close = weakref.finalize(self, self._line.close)

    def odds(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Log-odds by label; raises `ScorerError`."""
        if not self._breaker.lets_through():
            raise ScorerError("the endpoint is left in peace after a failure")
        try:
            status, body = self._asked(texts)
            said = [] if status in _OF_THE_TEXT else _read(status, body, len(texts))
        except _FailedError as error:
            if self._breaker.failed():
                log.warning("model-endpoint-paused", reason=str(error), seconds=PAUSE_S)
            raise ScorerError(f"the endpoint failed: {error}") from None
        if self._breaker.worked():
            log.info("model-endpoint-back")
        if status in _OF_THE_TEXT:
            raise ScorerError(f"the endpoint refused the text (HTTP {status})")
        return said

    def _asked(self, texts: Sequence[str]) -> tuple[int, bytes]:
        try:
            return self._line.ask(texts)
        except TimeoutError:
            raise _FailedError(f"no answer within {self._address.timeout_s:g} s") from None
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise _FailedError(_why(error)) from None


def _why(error: Exception) -> str:
    """What went wrong, plainly where nothing was sent yet: later errors may quote the answer."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection: {error.os_error.strerror or error.os_error}"
    return type(error).__name__


class _Line:
    """The connections, in a thread of their own: there a time limit holds for names too."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._starting = Lock()
        self._running: tuple[asyncio.AbstractEventLoop, Thread] | None = None
        self._session: aiohttp.ClientSession | None = None

    def ask(self, texts: Sequence[str]) -> tuple[int, bytes]:
        """Status and body; raises what the network does."""
        with self._starting:
            if self._running is None:
                loop = asyncio.new_event_loop()
                thread = Thread(target=_serve, args=(loop,), name="model-endpoint", daemon=True)
                thread.start()
                self._running = loop, thread
            loop, _ = self._running
        return asyncio.run_coroutine_threadsafe(self._ask(texts), loop).result()

    def close(self) -> None:
        """End the thread; waits for it where it is not the one that calls."""
        with self._starting:
            running, self._running = self._running, None
        if running is not None:
            loop, thread = running
            asyncio.run_coroutine_threadsafe(self._end(loop), loop)
            if thread is not current_thread():
                thread.join(1)

    async def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        loop.stop()

    async def _ask(self, texts: Sequence[str]) -> tuple[int, bytes]:
        async with asyncio.timeout(self._address.timeout_s):
            try:
                return await self._post(texts)
            except aiohttp.ClientConnectionError:  # mostly one that we kept and it had closed
                return await self._post(texts)

    async def _post(self, texts: Sequence[str]) -> tuple[int, bytes]:
        named = {"model": self._address.model} if self._address.model else {}
        question = {**named, "input": list(texts)}
        session = self._open_session()
        url = self._address.url
        async with session.post(url, json=question, allow_redirects=False) as answer:
            body = bytearray()
            async for part in answer.content.iter_chunked(_PART):
                body += part
                if len(body) > _MOST_BYTES:
                    raise _FailedError("its answer is longer than a moderation")
            return answer.status, bytes(body)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            held = None if self._address.public else private_socket
            key = self._address.key
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=held),
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None),
                headers={"Authorization": f"Bearer {key}"} if key else None,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _read(status: int, body: bytes, texts: int) -> list[Mapping[str, float]]:
    if status != 200:
        raise _FailedError(f"HTTP {status}")
    try:
        results = msgspec.json.decode(body, type=_Answer).results
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _FailedError("its answer has not the form of a moderation") from None
    if len(results) != texts:
        raise _FailedError("it did not answer for each text")
    return [
        {
            label: log_odds(score)
            for label, score in result.category_scores.items()
            if score is not None
        }
        for result in results
    ]
