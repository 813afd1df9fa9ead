"""How far a model is trusted: its calibration, and what the rules' evidence weighs beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from rules.errors import Problem, ProblemsError
from rules.packfiles.tables import take
from rules.packfiles.toml_places import read
from rules.types import Category

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
LogOdds = Annotated[float, msgspec.Meta(ge=-100, le=100)]  # no infinity, and no "not a number"


class Evidence(StrEnum):
    """What the rules say of one category in a message."""

    NONE = "none"
    CLEARED = "cleared"  # found, and cleared by a context
    REVIEW = "review"
    ACT = "act"


class CategoryWeights(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """One category: its log-odds are `slope` x logit + `shift`; flagged from `flag` on."""

    slope: Annotated[float, msgspec.Meta(gt=0, le=100)]
    shift: LogOdds
    flag: Probability
    evidence: dict[Evidence, LogOdds] = {}  # where the rules' word adds something else here


class Weights(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """All that `opinion` needs beside a model's logits."""

    evidence: dict[Evidence, LogOdds]  # what the rules' word adds
    clear: Probability  # below it, a finding for review is cleared
    lower: Probability  # below it, one of the act tier goes to review first
    categories: dict[Category, CategoryWeights]
    scorer: str = ""  # whose logits they were measured on, by its version; empty: not said

    def evidence_in(self, category: Category) -> Mapping[Evidence, float]:
        """What the rules' word adds in one category."""
        own = self.categories.get(category)
        return {**self.evidence, **own.evidence} if own else self.evidence


def unmeasured(categories: Iterable[Category], flag: float) -> Weights:
    """Of a model whose probabilities are taken for what they are: it flags, and doubts nothing."""
    own = CategoryWeights(slope=1, shift=0, flag=flag)
    return Weights(
        evidence=dict.fromkeys(Evidence, 0.0),
        clear=0,
        lower=0,
        categories=dict.fromkeys(categories, own),
    )


def read_weights(file: Path) -> Weights:
    """The weights of a file; raises `ProblemsError` with every fault and its line."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ProblemsError([Problem(str(file), 1, f"cannot be read: {reason}")]) from None
    data, places = read(str(file), text)
    weights, problems = take(data, Weights, (), places)
    if weights is None:
        raise ProblemsError(problems)
    missing = [name for name in Evidence if name not in weights.evidence]
    if missing:
        raise ProblemsError([places.problem(("evidence",), f"`{missing[0]}` is missing")])
    return weights


def as_toml(weights: Weights) -> str:
    """The same as a file's text."""
    return "\n".join(_lines(weights)) + "\n"


def _lines(weights: Weights) -> Iterator[str]:
    if weights.scorer:
        yield f'scorer = "{weights.scorer}"'
    yield f"clear = {weights.clear:.3f}"
    yield f"lower = {weights.lower:.3f}"
    yield "\n[evidence]"
    for name in Evidence:
        yield f"{name} = {weights.evidence[name]:.3f}"
    for category, own in weights.categories.items():
        yield f"\n[categories.{category}]"
        yield f"slope = {own.slope:.3f}\nshift = {own.shift:.3f}\nflag = {own.flag:.3f}"
        if own.evidence:
            values = ", ".join(f"{name} = {value:.3f}" for name, value in own.evidence.items())
            yield f"evidence = {{ {values} }}"
