"""What every implementation of a port must pass, whatever engine is behind it."""

import pytest

for name in ("store_contract", "delivery_contract", "engine_contract", "claims_machine"):
    pytest.register_assert_rewrite(f"tests.contract.{name}")
