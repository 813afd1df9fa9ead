"""A district's own weights in its data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.learning.keeping import FORMER, go_back, keep, kept_whole, way_back
from bot.model.opinions import OWN_WEIGHTS
from bot.store.port import StoreError
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


@pytest.mark.parametrize("earlier", [0, 1, 2])
def test_where_a_writing_was_cut_short_there_is_a_way_back(tmp_path: Path, earlier: int) -> None:
    """Before its last step the old weights are in force, and going back comes to an end."""
    for number in range(earlier):
        keep(tmp_path, weights(flag=0.6 + number / 100))
    own, former = tmp_path / OWN_WEIGHTS, tmp_path / FORMER
    if earlier:
        former.unlink(missing_ok=True)
        os.link(own, former)  # as this program once left it there: two names of one file

    steps = 0
    while way_back(tmp_path):
        go_back(tmp_path)
        steps += 1
        assert steps < 4
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    """The weights in force, and those before them, are as they were."""
    keep(tmp_path, weights(flag=0.6))
    (tmp_path / FORMER).mkdir()
    before = (tmp_path / OWN_WEIGHTS).read_bytes()

    with pytest.raises(OSError, match=FORMER):
        keep(tmp_path, weights(flag=0.7))

    assert (tmp_path / OWN_WEIGHTS).read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted((FORMER, OWN_WEIGHTS))


@pytest.mark.parametrize("earlier", [0, 1, 2])
@pytest.mark.parametrize("change", [go_back, lambda folder: keep(folder, weights(flag=0.9))])
def test_what_fails_afterwards_takes_the_change_back(
    tmp_path: Path, change: Callable[[Path], None], earlier: int
) -> None:
    """As where the record of it could not be written."""
    for number in range(earlier):
        keep(tmp_path, weights(flag=0.6 + number / 100))
    before = contents(tmp_path)

    with pytest.raises(StoreError):
        change_and_fail(tmp_path, change)

    assert contents(tmp_path) == before


def change_and_fail(folder: Path, change: Callable[[Path], None]) -> None:
    """The change is made, its record is not."""
    with kept_whole(folder):
        change(folder)
        raise StoreError("the disk is full")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with what is in it."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}
