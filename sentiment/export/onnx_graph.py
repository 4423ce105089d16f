"""Builder of ONNX graphs, operator by operator."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, ML_OPSET, IR_VERSION = 18, 2, 9
TYPES = {"int64": TensorProto.INT64, "float32": TensorProto.FLOAT}


class Graph:
    """Nodes and constants. A value is the name of an output, or an array or number: a constant."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(
        self, operator: str, *inputs: Any, outputs: int = 1, domain: str = "", **attributes: Any
    ) -> Any:
        """Add an operator; returns the name of its output, or the names of several.

        An input that is None is omitted.
        """
        names = [f"{operator.lower()}_{len(self.nodes)}_{number}" for number in range(outputs)]
        given = [self.constant(value) for value in inputs]
        node = helper.make_node(operator, given, names, domain=domain, **attributes)
        self.nodes.append(node)
        return names[0] if outputs == 1 else names

    def constant(self, value: Any) -> str:
        """The name of a value. Python's integers become int64, other numbers float32."""
        if value is None or isinstance(value, str):
            return value or ""
        array = np.asarray(value)
        if not isinstance(value, np.ndarray | np.generic):
            array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float32)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def model(
        self,
        inputs: dict[str, tuple[str, list[Any]]],
        outputs: dict[str, tuple[str, str, list[Any]]],
        description: str,
    ) -> bytes:
        """The serialized model, checked.

        inputs: name -> type and shape. outputs: name -> value, type and shape.
        """
        for name, (value, _, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [value], [name]))

        def described(name: str, kind: str, shape: list[Any]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TYPES[kind], shape)

        graph = helper.make_graph(
            self.nodes,
            "sentiment",
            [described(name, *about) for name, about in inputs.items()],
            [described(name, kind, shape) for name, (_, kind, shape) in outputs.items()],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        model = helper.make_model(
            graph,
            opset_imports=opsets,
            ir_version=IR_VERSION,
            producer_name="Sentiment Lab",
            doc_string=description,
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def scan_of_relu(recurrent: np.ndarray) -> onnx.GraphProto:
    """The body of a Scan: h = relu(x + u h), elementwise, for (batch, units)."""
    shape: list[Any] = ["batch", len(recurrent)]

    def value(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    return helper.make_graph(
        [
            helper.make_node("Mul", ["before", "u"], ["kept"]),
            helper.make_node("Add", ["kept", "x"], ["sum"]),
            helper.make_node("Relu", ["sum"], ["after"]),
            helper.make_node("Identity", ["after"], ["h"]),
        ],
        "step",
        [value("before"), value("x")],
        [value("after"), value("h")],
        [numpy_helper.from_array(recurrent, "u")],
    )
