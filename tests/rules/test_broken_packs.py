"""Packs broken on purpose: each fault and each hint is told with its line, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import PackError, Problem
from rules.loader import load, pack_files
from rules.trials.advice import advice
from tests.rules.test_loader import CONTEXTS, GOOD

BROKEN = Path(__file__).parent / "broken"


def marked(folder: Path, mark: str) -> dict[tuple[str, int], str]:
    """(file, line) -> the words after the mark on that line."""
    return {
        (file.name, number): line.partition(f"# {mark}: ")[2]
        for file in folder.glob("*.toml")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if f"# {mark}: " in line
    }


def told(problems: list[Problem]) -> dict[tuple[str, int], str]:
    """(file, line) -> everything said of that line."""
    said: dict[tuple[str, int], str] = {}
    for problem in problems:
        at = Path(problem.file).name, problem.line
        said[at] = f"{said.get(at, '')}{problem}\n"
    return said


@pytest.mark.parametrize(("name", "probe", "kinds"), [("faults", False, 30), ("examples", True, 6)])
def test_every_fault_is_told_with_its_line(name: str, probe: bool, kinds: int) -> None:
    """All at once, none forgotten, and no line is blamed that is right."""
    expected = marked(BROKEN / name, "FAULT")

    with pytest.raises(PackError) as caught:
        load(BROKEN / name, probe=probe)

    said = told(list(caught.value.problems))
    assert len(expected) >= kinds
    assert said.keys() == expected.keys()
    assert [at for at, words in expected.items() if words not in said[at]] == []


def test_every_hint_is_told_with_its_line() -> None:
    """What loads, but does less or costs more than its writer may think."""
    expected = marked(BROKEN / "hints", "HINT")
    hints = advice(load(BROKEN / "hints"), pack_files(BROKEN / "hints"))

    said = told(hints)
    assert said.keys() == expected.keys()
    assert [at for at, words in expected.items() if words not in said[at]] == []


@given(st.data())
def test_damage_of_any_kind_is_told_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A good pack with a line cut, doubled or overwritten loads, or is refused with its place."""
    lines = GOOD.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    junk = st.sampled_from(["", "=", "x = 1", "x = []", "[rule.all]", "[[rule]]", "[vocabulary]"])
    other = data.draw(
        st.one_of(junk, st.sampled_from(lines), st.text("[]{}='\"ab3.#,-", max_size=9))
    )
    lines[at : at + data.draw(st.integers(0, 2))] = [other]
    folder = tmp_path_factory.mktemp("packs")
    (folder / "contexts.toml").write_text(CONTEXTS, encoding="utf-8")
    (folder / "profanity.toml").write_text("\n".join(lines), encoding="utf-8")

    assert all(1 <= line <= len(lines) + CONTEXTS.count("\n") for line in blamed(folder))


def blamed(folder: Path) -> list[int]:
    """The lines that a load refuses; none if it loads. Any other error than `PackError` passes."""
    try:
        load(folder)
    except PackError as error:
        return [problem.line for problem in error.problems]
    return []
