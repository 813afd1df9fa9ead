"""The model that a district brings itself: in a folder, or behind an endpoint."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.model.network import public_addresses
from bot.settings.shapes import Model
from rules.classifier.labelled import Labelled, Labeller
from rules.classifier.opinion import Opinion
from rules.classifier.scorer import ScorerError
from rules.classifier.weights import unmeasured
from rules.errors import PackError
from rules.packfiles.toml_places import Places

NOWHERE = Places("hallmonitor.toml", {})
_EXPLAINED = 40  # words of a message for each of which a folder's model reads it once more


def outside_opinion(model: Model, key: str = "", places: Places = NOWHERE) -> Opinion | None:
    """The district's own model, trusted as the settings say; None where they name none.

    `key` is what an endpoint asks for. Raises `PackError` with the place in the settings.
    """
    labeller = outside_labeller(model, key, places)
    if labeller is None:
        return None
    weights = unmeasured(dict.fromkeys(model.labels.values()), model.flag)
    explains = _EXPLAINED if model.use == "folder" else 0
    return Opinion(Labelled(labeller, model.labels), weights, explains=explains)


def outside_labeller(model: Model, key: str = "", places: Places = NOWHERE) -> Labeller | None:
    """The same as it speaks itself, by its own labels."""
    if model.use == "folder":
        return _folder(model, places)
    return _endpoint(model, key, places) if model.use == "endpoint" else None


def _folder(model: Model, places: Places) -> Labeller:
    path = ("model", "folder")
    try:
        # Imported where it is wanted: there are machines for which onnxruntime has no build.
        from rules.classifier.folder import Folder

        folder = Folder(Path(model.folder))
    except ImportError as error:
        what = f"no model can be read from a folder: {error.name} is not installed"
        raise PackError([places.problem(path, what, 'install it, or use = "shipped"')]) from None
    except ScorerError as error:
        raise PackError([places.problem(path, f"{model.folder}: {error}")]) from None
    unknown = [label for label in model.labels if label not in folder.labels]
    if unknown:
        known = f"known: {', '.join(folder.labels)}"
        raise PackError(
            [
                places.problem(("model", "labels", name), f"the model has no label `{name}`", known)
                for name in unknown
            ]
        )
    return folder


def _endpoint(model: Model, key: str, places: Places) -> Labeller:
    # Imported where it is wanted: aiohttp is slow to load.
    from bot.model.endpoint import Address, Endpoint

    host = urlsplit(model.endpoint).hostname or ""
    found = [] if model.public else public_addresses(host)
    if found:
        what = f"{host} is a public address ({found[0]}): messages would leave the district"
        remedy = "use one of the district's network, or say public = true"
        raise PackError([places.problem(("model", "endpoint"), what, remedy)])
    return Endpoint(Address(model.endpoint, model.name, model.timeout_seconds, model.public, key))
