"""Looking over the model: which one judges beside the rules, and whether it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isnan
from pathlib import Path

from bot.model.opinions import fits, own_weights
from bot.model.outside import outside_labeller
from bot.settings import Settings
from bot.setup.findings import Finding, fault, ok, warning
from rules.classifier.labelled import Labeller
from rules.classifier.scorer import Scorer, ScorerError
from rules.classifier.shipped import LINEAR, shipped_scorer, shipped_version
from rules.errors import ProblemsError

PROBE = "hello"


def look_at_model(
    settings: Settings, data: Path, key: str, shipped: Callable[[], Scorer] = shipped_scorer
) -> Iterator[Finding]:
    """The model in force; one of the district's own is asked about a harmless word."""
    model = settings.file.model
    if model.use == "none":
        yield ok("model", "The rules judge alone; the settings want no model.")
        return
    try:
        yield _shipped(shipped, data)
        own = outside_labeller(model, key, settings.places)
    except ProblemsError as error:
        for problem in error.problems:
            where = f"{problem.file}:{problem.line}"
            yield fault("model", f"{where}: {problem.what}.", problem.remedy or f"Mend {where}.")
        return
    if own is not None:
        yield _answer(own, settings)


def _shipped(shipped: Callable[[], Scorer], data: Path) -> Finding:
    try:
        name = shipped().name
    except OSError:
        what = f"The model that comes with the rules ({LINEAR}) is not there."
        return fault("model", what, "Install Hall Monitor again.")
    own = own_weights(data)
    if own is not None and not fits(own, name):
        return warning(
            "model",
            f"The district's own weights were fitted on the model `{own.scorer}`, and "
            f"`{shipped_version(name)}` serves on this machine: they are not used, those that come "
            "with it are.",
            "After an update run `hallmonitor model fit --apply` again; else see that onnxruntime "
            "and tokenizers are there as they were.",
        )
    weights = "fitted on the district's own decisions" if own else "that come with it"
    if name == "linear":
        return warning(
            "model",
            "onnxruntime or tokenizers is missing: of the shipped model the linear half serves "
            f"alone, and finds less, with the weights {weights}.",
            "Install onnxruntime and tokenizers, where there are builds for this machine.",
        )
    return ok("model", f"The shipped model is weighed with the rules, with the weights {weights}.")


def _answer(own: Labeller, settings: Settings) -> Finding:
    model = settings.file.model
    try:
        (said,) = own.odds([PROBE])
    except ScorerError as error:
        return warning(
            "own-model",
            f"The district's own model gave no answer to a harmless word: {error}. Until it does, "
            "the shipped model judges.",
            "See that it runs, and that [model] and HALLMONITOR_MODEL_KEY are right.",
        )
    silent = [label for label in model.labels if isnan(said.get(label, float("nan")))]
    if silent:
        return warning(
            "own-model",
            f"The district's own model has no say on {', '.join(silent)}.",
            "Correct [model.labels]; it speaks of " + (", ".join(sorted(said)) or "nothing") + ".",
        )
    categories = ", ".join(sorted(set(model.labels.values())))
    return ok(
        "own-model", f"The district's own model answers ({model.use}) and flags {categories}."
    )
