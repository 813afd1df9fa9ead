"""The district's own weights in its data folder: written whole or not at all, with a way back."""

from __future__ import annotations

import os
from pathlib import Path

from bot.opinions import OWN_WEIGHTS
from rules.classifier.weights import Weights, as_toml

FORMER = "model-weights.former.toml"
_HEAD = "# Fitted by `hallmonitor model fit`; `hallmonitor model revert` goes back.\n"


def keep(data: Path, weights: Weights) -> None:
    """Put these weights in force at the next start; those before them are kept for `go_back`."""
    own, former, draft = data / OWN_WEIGHTS, data / FORMER, data / f"{OWN_WEIGHTS}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(_HEAD + as_toml(weights))
        file.flush()
        os.fsync(file.fileno())
    former.unlink(missing_ok=True)
    if own.exists():
        os.link(own, former)  # the weights in force stay where they are until replaced
    draft.replace(own)


def go_back(data: Path) -> str | None:
    """Undo the last `keep`; what is in force then: "former" or "shipped", None if as shipped."""
    own, former = data / OWN_WEIGHTS, data / FORMER
    if former.exists():
        former.replace(own)
        return "former"
    if own.exists():
        own.unlink()
        return "shipped"
    return None
