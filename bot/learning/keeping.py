"""The district's own weights in its data folder: written whole or not at all, with a way back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.model.opinions import OWN_WEIGHTS
from rules.classifier.weights import Weights, as_toml

FORMER = "model-weights.former.toml"
_HEAD = "# Fitted by `hallmonitor model fit`; `hallmonitor model revert` goes back.\n"


def keep(data: Path, weights: Weights) -> None:
    """Put these weights in force, as a running bot takes them up; `go_back` undoes it once."""
    own, former = data / OWN_WEIGHTS, data / FORMER
    with _replacing(own, (_HEAD + as_toml(weights)).encode()):
        _put(former, own.read_bytes() if own.exists() else None)


def way_back(data: Path) -> str | None:
    """To which weights `go_back` leads: "former" or "shipped"; None where those are in force."""
    if (data / FORMER).exists():
        return "former"
    return "shipped" if (data / OWN_WEIGHTS).exists() else None


def go_back(data: Path) -> None:
    """Undo the last `keep`, as `way_back` says."""
    own, former = data / OWN_WEIGHTS, data / FORMER
    if way_back(data) == "former":
        former.replace(own)
        former.unlink(missing_ok=True)  # it stays where both were names of one file
    else:
        own.unlink(missing_ok=True)


@contextmanager
def kept_whole(data: Path) -> Iterator[None]:
    """Weights that are changed within, or, where something fails there, stay as they were."""
    files = [data / OWN_WEIGHTS, data / FORMER]
    before = [file.read_bytes() if file.exists() else None for file in files]
    try:
        yield
    except Exception:  # whatever failed: it is raised again
        for file, held in zip(files, before, strict=True):
            _put(file, held)
        raise


def _put(file: Path, held: bytes | None) -> None:
    """Write a file, or with None see that there is none."""
    if held is None:
        file.unlink(missing_ok=True)
        return
    with _replacing(file, held):
        pass


@contextmanager
def _replacing(file: Path, held: bytes) -> Iterator[None]:
    """A file that is written beside this one, and takes its place when all within is done."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with draft.open("wb") as out:
            out.write(held)
            out.flush()
            os.fsync(out.fileno())
        yield
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
