"""What every implementation of a port must pass, whatever engine is behind it."""

from pathlib import Path

import pytest

for path in Path(__file__).parent.glob("*.py"):
    pytest.register_assert_rewrite(f"{__name__}.{path.stem}")
