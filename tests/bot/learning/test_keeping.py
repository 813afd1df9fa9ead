"""A district's own weights in its data folder."""

from __future__ import annotations

from pathlib import Path

from bot.learning.keeping import go_back, keep
from bot.opinions import OWN_WEIGHTS
from rules.classifier.weights import read_weights
from tests.rules.classifier.making import weights


def test_weights_are_kept_with_a_way_back(tmp_path: Path) -> None:
    """To those before them, then to the shipped ones; then there is nothing to go back to."""
    own = tmp_path / OWN_WEIGHTS
    first, second = weights(flag=0.6), weights(flag=0.7)

    keep(tmp_path, first)
    keep(tmp_path, second)
    assert read_weights(own) == second

    assert go_back(tmp_path) == "former"
    assert read_weights(own) == first
    assert go_back(tmp_path) == "shipped"
    assert not own.exists()
    assert go_back(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
