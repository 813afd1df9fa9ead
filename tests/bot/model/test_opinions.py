"""Whose weights the shipped model has."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bot.learning.keeping import keep
from bot.model.opinions import opinion_of
from bot.settings.shapes import Model
from rules.classifier.shipped import shipped_scorer, shipped_version, shipped_weights
from tests.rules.classifier.making import weights

OWN = weights(flag=0.7)


@pytest.mark.parametrize(
    ("fitted_on", "flag"),
    [
        ("this model", 0.7),
        ("", 0.7),
        ("another", None),
        ("both", None),
        ("both 0123456789ab", None),
    ],
)
def test_own_weights_are_for_the_model_they_were_fitted_on(
    tmp_path: Path, fitted_on: str, flag: float | None
) -> None:
    """Another's are passed over, also those of another release; the shipped ones serve."""
    name = shipped_scorer().name
    scorer = shipped_version(name) if fitted_on == "this model" else fitted_on
    keep(tmp_path, msgspec.structs.replace(OWN, scorer=scorer))

    opinion = opinion_of(Model(), tmp_path)

    assert opinion is not None
    expected = OWN.categories if flag else shipped_weights(name).categories
    assert opinion.weights.categories == expected
