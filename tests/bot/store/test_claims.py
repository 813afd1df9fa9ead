from __future__ import annotations

from contextlib import ExitStack

from hypothesis import settings
from sqlite_utils import Database

from bot.store import schema
from bot.store.connection import write_tx
from bot.store.sqlite import SqliteTx
from bot.store.vault import Vault
from bot.store.verbs import Desk
from tests.bot.store.keys import KEY
from tests.contract.claims_machine import ClaimsMachine


class SqliteClaims(ClaimsMachine):
    """The SQL of the deliveries, on a database in memory: thousands of steps need no disk."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        db = self.open.enter_context(Database(memory=True))
        schema.upgrade(db)
        self.open.enter_context(write_tx(db))
        self.tx = SqliteTx(Desk(db, Vault([KEY]), "print key"))

    def teardown(self) -> None:
        self.open.close()


TestClaims = SqliteClaims.TestCase
TestClaims.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
