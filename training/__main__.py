"""`make train`: folds, final model, calibration and figures, each kept so that a rerun goes on."""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from training.corpus import FOLDS, Reader, school
from training.encoder import Recipe
from training.jobs import FINAL, WHEEL, make
from training.results import write


def main() -> None:
    """Read the arguments and make what is not there yet."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--work", type=Path, default=Path("build/training"))
    given.add_argument("--layers", default="0,1,2,3,4,5", help="layers of the base that are kept")
    given.add_argument("--only", help="comma-separated folds, or final")
    asked = given.parse_args()
    layers = tuple(int(layer) for layer in asked.layers.split(","))
    made = asked.work / f"encoder-{len(layers)}"
    made.mkdir(parents=True, exist_ok=True)
    names = asked.only.split(",") if asked.only else [*map(str, reversed(range(FOLDS))), FINAL]
    job = partial(make, work=asked.work, made=made, recipe=Recipe(layers=layers))
    jobs = min(len(names), os.cpu_count() or 1)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for name in pool.map(job, names):
            print(f"{name}: done", flush=True)  # noqa: T201
    if not asked.only:
        reader = Reader()
        write(school(reader), made, reader, Recipe(layers=layers), asked.work / WHEEL)


if __name__ == "__main__":
    main()
