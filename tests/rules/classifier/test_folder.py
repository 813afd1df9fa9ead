"""A district's own ONNX classifier: real files, small ones, with the faults that exports have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import exp, inf, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.classifier.folder import TOKENS, Folder
from rules.classifier.scorer import ScorerError
from tests.doubles.classifier import FLOAT, INT32, Classifier

TOXIC = {"toxic": {"scum": 9.0, "rude": 5.0}, "threat": {"hurt": 8.0}}


def test_each_label_by_itself(tmp_path: Path) -> None:
    """Multi-label: the model's logits are the log-odds."""
    model = Folder(Classifier(TOXIC).write(tmp_path))

    assert model.labels == ("toxic", "threat")
    assert model.odds(["you scum", "fine", "i hurt rude scum"]) == [
        {"toxic": 3.0, "threat": -6.0},
        {"toxic": -6.0, "threat": -6.0},
        {"toxic": 8.0, "threat": 2.0},
    ]


@pytest.mark.parametrize("problem_type", [None, "single_label_classification"])
def test_one_label_of_several(tmp_path: Path, problem_type: str | None) -> None:
    """Softmax: the probabilities of the labels add up to one."""
    weights = {"fine": {"nice": 4.0}, "rude": {"scum": 4.0}, "spam": {"buy": 4.0}}
    model = Folder(Classifier(weights, problem_type=problem_type).write(tmp_path))

    (said,) = model.odds(["nice scum"])
    chances = {label: 1 / (1 + exp(-odds)) for label, odds in said.items()}
    assert sum(chances.values()) == pytest.approx(1)
    assert chances["rude"] == pytest.approx(exp(4) / (2 * exp(4) + 1))


def test_one_label_alone_is_a_yes_or_no(tmp_path: Path) -> None:
    """Whatever the configuration calls it: of one label, softmax is always sure."""
    weights = {"toxic": {"scum": 9.0}}
    alone = Classifier(weights, problem_type="single_label_classification")

    assert Folder(alone.write(tmp_path)).odds(["scum", "fine"]) == [{"toxic": 3.0}, {"toxic": -6.0}]


