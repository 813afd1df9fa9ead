"""The clock's jobs: what falls due without anybody doing anything."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.engine.port import Engine
from bot.process.permissions import remind
from bot.store.port import Store

log = structlog.get_logger()

FORGET_EVERY_S = 60
REMIND_EVERY_S = 3600


class Schedule:
    """The jobs that the engine runs once per slot of time."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def register(self) -> None:
        """Give the engine every clock job."""
        self._engine.every("forget", FORGET_EVERY_S, self._forget)
        self._engine.every("remind", REMIND_EVERY_S, self._remind)

    async def _remind(self, now: datetime) -> None:
        """Remind the owners of authorisations that end soon."""
        if await self._store.write(lambda tx: remind(tx, self._engine, now)):
            self._engine.wake()

    async def _forget(self, now: datetime) -> None:
        """Delete unflagged messages whose minutes in the context window are over."""
        rows = await self._store.write(lambda tx: tx.forget_expired(now))
        if rows:
            log.info("context-forgotten", rows=rows)
