from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.store.sqlite import SqliteStore, open_store
from tests.bot.store.keys import KEY
from tests.contract.store_contract import Reopen, StoreContract


@pytest_asyncio.fixture
async def reopen(store: SqliteStore, folder: Path) -> AsyncIterator[Reopen]:
    opened = []

    async def again() -> SqliteStore:
        await store.close()
        opened.append(open_store(folder, [KEY]))
        return opened[-1]

    yield again
    for one in opened:
        await one.close()


class TestSqliteStore(StoreContract):
    """The SQLite store keeps the contract."""