@pytest.mark.parametrize(
    "made",
    [
        Classifier(TOXIC, inputs=("input_ids",)),
        Classifier(TOXIC, inputs=("input_ids", "attention_mask", "token_type_ids")),
        Classifier(TOXIC, kind=INT32),
        Classifier(TOXIC, shape=(1, "tokens")),
        Classifier(TOXIC, shape=(1, 24)),
        Classifier(TOXIC, shape=(4, 24)),
        Classifier(TOXIC, shape=(4, "tokens")),
        Classifier(TOXIC, shape=("texts", 24)),
        Classifier(TOXIC, more={"max_position_embeddings": 5}),
        Classifier(TOXIC, output="scores"),
        Classifier(TOXIC, more={"pad_token_id": None, "max_position_embeddings": None}),
    ],
    ids=repr,
)
def test_the_session_says_what_it_takes(tmp_path: Path, made: Classifier) -> None:
    """Inputs, their type, sizes that were fixed at the export, another name for the output."""
    model = Folder(made.write(tmp_path))

    texts = ["scum", "a b c d e hurt", "x " * 60 + "scum", "", "fine", "rude"]
    sure = [{label for label, odds in said.items() if odds > 0} for said in model.odds(texts)]
    assert sure == [{"toxic"}, {"threat"}, {"toxic"}, set(), set(), set()]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_a_word_is_found_wherever_it_stands(folder: Folder, places: list[int]) -> None:
    """Texts of several windows: the word counts once, at the start, on a seam, at the end."""
    texts = ["so " * place + "scum" + " so" * (200 - place) for place in places]

    assert [said["toxic"] for said in folder.odds(texts)] == [3.0] * len(texts)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_gets_an_answer(folder: Folder, texts: list[str]) -> None:
    """And the same in company as alone."""
    assert folder.odds(texts) == [folder.odds([text])[0] for text in texts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(Classifier(TOXIC).write(tmp_path_factory.mktemp("model")))


def put(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


def configure(**more: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **more}))

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "config.json").unlink(), "config.json cannot be read: No such"),
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx cannot be loaded"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json cannot be used"),
        (put("config.json", "{"), "config.json: Input data was truncated"),
        (put("config.json", "{}"), "missing required field `id2label`"),
        (put("model.onnx", "no model"), "model.onnx cannot be loaded"),
        (put("tokenizer.json", "{}"), "tokenizer.json cannot be used"),
        (configure(problem_type="regression"), "`regression`, no classification"),
        (configure(id2label={}), "id2label"),
        (configure(id2label={"0": "a", "2": "b"}), "id2label"),
        (configure(id2label={"0": "a"}), "one number for each label"),
        (configure(id2label={"0": "toxic", "1": "toxic"}), "id2label has two labels `toxic`"),
        (configure(pad_token_id=1 << 40), "config.json: Expected `int` <= 2147483647"),
        (configure(max_position_embeddings=4), "no room"),
        (configure(max_position_embeddings=1), "config.json leaves no room"),
        (configure(max_position_embeddings=-1), "config.json leaves no room"),
        (Classifier(TOXIC, bias=nan).write, "gives what is no number"),
        (Classifier(TOXIC, bias=inf, problem_type=None).write, "gives what is no number"),
        (Classifier(TOXIC, listed=True).write, "one number for each label"),
        (Classifier(TOXIC, kind=FLOAT, inputs=("pixels",)).write, "cannot be loaded"),
        (
            Classifier(TOXIC, inputs=("input_ids", "attention_mask", "bbox")).write,
            "asks for `bbox`",
        ),
    ],
)
def test_a_folder_that_cannot_serve_is_refused_when_it_is_loaded(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """With the file and what is wrong with it, in one line."""
    Classifier(TOXIC).write(tmp_path)
    spoil(tmp_path)

    with pytest.raises(ScorerError) as refused:
        Folder(tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_model_that_fails_at_work_says_nothing_of_the_text(tmp_path: Path) -> None:
    """A tokenizer that does not go with it: its numbers lead beyond the model's table."""
    Classifier(TOXIC).write(tmp_path)
    larger = {"toxic": {f"marker{n}": 1.0 for n in range(40)}}
    Classifier(larger).write(tmp_path / "other")
    (tmp_path / "tokenizer.json").write_bytes((tmp_path / "other/tokenizer.json").read_bytes())
    model = Folder(tmp_path)

    with pytest.raises(ScorerError) as failed:
        model.odds(["a marker39 here"])
    assert str(failed.value) == "model.onnx failed on a text"


def test_what_is_no_number_is_no_answer(tmp_path: Path) -> None:
    """Half-precision numbers overflow on some texts: the shipped model is to judge those."""
    model = Folder(Classifier({"toxic": {"scum": nan, "rude": 9.0}}).write(tmp_path))

    assert model.odds(["rude"]) == [{"toxic": 3.0}]
    with pytest.raises(ScorerError) as failed:
        model.odds(["scum"])
    assert str(failed.value) == "model.onnx gives what is no number"


UNKNOWN = (
    {"type": "WordLevel", "vocab": {"[PAD]": 0, "hello": 1}, "unk_token": "[GONE]"},
    {"type": "Unigram", "vocab": [[piece, -1.0] for piece in (" ", *"helo")], "unk_id": None},
)


@pytest.mark.parametrize("model", UNKNOWN, ids=lambda model: str(model["type"]))
def test_a_tokenizer_that_fails_at_work_says_nothing_of_the_text(
    tmp_path: Path, model: Mapping[str, object]
) -> None:
    """One that has no piece for what it does not know: the words of a start are not among that."""
    Classifier(TOXIC).write(tmp_path)
    tokens = json.loads((tmp_path / TOKENS).read_text())
    held = {**tokens, "model": model, "post_processor": None}
    (tmp_path / TOKENS).write_text(json.dumps(held))
    folder = Folder(tmp_path)

    with pytest.raises(ScorerError) as failed:
        folder.odds(["hello \N{SNOWMAN} marker"])
    assert str(failed.value) == "tokenizer.json failed on a text"
