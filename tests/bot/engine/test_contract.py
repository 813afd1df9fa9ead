from tests.contract.engine_contract import EngineContract


class TestEmbeddedEngine(EngineContract):
    """The embedded engine on the SQLite store keeps the contract."""
