"""The district's own weights in its data folder: written whole or not at all, with a way back."""

from __future__ import annotations

import os
from pathlib import Path

from bot.model.opinions import OWN_WEIGHTS
from rules.classifier.weights import Weights, as_toml

FORMER = "model-weights.former.toml"
_HEAD = "# Fitted by `hallmonitor model fit`; `hallmonitor model revert` goes back.\n"


def keep(data: Path, weights: Weights) -> None:
    """Put these weights in force, as a running bot takes them up; `go_back` undoes it once."""
    own, former, draft = data / OWN_WEIGHTS, data / FORMER, data / f"{OWN_WEIGHTS}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(_HEAD + as_toml(weights))
        file.flush()
        os.fsync(file.fileno())
    former.unlink(missing_ok=True)
    if own.exists():
        os.link(own, former)  # the weights in force stay where they are until replaced
    draft.replace(own)


def way_back(data: Path) -> str | None:
    """To which weights `go_back` leads: "former" or "shipped"; None where those are in force."""
    if (data / FORMER).exists():
        return "former"
    return "shipped" if (data / OWN_WEIGHTS).exists() else None


def go_back(data: Path) -> None:
    """Undo the last `keep`, as `way_back` says."""
    if way_back(data) == "former":
        (data / FORMER).replace(data / OWN_WEIGHTS)
    else:
        (data / OWN_WEIGHTS).unlink(missing_ok=True)
