"""Write a trained event reader: the encoder with its heads as an int8 ONNX graph, the role head's sum as arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from reader_data import ROLES, STATUSES, Labels

if TYPE_CHECKING:
    from event_reader import Reader

OPSET, IR = 20, 10


class Graph:
    """An ONNX graph in the making: each method adds nodes and gives the name of what they compute."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []

    def array(self, value: Any, name: str) -> str:
        """A constant."""
        self.arrays.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """What an operator gives."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"{name}/{kind}", **attributes))
        return name

    def linear(self, x: str, part: Any, name: str) -> str:
        """A matrix and a bias."""
        weight = self.array(_numbers(part.weight).T.copy(), f"{name}.weight")
        product = self.node("MatMul", [x, weight], f"{name}.product")
        return self.node("Add", [product, self.array(_numbers(part.bias), f"{name}.bias")], name)

    def norm(self, x: str, part: Any, name: str) -> str:
        """A layer normalisation."""
        scale = self.array(_numbers(part.weight), f"{name}.weight")
        bias = self.array(_numbers(part.bias), f"{name}.bias")
        return self.node("LayerNormalization", [x, scale, bias], name, epsilon=1e-12)


def _numbers(parameter: Any) -> Any:
    return parameter.detach().numpy().astype(np.float32)


def write(model: Reader, vocabulary: list[str], names: Labels, out: Path) -> None:
    """`event_reader.onnx`, `event_reader.npz` and `event_reader.json` in the folder `out`."""
    whole = out / "event_reader.float.onnx"
    onnx.save(graph(model), whole)
    quantize_dynamic(
        whole,
        out / "event_reader.onnx",
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )
    whole.unlink()
    np.savez(
        out / "event_reader.npz",
        distance=_numbers(model.distance.weight),
        role=_numbers(model.role.weight).T.copy(),
        bias=_numbers(model.role.bias),
    )
    table = {
        "types": names.types,
        "modes": names.modes,
        "sub_events": names.sub_events,
        "statuses": STATUSES,
        "roles": ROLES,
        "vocabulary": vocabulary,
    }
    (out / "event_reader.json").write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")


def graph(model: Reader) -> onnx.ModelProto:
    """The encoder and all heads but the last step of the roles: pieces → for each piece the log odds of each head, one
    after another, then what it brings to a role as trigger and as filler."""
    g = Graph()
    vectors = _numbers(model.vectors.weight)
    scale = np.maximum(np.abs(vectors).max(1, keepdims=True), 1e-8) / 127
    g.array(np.round(vectors / scale).astype(np.int8), "vectors")
    g.array(scale.astype(np.float32), "vector_scale")
    rows = g.node("Cast", [g.node("Gather", ["vectors", "ids"], "rows.int8")], "rows", to=TensorProto.FLOAT)
    rows = g.node("Mul", [rows, g.node("Gather", ["vector_scale", "ids"], "rows.scale")], "rows.scaled")
    g.array(_numbers(model.positions.weight), "position_table")
    places = g.node("Gather", ["position_table", "places"], "place_rows")
    x = g.norm(g.node("Add", [rows, places], "embedded"), model.norm, "norm")
    heads, size = 12, vectors.shape[1]
    g.array(np.array([0, 0, heads, size // heads], dtype=np.int64), "split")
    g.array(np.array([0, 0, size], dtype=np.int64), "join")
    g.array(np.array((size // heads) ** -0.5, dtype=np.float32), "attention_scale")
    for number, layer in enumerate(model.layers):
        x = _layer(g, x, layer, f"layer{number}")
    each = ("kind", "mode", "sub_event", "status", "trigger", "filler")
    parts = [g.linear(x, getattr(model, name), name) for name in each]
    g.node("Concat", parts, "read", axis=-1)
    made = helper.make_graph(
        g.nodes,
        "event_reader",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("places", TensorProto.INT64, ["length"]),
        ],
        [helper.make_tensor_value_info("read", TensorProto.FLOAT, ["batch", "length", None])],
        g.arrays,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)


def _layer(g: Graph, x: str, layer: Any, name: str) -> str:
    turned = {}
    for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        flat = g.linear(x, getattr(layer, part), f"{name}.{part}")
        cut = g.node("Reshape", [flat, "split"], f"{name}.{part}.cut")
        turned[part] = g.node("Transpose", [cut], f"{name}.{part}.turned", perm=order)
    scores = g.node("MatMul", [turned["query"], turned["key"]], f"{name}.scores")
    scores = g.node("Mul", [scores, "attention_scale"], f"{name}.scaled")
    seen = g.node("MatMul", [g.node("Softmax", [scores], f"{name}.weights", axis=-1), turned["value"]], f"{name}.seen")
    flat = g.node("Reshape", [g.node("Transpose", [seen], f"{name}.back", perm=[0, 2, 1, 3]), "join"], f"{name}.joined")
    x = g.norm(g.node("Add", [g.linear(flat, layer.out, f"{name}.out"), x], f"{name}.sum"), layer.norm, f"{name}.norm")
    wide = g.node("Gelu", [g.linear(x, layer.wide, f"{name}.wide")], f"{name}.gelu")
    narrow = g.linear(wide, layer.narrow, f"{name}.narrow")
    return g.norm(g.node("Add", [narrow, x], f"{name}.last_sum"), layer.last_norm, f"{name}.last_norm")
