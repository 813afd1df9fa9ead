"""TOML tables into structs: every fault of a table, each with its line."""

from typing import Annotated

import msgspec
import pytest

from rules.packfiles.tables import take
from rules.packfiles.toml_places import read


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A table inside."""

    size: Annotated[int, msgspec.Meta(ge=1)]


class Outer(msgspec.Struct, forbid_unknown_fields=True, rename={"kind_": "kind"}):
    """A table with everything that may go wrong."""

    name: str
    kind_: str = "plain"
    tags: list[str] = []
    inner: Inner | None = None
    rows: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}


def faults(text: str) -> list[tuple[int, str]]:
    """The line and words of each fault."""
    data, places = read("f.toml", text)
    found, problems = take(data, Outer, (), places)

    assert (found is None) == bool(problems)
    return [(problem.line, problem.what) for problem in problems]


def test_a_good_table_is_taken_whole() -> None:
    """Values, defaults and renamed keys arrive where they belong."""
    text = 'name = "a"\nkind = "b"\nrows = [{ size = 1 }]\n[named.x]\nsize = 2\n[inner]\nsize = 3'
    data, places = read("f.toml", text)

    found, problems = take(data, Outer, (), places)

    assert problems == []
    assert found == Outer("a", "b", [], Inner(3), (Inner(1),), {"x": Inner(2)})


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("tags = []", 1, "`name` is missing"),
        ('name = "a"\nnam = 1', 2, "unknown key `nam`"),
        ("name = 1", 1, "`name`: Expected `str`, got `int`"),
        ('name = "a"\ntags = ["b",\n1]', 3, "`tags`: Expected `str`, got `int`"),
        ('name = "a"\n[[rows]]\nsize = 1\n[[rows]]\nsize = 0', 5, "`size`: Expected `int` >= 1"),
        ('name = "a"\n[[rows]]\nsiz = 1', 2, "`size` is missing"),
        ('name = "a"\n[named.x]\nsize = "b"', 3, "`size`: Expected `int`, got `str`"),
        ('name = "a"\n[inner]\nsize = 0', 3, "`size`: Expected `int` >= 1"),
        ('name = "a"\ninner = 3', 2, "`inner`: Expected `object | null`, got `int`"),
    ],
)
def test_each_fault_has_its_line(text: str, line: int, what: str) -> None:
    """Whatever is wrong is said with the line it stands on."""
    assert (line, what) in faults(text)


def test_all_faults_of_a_table_are_told() -> None:
    """The first fault does not hide the others."""
    assert len(faults("tags = [1]\nextra = 2\nkind = 3")) == 4
