"""The model that a district's settings ask for, and how far it is trusted there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.model.outside import NOWHERE, outside_opinion
from bot.settings.shapes import Model
from rules.classifier.opinion import Opinion
from rules.classifier.shipped import shipped_opinion, shipped_scorer, shipped_version
from rules.classifier.weights import Weights, read_weights
from rules.packfiles.toml_places import Places

OWN_WEIGHTS = "model-weights.toml"  # in the data folder: those fitted on the district's decisions


def opinion_of(
    model: Model, data: Path | None = None, *, key: str = "", places: Places = NOWHERE
) -> Opinion | None:
    """The model to weigh with the rules, None where the settings want none.

    Weights that were fitted in this data folder, on the shipped model that serves on this machine,
    stand before the shipped ones. `key` is what the
    endpoint of a district's own model asks for, `places` those of the settings. Raises
    `ProblemsError` if weights cannot be read or a model of the district's cannot serve.
    """
    if model.use == "none":
        return None
    outside = outside_opinion(model, key, places)
    weights = own_weights(data) if data else None
    if weights is not None and not fits(weights, shipped_scorer().name):
        weights = None
    return replace(shipped_opinion(weights), outside=outside)


def own_weights(data: Path) -> Weights | None:
    """Those that were fitted in this data folder; raises `ProblemsError` if they cannot be read."""
    own = data / OWN_WEIGHTS
    return read_weights(own) if own.is_file() else None


def fits(weights: Weights, scorer: str) -> bool:
    """Whether weights are for the shipped model of this name as this release has it.

    One half's logits are not both's, and another training's are others.
    """
    return weights.scorer in ("", shipped_version(scorer))
