"""From the trained net to the file that is shipped: an ONNX graph, its matrices in 8 bits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from rules.classifier.encoder import MODEL, PIECES
from rules.classifier.tokens import PAD
from training.encoder import HEADS, WIDTH, Layer, Net

OPSET = 20
IR_VERSION = 9  # what goes with this opset; onnxruntime refuses versions newer than its own
# Weights use 7 of their 8 bits: on x86 without VNNI, sums of 8-bit products overflow 16 bits.
STEPS = 63

Array = NDArray[np.generic]


def export(net: Net, pieces: Sequence[str], folder: Path) -> None:
    """Write the model and its pieces; the same net gives the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(Graph(net).model().SerializeToString(deterministic=True))
    (folder / PIECES).write_text("\n".join(pieces) + "\n", encoding="utf-8")


class Graph:
    """The net, node by node: `ids` (texts, tokens) of int64 in, `logits` out."""

    def __init__(self, net: Net) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._held: list[TensorProto] = []
        x = self._norm(self._embedded(net), net.norm)
        mask = self._mask()
        for layer in net.layers:
            assert isinstance(layer, Layer)
            x = self._layer(x, layer, mask)
        self._add("Identity", self._linear(self._mean(x), net.head), out="logits")

    def model(self) -> onnx.ModelProto:
        """The checked model."""
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
        logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", None])
        graph = helper.make_graph(self._nodes, "hallmonitor", [ids], [logits], self._held)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def _embedded(self, net: Net) -> str:
        """A word piece's row in 8 bits with its own scale, and its place."""
        rows = net.words.detach().numpy()
        scale = np.abs(rows).max(axis=1, keepdims=True) / 127
        words = self._hold(np.rint(rows / scale).astype(np.int8))
        row = self._add("Cast", self._add("Gather", words, "ids"), to=TensorProto.FLOAT)
        scales = self._add("Gather", self._hold(scale.astype(np.float32)), "ids")
        tokens = self._add("Shape", "ids", start=1, end=2)
        places = self._hold(net.places.detach().numpy())
        upto = self._add("Slice", places, self._whole(0), tokens, self._whole(0))
        return self._add("Add", self._add("Mul", row, scales), upto)

    def _mask(self) -> str:
        """What is added to the attention: nothing for a token, very little behind the end."""
        padding = self._add("Equal", "ids", self._hold(np.array(PAD, np.int64)))
        self._there = self._add("Cast", self._add("Not", padding), to=TensorProto.FLOAT)
        less = self._add("Mul", self._add("Cast", padding, to=TensorProto.FLOAT), self._real(-1e9))
        return self._add("Unsqueeze", less, self._whole(1, 2))

    def _layer(self, x: str, layer: Layer, mask: str) -> str:
        mixed = self._add("Reshape", self._linear(x, layer.mix), self._whole(0, 0, 3, HEADS, -1))
        parts = self._split(self._add("Transpose", mixed, perm=[2, 0, 3, 1, 4]))
        query, key, value = (self._add("Squeeze", part, self._whole(0)) for part in parts)
        query = self._add("Mul", query, self._real((WIDTH // HEADS) ** -0.5))
        likeness = self._add("MatMul", query, self._add("Transpose", key, perm=[0, 1, 3, 2]))
        weight = self._add("Softmax", self._add("Add", likeness, mask), axis=-1)
        seen = self._add("Transpose", self._add("MatMul", weight, value), perm=[0, 2, 1, 3])
        seen = self._add("Reshape", seen, self._whole(0, 0, WIDTH))
        x = self._norm(self._add("Add", x, self._linear(seen, layer.out)), layer.norm_mixed)
        inner = self._linear(self._add("Gelu", self._linear(x, layer.up)), layer.down)
        return self._norm(self._add("Add", x, inner), layer.norm_out)

    def _mean(self, x: str) -> str:
        """The mean of a text's tokens."""
        there = self._add("Unsqueeze", self._there, self._whole(2))
        total = self._add("ReduceSum", self._add("Mul", x, there), self._whole(1), keepdims=0)
        return self._add("Div", total, self._add("ReduceSum", there, self._whole(1), keepdims=0))

    def _linear(self, x: str, linear: Layer | Tensor | object) -> str:
        """A matrix in 8 bits, one scale for each of its outputs; `x` is quantised as it comes."""
        weight = linear.weight.detach().numpy().T  # type: ignore[union-attr]
        scale = np.abs(weight).max(axis=0) / STEPS
        steps = self._hold(np.rint(weight / scale).astype(np.int8))
        whole, by, zero = self._many("DynamicQuantizeLinear", 3, x)
        none = self._hold(np.array(0, np.int8))
        product = self._add("MatMulInteger", whole, steps, zero, none)
        factor = self._add("Mul", by, self._hold(scale.astype(np.float32)))
        real = self._add("Mul", self._add("Cast", product, to=TensorProto.FLOAT), factor)
        bias = self._hold(linear.bias.detach().numpy())  # type: ignore[union-attr]
        return self._add("Add", real, bias)

    def _norm(self, x: str, norm: object) -> str:
        weight, bias = (self._hold(v.detach().numpy()) for v in (norm.weight, norm.bias))  # type: ignore[attr-defined]
        return self._add("LayerNormalization", x, weight, bias, axis=-1, epsilon=1e-12)

    def _split(self, x: str) -> list[str]:
        return self._many("Split", 3, x, axis=0, num_outputs=3)

    def _whole(self, *values: int) -> str:
        return self._hold(np.array(values, np.int64))

    def _real(self, value: float) -> str:
        return self._hold(np.array(value, np.float32))

    def _hold(self, value: Array) -> str:
        name = f"held{len(self._held)}"
        self._held.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _add(self, kind: str, *inputs: str, out: str = "", **how: object) -> str:
        name = out or f"made{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **how))
        return name

    def _many(self, kind: str, outputs: int, *inputs: str, **how: object) -> list[str]:
        names = [f"made{len(self._nodes)}.{n}" for n in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, **how))
        return names
