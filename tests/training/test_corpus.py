"""The school sets as training reads them: folds that do not leak, copies that teach no nonsense."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from rules.types import Category
from training.corpus import BLOCK, CATEGORIES, FOLDS, Reader, Row, school, split
from training.enlarge import DISGUISED, disguised
from training.fairness import balanced


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def rows(reader: Reader) -> list[Row]:
    return school(reader)


def test_every_row_is_held_out_once_and_neighbours_stay_together(rows: list[Row]) -> None:
    """A violation often stands beside its allowed twin."""
    blocks = defaultdict(set)
    for row in rows:
        blocks[row.theme, int(row.id.split(":")[1]) // BLOCK].add(row.fold)
    assert all(len(folds) == 1 for folds in blocks.values())
    assert {row.fold for row in rows} == set(range(FOLDS))


def test_no_row_is_taught_beside_its_near_twin(rows: list[Row]) -> None:
    """Nor is any row both taught and held out."""
    assert any(row.twins for row in rows)
    for fold in range(FOLDS):
        taught, held = split(rows, fold)
        names = {row.id for row in held}
        assert names.isdisjoint(row.id for row in taught)
        assert not [row.id for row in taught if row.twins & names]


def test_labels_are_in_the_order_of_the_categories(rows: list[Row]) -> None:
    """Welfare is none of them; a row that is allowed has none."""
    assert Category.WELFARE not in CATEGORIES
    assert len(CATEGORIES) == len(Category) - 1
    (row,) = (row for row in rows if row.id == "campaigning:0")
    assert [c for c, held in zip(CATEGORIES, row.labels, strict=True) if held] == [
        Category.POLITICAL_CAMPAIGN
    ]
    assert sum(row.allowed for row in rows) > len(rows) / 2


def test_what_the_model_reads_holds_no_digits_of_the_sets(rows: list[Row]) -> None:
    """Invented numbers and addresses must teach nothing."""
    assert not [row.id for row in rows if set("123456789") & set(row.read)]
    assert not [row.id for row in rows if ".example" in row.read]


def test_disguised_copies_are_of_allowed_rows_and_come_out_the_same(
    rows: list[Row], reader: Reader
) -> None:
    """Disguise alone is no evidence."""
    some = random.Random(1).sample(rows, 2000)
    copies = disguised(some, reader)
    assert len(copies) == DISGUISED
    assert all(copy.allowed for copy in copies)
    by_id = {row.id: row for row in some}
    changed = [copy for copy in copies if copy.text != by_id[copy.id.rstrip("+")].text]
    assert len(changed) > DISGUISED * 0.9
    assert copies == disguised(some, reader)


def test_groups_of_people_are_swapped_with_their_labels(rows: list[Row], reader: Reader) -> None:
    """And each stands in harmless sentences as often as any other."""
    added = balanced(rows, reader)
    harmless = [row for row in added if row.theme == "group"]
    assert all(row.allowed for row in harmless)
    by_id = {row.id: row for row in rows}
    swapped = [row for row in added if row.theme != "group"]
    assert swapped
    for row in swapped:
        origin, _, other = row.id.partition("~")
        assert row.labels == by_id[origin].labels
        assert row.block == by_id[origin].block
        assert other in row.text.lower()
