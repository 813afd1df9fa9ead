"""A district's own weights in its data folder."""

from __future__ import annotations

from pathlib import Path

from bot.learning.keeping import go_back, keep, way_back
from bot.model.opinions import OWN_WEIGHTS
from rules.classifier.weights import read_weights
from tests.rules.classifier.making import weights


def test_weights_are_kept_with_a_way_back(tmp_path: Path) -> None:
    """To those before them, then to the shipped ones; then there is nothing to go back to."""
    own = tmp_path / OWN_WEIGHTS
    first, second = weights(flag=0.6), weights(flag=0.7)

    keep(tmp_path, first)
    keep(tmp_path, second)
    assert read_weights(own) == second

    assert way_back(tmp_path) == "former"
    go_back(tmp_path)
    assert read_weights(own) == first
    assert way_back(tmp_path) == "shipped"
    go_back(tmp_path)
    assert way_back(tmp_path) is None
    go_back(tmp_path)
    assert list(tmp_path.iterdir()) == []
