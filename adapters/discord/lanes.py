"""What is to be recorded, channel by channel in its order, again and again until it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from pathlib import PurePath
from traceback import extract_tb

import structlog

from bot.ports import IntakeError

log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]
LONGEST_WAIT_S = 30.0


class Lanes:
    """One lane for each channel. `failed` is called each time a record could not be made.

    Discord sends nothing twice, so what was taken in is kept here until it is on record.
    """

    def __init__(self, failed: Callable[[], None], retry_s: float) -> None:
        self._failed = failed
        self._retry_s = retry_s
        self._waiting: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: Collection[str] | None = None  # the lanes that are held; None: all
        self._changed = asyncio.Event()

    def put(self, channel: str, work: Work) -> None:
        """Add work to a channel's lane."""
        lane = self._waiting.get(channel)
        if lane is not None:
            lane.append(work)
            return
        self._waiting[channel] = deque([work])
        task = asyncio.create_task(self._work_off(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def hold(self) -> None:
        """Begin no further work until `release`."""
        self._held = None

    def release(self, but: Collection[str] = ()) -> None:
        """Go on, in all channels but these."""
        self._held = frozenset(but)
        self._changed.set()

    @property
    def held(self) -> bool:
        """Whether no work is begun at the moment."""
        return self._held is None

    async def quiet(self) -> None:
        """Wait until nothing waits but in channels that are held, and those are not all."""
        while any(map(self._may_begin, self._waiting)) or self._held is None:
            await self._news()

    async def close(self) -> None:
        """Give up what waits; it is caught up on later."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_off(self, channel: str) -> None:
        lane = self._waiting[channel]
        while lane:
            while not self._may_begin(channel):
                await self._news()
            await self._until_recorded(lane[0])
            lane.popleft()
        del self._waiting[channel]
        self._changed.set()

    def _may_begin(self, channel: str) -> bool:
        return self._held is not None and channel not in self._held

    async def _news(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _until_recorded(self, work: Work) -> None:
        wait = self._retry_s
        while True:
            try:
                await work()
                return
            except IntakeError:
                self._failed()
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not stop a channel
                log.error("discord-listener-failed", **fault(error))
                return


def fault(error: BaseException) -> dict[str, str]:
    """Kind and place of an error: its text may quote people's words."""
    frames = extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "place": place}
