"""The model that a district's settings ask for, and how far it is trusted there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.outside import NOWHERE, outside_opinion
from bot.settings.shapes import Model
from rules.classifier.opinion import Opinion
from rules.classifier.shipped import shipped_opinion
from rules.classifier.weights import read_weights
from rules.toml_places import Places

OWN_WEIGHTS = "model-weights.toml"  # in the data folder: those fitted on the district's decisions


def opinion_of(
    model: Model, data: Path | None = None, *, key: str = "", places: Places = NOWHERE
) -> Opinion | None:
    """The model to weigh with the rules, None where the settings want none.

    Weights that were fitted in this data folder stand before the shipped ones. `key` is what the
    endpoint of a district's own model asks for, `places` those of the settings. Raises
    `ProblemsError` if weights cannot be read or a model of the district's cannot serve.
    """
    if model.use == "none":
        return None
    outside = outside_opinion(model, key, places)
    own = data / OWN_WEIGHTS if data else None
    opinion = shipped_opinion(read_weights(own) if own and own.is_file() else None)
    return replace(opinion, outside=outside)
