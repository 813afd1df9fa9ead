"""Small text classifiers in real ONNX files: each label's logit adds up what the words weigh.

The files are written byte by byte (https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto): the
package that does it for training would be the largest of all that the tests need.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

FLOAT, INT32, INT64 = 1, 6, 7  # TensorProto.DataType
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PLACES = 40  # max_position_embeddings: windows of 38 tokens


@dataclass(frozen=True)
class Classifier:
    """What a folder is to hold. Faults are made by changing the files afterwards."""

    weights: Mapping[str, Mapping[str, float]]  # label -> word -> what it adds
    bias: float = -6.0
    problem_type: str | None = "multi_label_classification"
    inputs: Sequence[str] = ("input_ids", "attention_mask")
    kind: int = INT64
    shape: tuple[str | int, str | int] = ("texts", "tokens")
    output: str = "logits"
    listed: bool = False  # gives a list with the numbers in it, as exports of other tools do
    more: Mapping[str, Any] = field(default_factory=dict)  # of config.json

    def write(self, folder: Path) -> Path:
        """The three files, as an export leaves them."""
        folder.mkdir(parents=True, exist_ok=True)
        words = [*SPECIAL, *sorted({word for held in self.weights.values() for word in held})]
        table = np.array(
            [[held.get(word, 0.0) for held in self.weights.values()] for word in words], np.float32
        )
        (folder / "model.onnx").write_bytes(self._model(table))
        self._tokenizer(words).save(str(folder / "tokenizer.json"))
        config = {
            "architectures": ["ForSequenceClassification"],
            "id2label": {str(n): label for n, label in enumerate(self.weights)},
            "problem_type": self.problem_type,
            "max_position_embeddings": PLACES,
            "pad_token_id": 0,
            **self.more,
        }
        (folder / "config.json").write_text(json.dumps(config))
        return folder

    def _tokenizer(self, words: Sequence[str]) -> Tokenizer:
        numbered = {word: number for number, word in enumerate(words)}
        made = Tokenizer(WordLevel(numbered, unk_token="[UNK]"))
        made.pre_tokenizer = Whitespace()
        ends = [(one, numbered[one]) for one in ("[CLS]", "[SEP]")]
        made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
        return made

    def _model(self, table: NDArray[np.float32]) -> bytes:
        """Rows of the table for `input_ids`, those of padding blotted out, added up, plus bias."""
        nodes = [_node("Gather", ["table", "input_ids"], "rows")]
        rows = "rows"
        if "attention_mask" in self.inputs:
            nodes += [
                _node("Cast", ["attention_mask"], "real", to=FLOAT),
                _node("Unsqueeze", ["real", "last"], "there"),
                _node("Mul", ["rows", "there"], "kept"),
            ]
            rows = "kept"
        nodes += [
            _node("ReduceSum", [rows, "tokens_axis"], "total", keepdims=0),
            _node("Add", ["total", "bias"], self.output),
        ]
        if "token_type_ids" in self.inputs:  # asked for and used, so that it cannot be left out
            nodes[-1] = _node("Add", ["total", "bias"], "sum")
            nodes += [
                _node("Cast", ["token_type_ids"], "kinds", to=FLOAT),
                _node("ReduceSum", ["kinds", "tokens_axis"], "kind", keepdims=1),
                _node("Add", ["sum", "kind"], self.output),
            ]
        given = _value(self.output, FLOAT, (self.shape[0], table.shape[1]))
        if self.listed:
            given = _list("listed", FLOAT)
            nodes.append(_node("SequenceConstruct", [self.output], "listed"))
        held = [
            _tensor("table", table),
            _tensor("bias", np.full(table.shape[1], self.bias, np.float32)),
            _tensor("last", np.array([2], np.int64)),
            _tensor("tokens_axis", np.array([1], np.int64)),
        ]
        graph = b"".join(
            [
                *(_part(1, node) for node in nodes),
                _part(2, b"classifier"),
                *(_part(5, tensor) for tensor in held),
                *(_part(11, _value(name, self.kind, self.shape)) for name in self.inputs),
                _part(12, given),
            ]
        )
        opset = _part(1, b"") + _number(2, 13)
        return _number(1, 8) + _part(7, graph) + _part(8, opset)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _part(tag: int, held: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(held)) + held


def _node(kind: str, inputs: Iterable[str], output: str, **how: int) -> bytes:
    """NodeProto; its attributes are whole numbers."""
    attributes = (
        _part(5, _part(1, name.encode()) + _number(3, value) + _number(20, 2))
        for name, value in how.items()
    )
    named = b"".join(_part(1, name.encode()) for name in inputs)
    return named + _part(2, output.encode()) + _part(4, kind.encode()) + b"".join(attributes)


def _tensor(name: str, value: NDArray[Any]) -> bytes:
    """TensorProto with raw data."""
    sizes = b"".join(_number(1, size) for size in value.shape)
    kind = FLOAT if value.dtype == np.float32 else INT64
    return sizes + _number(2, kind) + _part(8, name.encode()) + _part(9, value.tobytes())


def _value(name: str, kind: int, shape: Iterable[str | int]) -> bytes:
    """ValueInfoProto: name, type, and sizes, known or named."""
    sizes = (
        _part(1, _number(1, one) if isinstance(one, int) else _part(2, one.encode()))
        for one in shape
    )
    tensor = _number(1, kind) + _part(2, b"".join(sizes))
    return _part(1, name.encode()) + _part(2, _part(1, tensor))


def _list(name: str, kind: int) -> bytes:
    """ValueInfoProto of a sequence of tensors."""
    sequence = _part(1, _part(1, _number(1, kind)))
    return _part(1, name.encode()) + _part(2, _part(4, sequence))
