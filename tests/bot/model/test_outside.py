"""`[model]` for a model of the district's own: what is refused, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot import settings
from bot.model.outside import outside_opinion
from bot.settings import Settings, SettingsError
from rules.classifier.scorer import CATEGORIES
from rules.errors import PackError, Problem
from rules.types import Category
from tests.doubles.classifier import Classifier
from tests.doubles.moderation import ModerationServer

ABOVE = settings.PLAYGROUND.read_text(encoding="utf-8") + "\n"
LABELS = '[model.labels]\ntoxic = "hate"\n'
FIRST = ABOVE.count("\n") + 1  # the line of what is written below


def chosen(table: str) -> Settings:
    return settings.parse(ABOVE + table)


def test_a_folder_is_read_and_its_labels_are_taken_for_categories(tmp_path: Path) -> None:
    """One that is not mapped counts for nothing; `flag` holds for each category."""
    weights = {"toxic": {"scum": 9.0}, "insult": {"fool": 9.0}, "spam": {"buy": 9.0}}
    Classifier(weights).write(tmp_path)
    table = f'[model]\nuse = "folder"\nfolder = {json.dumps(str(tmp_path))}\nflag = 0.7\n'
    opinion = outside_opinion(chosen(table + LABELS + 'insult = "hate"\n').file.model)

    assert opinion is not None
    assert {name: own.flag for name, own in opinion.weights.categories.items()} == {"hate": 0.7}
    logits = opinion.scorer.logits(["scum", "fool", "buy"])
    assert logits[:, CATEGORIES.index(Category.HATE)].tolist() == [3.0, 3.0, -6.0]
    assert np.isnan(logits).sum() == 3 * (len(CATEGORIES) - 1)


def test_an_endpoint_is_asked_by_the_name_and_with_the_key() -> None:
    """The key comes from the environment alone."""
    with ModerationServer({"": {"toxic": 0.5}}, model="guard", key="sesame") as server:
        table = f'[model]\nuse = "endpoint"\nendpoint = "{server.url}"\nname = "guard"\n'
        model = chosen(table + "timeout_seconds = 30\n" + LABELS).file.model
        opinion = outside_opinion(model, "sesame")

        assert opinion is not None
        assert opinion.scorer.logits(["hello"])[0, CATEGORIES.index(Category.HATE)] == 0
        assert server.wrong == []


@pytest.mark.parametrize("use", ["shipped", "none"])
def test_no_other_model_unless_it_is_asked_for(use: str) -> None:
    """Also where one is described."""
    table = f'[model]\nuse = "{use}"\nfolder = "nowhere"\n'

    assert outside_opinion(chosen(table).file.model) is None


@pytest.mark.parametrize(
    ("table", "line", "what"),
    [
        ('[model]\nuse = "folder"\n' + LABELS, 1, "`folder` is missing"),
        ('[model]\nuse = "endpoint"\n' + LABELS, 1, "`endpoint` is missing"),
        ('[model]\nuse = "folder"\nfolder = "x"\n', 0, "none of its labels is mapped"),
        ('[model]\nendpoint = "ftp://10.0.0.1"\n', 1, "no address of http"),
        ('[model]\nendpoint = "http://"\n', 1, "no address of http"),
        ('[model]\nendpoint = "http://10.0.0.1:x/"\n', 1, "no address"),
        ('[model]\nendpoint = "http://me:pass@10.0.0.1/"\n', 1, "HALLMONITOR_MODEL_KEY"),
        ("[model]\ntimeout_seconds = 0\n", 1, "`timeout_seconds`"),
        ("[model]\nflag = 2\n", 1, "`flag`"),
        (LABELS + '"self-harm" = "welfare"\n', 2, "no model stands for `welfare`"),
        (LABELS + 'abuse = "rudeness"\n', 2, "Invalid enum value 'rudeness'"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused_with_their_line(
    table: str, line: int, what: str
) -> None:
    """Before anything is loaded or asked."""
    with pytest.raises(SettingsError) as refused:
        chosen(table)

    (problem,) = refused.value.problems
    assert (problem.line, what in problem.what) == (FIRST + line, True)


def refused(table: str) -> Problem:
    read = chosen(table)
    with pytest.raises(PackError) as error:
        outside_opinion(read.file.model, places=read.places)
    (problem,) = error.value.problems
    return problem


def test_a_label_that_the_model_does_not_have_is_refused_with_its_line(tmp_path: Path) -> None:
    """A slip would leave a category unwatched."""
    Classifier({"toxic": {"scum": 9.0}}).write(tmp_path)
    table = f'[model]\nuse = "folder"\nfolder = {json.dumps(str(tmp_path))}\n'
    problem = refused(table + LABELS + 'tocsic = "hate"\n')

    assert (problem.file, problem.line) == ("hallmonitor.toml", FIRST + 5)
    assert "`tocsic`" in problem.what
    assert problem.remedy == "known: toxic"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """With the file that is wrong."""
    table = f'[model]\nuse = "folder"\nfolder = {json.dumps(str(tmp_path))}\n'
    problem = refused(table + LABELS)

    assert problem.line == FIRST + 2
    assert "config.json cannot be read" in problem.what


@pytest.mark.parametrize("host", ["8.8.8.8", "[2001:4860:4860::8888]", "[::ffff:8.8.8.8]"])
def test_a_public_address_is_refused_unless_it_is_allowed(host: str) -> None:
    """Messages would leave the district's network."""
    table = f'[model]\nuse = "endpoint"\nendpoint = "https://{host}/v1/moderations"\n'
    problem = refused(table + LABELS)

    assert problem.line == FIRST + 2
    assert "is a public address" in problem.what
    assert outside_opinion(chosen(table + "public = true\n" + LABELS).file.model) is not None
