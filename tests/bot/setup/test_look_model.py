"""What `doctor` says of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bot import settings
from bot.learning.keeping import keep
from bot.model.opinions import OWN_WEIGHTS
from bot.setup.findings import Finding, State
from bot.setup.look_model import look_at_model
from rules.classifier.scorer import CATEGORIES, Logits, Scorer
from rules.classifier.shipped import shipped_version
from tests.doubles.moderation import ModerationServer
from tests.rules.classifier.making import weights

BOTH = shipped_version("both")
ABOVE = settings.PLAYGROUND.read_text(encoding="utf-8") + "\n"


class Shipped:
    """Stands for the model that comes with the rules, which is not asked here."""

    def __init__(self, name: str) -> None:
        self.name = name

    def logits(self, texts: Sequence[str]) -> Logits:
        return np.zeros((len(texts), len(CATEGORIES)), np.float32)


def gone() -> Scorer:
    raise FileNotFoundError


def look(
    table: str, data: Path, shipped: Callable[[], Scorer] = lambda: Shipped("both")
) -> list[Finding]:
    chosen = settings.parse(f"{ABOVE}[model]\ntimeout_seconds = 30\n{table}")
    findings = list(look_at_model(chosen, data, "sesame", shipped))
    assert all(bool(f.remedy) == (f.state is not State.OK) for f in findings)
    return findings


@pytest.mark.parametrize(
    ("use", "shipped", "state", "said"),
    [
        ("none", gone, State.OK, "The rules judge alone"),
        ("shipped", lambda: Shipped("both"), State.OK, "the weights that come with it"),
        ("shipped", lambda: Shipped("linear"), State.WARNING, "the linear half serves alone"),
        ("shipped", gone, State.FAULT, "is not there"),
    ],
)
def test_it_says_which_model_is_in_force(
    tmp_path: Path, use: str, shipped: Callable[[], Scorer], state: State, said: str
) -> None:
    """And what is amiss with it."""
    (finding,) = look(f'use = "{use}"\n', tmp_path, shipped)

    assert (finding.state, said in finding.what) == (state, True)


@pytest.mark.parametrize(
    ("fitted_on", "state", "said"),
    [
        (BOTH, State.OK, "with the weights fitted on the district's own decisions"),
        ("both 1", State.WARNING, f"were fitted on the model `both 1`, and `{BOTH}` serves"),
    ],
)
def test_it_says_whose_weights_are_used(
    tmp_path: Path, fitted_on: str, state: State, said: str
) -> None:
    """Those of the data folder go before the shipped ones, unless another model is weighed."""
    keep(tmp_path, msgspec.structs.replace(weights(), scorer=fitted_on))
    (finding,) = look('use = "shipped"\n', tmp_path)

    assert (finding.state, said in finding.what) == (state, True)


def test_weights_that_cannot_be_read_are_a_fault(tmp_path: Path) -> None:
    """With their line: the bot would not start with them."""
    (tmp_path / OWN_WEIGHTS).write_text("clear = 2\n")
    findings = look('use = "shipped"\n', tmp_path)

    assert {finding.state for finding in findings} == {State.FAULT}
    assert f"{OWN_WEIGHTS}:1: " in findings[0].what


@pytest.fixture
def server() -> Iterator[ModerationServer]:
    with ModerationServer({"": {"toxic": 0.1}}, key="sesame") as running:
        yield running


@pytest.mark.parametrize(
    ("labels", "status", "state", "said"),
    [
        ('toxic = "hate"', 200, State.OK, "answers (endpoint) and flags hate"),
        ('toxic = "hate"', 503, State.WARNING, "HTTP 503. Until it does, the shipped model judges"),
        ('toxik = "hate"', 200, State.WARNING, "no say on toxik"),
    ],
)
def test_a_model_of_the_districts_own_is_asked(
    tmp_path: Path, server: ModerationServer, labels: str, status: int, state: State, said: str
) -> None:
    """One harmless word, in the form and with the key that judging uses."""
    server.status = status
    table = f'use = "endpoint"\nendpoint = "{server.url}"\n[model.labels]\n{labels}\n'
    shipped, own = look(table, tmp_path)

    assert shipped.state is State.OK
    assert (own.name, own.state, said in own.what) == ("own-model", state, True)
    assert (server.asked, server.wrong) == ([["hello"]], [])


def test_one_that_cannot_serve_is_a_fault_with_its_line(tmp_path: Path) -> None:
    """As at start."""
    table = f'use = "folder"\nfolder = "{tmp_path}"\n[model.labels]\ntoxic = "hate"\n'
    _, own = look(table, tmp_path)

    assert own.state is State.FAULT
    assert own.what.startswith(f"hallmonitor.toml:{ABOVE.count(chr(10)) + 4}: ")
