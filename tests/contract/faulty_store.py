"""Stores that fail as databases and processes do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.store.port import Store, StoreError, Tx

T = TypeVar("T")


class AwayStore:
    """A store whose database is away while `away` is set; `refused` counts what it turned down."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False
        self.refused = 0
        self._turned_down = asyncio.Condition()

    async def write(self, work: Callable[[Tx], T]) -> T:
        await self._check()
        return await self._store.write(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        await self._check()
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()

    async def refuses(self, count: int) -> None:
        """Wait until it has turned down so many in all."""
        async with asyncio.timeout(30), self._turned_down:
            await self._turned_down.wait_for(lambda: self.refused >= count)

    async def _check(self) -> None:
        if self.away:
            async with self._turned_down:
                self.refused += 1
                self._turned_down.notify_all()
            raise StoreError("the database could not do it: away")


class LateStore:
    """A store whose answers come late: what it did is done, and the caller waits for `gate`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.gate, self.did = asyncio.Event(), asyncio.Event()

    async def write(self, work: Callable[[Tx], T]) -> T:
        done = await self._store.write(work)
        self.did.set()
        await self.gate.wait()
        return done

    async def read(self, work: Callable[[Tx], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


class DyingStore:
    """The store as a process sees it that is killed: from `die` on, nothing it asks is done."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._dead = False

    def die(self) -> None:
        self._dead = True

    async def write(self, work: Callable[[Tx], T]) -> T:
        await self._stop_here_if_dead()
        return await self._store.write(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        await self._stop_here_if_dead()
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()

    async def _stop_here_if_dead(self) -> None:
        if self._dead:
            await asyncio.get_running_loop().create_future()
