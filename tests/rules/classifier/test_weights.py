"""A file of weights: read with every fault and its line, written so that it is read the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.classifier.scorer import CATEGORIES
from rules.classifier.weights import CategoryWeights, Evidence, Weights, as_toml, read_weights
from rules.errors import ProblemsError
from rules.types import Category

GOOD = """\
clear = 0.15
lower = 0.6

[evidence]
none = -1.1
cleared = -0.3
review = 2.4
act = 3.9

[categories.hate]
slope = 0.7
shift = -0.8
flag = 0.5
"""


def written(folder: Path, text: str) -> Path:
    """A file with this text."""
    file = folder / "weights.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("line", "instead", "number", "said"),
    [
        ("clear = 0.15\n", "", 1, "`clear` is missing"),
        ("clear = 0.15", "clear = 1.5", 1, "<= 1"),
        ("lower = 0.6", "lower = -0.1", 2, ">= 0"),
        ("lower = 0.6", 'lower = "often"', 2, "`float`"),
        ("review = 2.4\n", "", 4, "`review` is missing"),
        ("review = 2.4", "reviewed = 2.4", 4, "reviewed"),
        ("slope = 0.7", "slope = 0.0", 11, "> 0"),
        ("slope = 0.7", "slope = 0.7\nslop = 0.7", 12, "unknown key `slop`"),
        ("slope = 0.7", "slope = inf", 11, "<= 100"),
        ("shift = -0.8", "shift = nan", 12, ">= -100"),
        ("act = 3.9", "act = inf", 8, "<= 100"),
        ("flag = 0.5", "flag = 0.5\nevidence = { acted = 1.0 }", 14, "acted"),
        ("flag = 0.5", "flag = 2.0", 13, "<= 1"),
        ("shift = -0.8\n", "", 10, "`shift` is missing"),
        ("categories.hate", "categories.hatred", 10, "hatred"),
    ],
)
def test_faults_are_told_with_their_line(
    tmp_path: Path, line: str, instead: str, number: int, said: str
) -> None:
    """Nothing that is not meant is taken."""
    file = written(tmp_path, GOOD.replace(line, instead))

    with pytest.raises(ProblemsError) as caught:
        read_weights(file)

    (problem,) = caught.value.problems
    assert said in str(problem)
    assert f"{file}:{number}:" in str(problem)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Not only the first."""
    file = written(tmp_path, GOOD.replace("0.15", "7").replace("0.7", "0"))

    with pytest.raises(ProblemsError) as caught:
        read_weights(file)

    assert len(caught.value.problems) == 2


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """As a fault of the file, not as one of the program."""
    with pytest.raises(ProblemsError) as caught:
        read_weights(tmp_path / "gone.toml")

    assert "gone.toml:1: cannot be read: No such file" in str(caught.value)


def to(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers of three decimals, as a file keeps them."""
    return st.integers(round(least * 1000), round(most * 1000)).map(lambda number: number / 1000)


ONE = st.builds(
    CategoryWeights,
    slope=to(0.001, 50),
    shift=to(-50, 50),
    flag=to(0, 1),
    evidence=st.dictionaries(st.sampled_from(Evidence), to(-50, 50)),
)
WEIGHTS = st.builds(
    Weights,
    evidence=st.fixed_dictionaries({name: to(-50, 50) for name in Evidence}),
    clear=to(0, 1),
    lower=to(0, 1),
    categories=st.dictionaries(st.sampled_from(CATEGORIES), ONE, min_size=1),
    scorer=st.sampled_from(["", "both", "linear"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WEIGHTS)
def test_what_is_written_is_read_the_same(tmp_path: Path, weights: Weights) -> None:
    """To the third decimal, for any weights."""
    assert read_weights(written(tmp_path, as_toml(weights))) == weights


def test_evidence_may_weigh_differently_in_one_category(tmp_path: Path) -> None:
    """What is not said there is as everywhere."""
    weights = read_weights(written(tmp_path, f"{GOOD}evidence = {{ act = 1.5 }}\n"))

    assert weights.evidence_in(Category.HATE) == {**weights.evidence, Evidence.ACT: 1.5}
    assert weights.evidence_in(Category.THREAT) == weights.evidence
