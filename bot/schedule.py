"""The clock's jobs: what falls due without anybody doing anything."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.engine.port import Engine
from bot.store.port import Store

log = structlog.get_logger()

FORGET_EVERY_S = 60


class Schedule:
    """The jobs that the engine runs once per slot of time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def register(self, engine: Engine) -> None:
        """Give the engine every clock job."""
        engine.every("forget", FORGET_EVERY_S, self._forget)

    async def _forget(self, now: datetime) -> None:
        """Delete unflagged messages whose minutes in the context window are over."""
        rows = await self._store.write(lambda tx: tx.forget_expired(now))
        if rows:
            log.info("context-forgotten", rows=rows)
