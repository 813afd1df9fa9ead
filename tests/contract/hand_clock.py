"""A clock that a test moves by hand, and that people can sleep by."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.clock import StandingClock


class HandClock(StandingClock):
    """`sleep` ends when `pass_` has moved the clock far enough; no real time goes by."""

    def __init__(self, at: datetime | None = None) -> None:
        super().__init__(at)
        self._sleepers: dict[asyncio.Future[None], datetime] = {}
        self._asleep = asyncio.Condition()

    async def sleep(self, seconds: float) -> None:
        """Sleep by this clock."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking = asyncio.get_running_loop().create_future()
        self._sleepers[waking] = self.at + timedelta(seconds=seconds)
        try:
            async with self._asleep:
                self._asleep.notify_all()
            await waking
        finally:
            self._sleepers.pop(waking, None)

    async def pass_(self, seconds: float) -> None:
        """Move on, and wake who has slept enough."""
        self.forward(seconds=seconds)
        for waking, until in list(self._sleepers.items()):
            if until <= self.at and not waking.done():
                waking.set_result(None)
        await asyncio.sleep(0)

    async def somebody_sleeps(self, count: int = 1) -> None:
        """Wait until so many are asleep."""
        async with asyncio.timeout(30), self._asleep:
            await self._asleep.wait_for(lambda: len(self._sleepers) >= count)
