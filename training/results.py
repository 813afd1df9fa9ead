"""Writes what training ends in: the shipped files, the figures and the reliability diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch

import rules.classifier
from rules.classifier.shipped import LINEAR
from rules.classifier.weights import as_toml
from training import linear
from training.calibrate import Outcome, weights_from
from training.corpus import CATEGORIES, Reader, Row
from training.encoder import Net, Recipe, base
from training.enlarge import enlarged
from training.export import export
from training.measure import (
    Held,
    as_shipped,
    bins,
    crossed,
    f1,
    figures,
    held_out,
    model_alone,
    ruled_out,
    rules_alone,
)

SHIPPED = Path(rules.classifier.__file__).parent
CATEGORY_ROWS = (
    "| category | rows | rules alone | model alone | rules + model |\n|---|---|---|---|---|"
)
SYSTEM_ROWS = (
    "| rows | what | mission F1 | all F1 | hits | allowed flagged | hits at 3% | act precision (n)"
    " | allowed, act |\n|---|---|---|---|---|---|---|---|---|"
)
GROUPS: dict[str, Callable[[Row], bool]] = {
    "all, five folds": lambda row: True,
    "not read by rule writers": lambda row: row.unread,
    "of these, English": lambda row: row.unread and row.lang == "en",
    "Spanish and mixed": lambda row: row.unread and row.lang != "en",
    "staff": lambda row: row.unread and row.role == "staff",
    "students": lambda row: row.unread and row.role == "student",
    "disguised": lambda row: row.unread and row.evasion,
    "ordinary talk": lambda row: row.theme.startswith("ordinary"),
}


def write(rows: Sequence[Row], made: Path, reader: Reader, recipe: Recipe, wheel: Path) -> None:
    """From the folds and the final net in `made` to everything that is shipped and reported."""
    held = held_out(rows, made, reader)
    unread = held.mask(lambda row: row.unread)
    for name in ("both", "linear"):
        weights = weights_from(held.logits[name], held.labels, held.said, unread)
        (SHIPPED / f"{name}.toml").write_text(as_toml(weights), encoding="utf-8")
    taught = linear.train(enlarged(rows, reader))
    np.savez_compressed(SHIPPED / LINEAR, **taught)  # type: ignore[arg-type]
    kept = torch.load(made / "final.pt", weights_only=True)
    net = Net(base(wheel), kept["pieces"], recipe.layers)
    net.load_state_dict(kept["net"])
    export(net, kept["pieces"], SHIPPED)
    report = Path("build/training/figures.md")
    report.write_text("\n".join(_report(held)) + "\n", encoding="utf-8")
    _diagram(held, crossed(held, "both"), Path("docs/model-reliability.svg"))


def _report(held: Held) -> Iterator[str]:
    systems = {
        "rules alone": rules_alone(held),
        "linear alone": model_alone(held, "linear"),
        "encoder alone": model_alone(held, "encoder"),
        "both models alone": model_alone(held, "both"),
        "rules + linear": crossed(held, "linear"),
        "rules + both": as_shipped(held),
    }
    yield SYSTEM_ROWS
    for group, wanted in GROUPS.items():
        mask = held.mask(wanted)
        for name, outcome in systems.items():
            yield _line(group, name, held.where(mask), _where(outcome, mask))
    yield ""
    yield from _asked(held)
    unread = held.mask(lambda row: row.unread)
    yield f"\n{CATEGORY_ROWS}"
    some = held.where(unread)
    columns = [
        f1(some.labels, systems[name].flagged[unread])
        for name in ("rules alone", "both models alone", "rules + both")
    ]
    for at, category in enumerate(CATEGORIES):
        told = " | ".join(f"{column[at]:.2f}" for column in columns)
        yield f"| {category} | {int(some.labels[:, at].sum())} | {told} |"


def _asked(held: Held) -> Iterator[str]:
    """How often the encoder is asked, by kind of row."""
    out = ruled_out(held)
    for group in ("all, five folds", "not read by rule writers", "ordinary talk"):
        share = 1 - float(out[held.mask(GROUPS[group])].mean())
        yield f"The encoder is asked on {share:.1%} of: {group}."


def _line(group: str, name: str, held: Held, made: Outcome) -> str:
    got = figures(held, made, ranks=name != "rules alone")
    at_share = "" if np.isnan(got.hits_at_share) else f"{got.hits_at_share:.3f}"
    act = f"{got.act_precision:.3f} ({got.acts})" if got.acts else ""
    parts = [
        f"{group} ({got.rows})",
        name,
        f"{got.mission:.3f}",
        f"{got.every:.3f}",
        f"{got.hits:.3f}",
        f"{got.alarms:.3f}",
        at_share,
        act,
        f"{got.act_alarms:.4f}",
    ]
    return "| " + " | ".join(parts) + " |"


def _where(made: Outcome, mask: np.ndarray) -> Outcome:
    return Outcome(made.chance[mask], made.flagged[mask], made.act[mask])


def _diagram(held: Held, made: Outcome, file: Path) -> None:
    """How often what was given a probability was true, on the rows no rule writer read."""
    plt.rcParams["svg.hashsalt"] = "hallmonitor"
    unread = held.mask(lambda row: row.unread)
    points = list(bins(held.where(unread), _where(made, unread)))
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot([p for p, _, _ in points], [t for _, t, _ in points], marker="o")
    for chance, true, count in points:
        axes.annotate(str(count), (chance, true), textcoords="offset points", xytext=(6, -10))
    axes.set(xlabel="probability given", ylabel="share that was true", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Rules and model, one point a tenth, with its cases")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
