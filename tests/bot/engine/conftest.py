from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.store.sqlite import SqliteStore, open_store
from bot.store.vault import new_key
from tests.bot.engine.bench import EmbeddedBench
from tests.contract.engine_bench import hands

__all__ = ["hands"]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = open_store(tmp_path, [new_key()])
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def bench(store: SqliteStore) -> EmbeddedBench:
    return EmbeddedBench(store)
