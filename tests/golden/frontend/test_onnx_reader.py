"""ONNX files compute what ONNX's reference does; what the accelerator has not is refused by name and place."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from golden.affine import Affine
from golden.errors import LayerError
from golden.frontend import import_onnx
from golden.networks.graph import Graph, MaxPool, last_output, real_outputs
from tests.golden.frontend.models import MODELS, build

SHAPE = (2, 4, 8, 8)


def onnx_file(folder: Path, nodes: list[Any], constants: dict[str, Any], dims: Any = SHAPE, opset: int = 20) -> Path:
    """Write a network from x to y."""
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["any"])],
        tensors,
    )
    path = folder / "net.onnx"
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("my.own", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def reference(path: Path, x: torch.Tensor) -> torch.Tensor:
    evaluator = ReferenceEvaluator(str(path))
    outputs: Any = evaluator.run(None, {evaluator.input_names[0]: x.numpy()})
    return torch.from_numpy(np.array(outputs[0])).flatten(1)


def agree(graph: Graph, x: torch.Tensor, expected: torch.Tensor) -> bool:
    got = last_output(graph, real_outputs(graph, x))
    return float((got - expected).abs().max()) < 1e-4 * float(expected.abs().max())


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_computes_what_the_exported_module_does(name: str, dynamic: bool, tmp_path: Path) -> None:
    model, example = build(name)
    path = tmp_path / f"{name}.onnx"
    axes = {"pictures": {0: "N"}} if dynamic and name != "squeeze" else None
    with warnings.catch_warnings(action="ignore"):
        torch.onnx.export(model, (example,), path, dynamo=False, input_names=["pictures"], dynamic_axes=axes)
    graph = import_onnx(path)
    assert graph.name == name
    x = torch.randn(2, *example.shape[1:], generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = model(x).flatten(1)
    assert agree(graph, x, expected)
    assert agree(graph, x, reference(path, x))


def op(kind: str, inputs: str, output: str = "y", **attributes: Any) -> Any:
    """One operator; ``inputs`` are names with spaces between, ``-`` for one left out."""
    names = ["" if name == "-" else name for name in inputs.split()]
    return helper.make_node(kind, names, [output], name="here", **attributes)


WEIGHT = np.random.default_rng(0).normal(size=(4, 4, 3, 3)).astype(np.float32)
MATRIX = np.random.default_rng(1).normal(size=(256, 5)).astype(np.float32)
BOUNDS = {"low": np.float32(0), "high": np.float32(6)}
CONV = {"w": WEIGHT}
AVERAGE: dict[str, Any] = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
ACCEPTED: dict[str, tuple[list[Any], dict[str, Any], int]] = {
    "same upper": ([op("Conv", "x w", strides=[2, 2], auto_pad="SAME_UPPER")], CONV, 20),
    "same lower": ([op("Conv", "x w", strides=[2, 2], auto_pad="SAME_LOWER")], CONV, 20),
    "valid": ([op("Conv", "x w", auto_pad="VALID")], CONV, 20),
    "uneven pads": ([op("Conv", "x w", pads=[0, 1, 2, 3])], CONV, 20),
    "clip of inputs": ([op("Clip", "x low high")], BOUNDS, 20),
    "clip of attributes": ([op("Clip", "x", min=0.0, max=3.4028234e38)], {}, 6),
    "reduce mean of attributes": ([op("ReduceMean", "x", axes=[-1, -2], keepdims=0)], {}, 13),
    "global max": ([op("MaxPool", "x", "p", kernel_shape=[2, 2], strides=[2, 2]), op("GlobalMaxPool", "p")], {}, 20),
    "pad of attributes": ([op("Pad", "x", pads=[0, 1, 2, 3, 0, 1, 0, 1])], {}, 2),
    "pad of axes": ([op("Pad", "x pads - axes")], {"pads": np.array([1, 0]), "axes": np.array([-1])}, 20),
    "average with its padding": ([op("AveragePool", "x", count_include_pad=1, **AVERAGE)], {}, 20),
    "sum of three": ([op("Relu", "x", "r"), op("Sum", "x r x")], {}, 20),
    "negation and division": ([op("Neg", "x", "n"), op("Div", "n c")], {"c": np.float32(3)}, 20),
    "reshape with zero": (
        [op("Reshape", "x s", "f"), op("MatMul", "f m", "g"), op("Add", "b g")],
        {"s": np.array([0, -1]), "m": MATRIX, "b": MATRIX[0]},
        20,
    ),
    "gemm": (
        [op("Flatten", "x", "f"), op("Gemm", "f m b", alpha=0.5, beta=2.0, transB=1)],
        {"m": MATRIX.T.copy(), "b": MATRIX[:1]},
        20,
    ),
    "shape arithmetic": (
        [
            op("Shape", "x", "shape"),
            op("Gather", "shape zero", "batch"),
            op("Concat", "batch rest", "s", axis=0),
            op("Reshape", "x s", "f"),
            op("ReduceMean", "f two", keepdims=0),
        ],
        {"zero": np.array([0]), "rest": np.array([4, -1]), "two": np.array([2])},
        20,
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_computes_what_the_reference_does(case: str, tmp_path: Path) -> None:
    nodes, constants, opset = ACCEPTED[case]
    path = onnx_file(tmp_path, nodes, constants, opset=opset)
    x = torch.randn(SHAPE, generator=torch.Generator().manual_seed(2))
    assert agree(import_onnx(path, Affine(1 / 32, 128)), x, reference(path, x))


def test_strided_slice_is_a_pool(tmp_path: Path) -> None:
    constants = {"s": np.array([0, 0]), "e": np.array([99, 99]), "a": np.array([2, 3]), "t": np.array([2, 2])}
    path = onnx_file(tmp_path, [op("Slice", "x s e a t")], constants)
    assert [node.op for node in import_onnx(path).nodes] == [MaxPool((1, 1), 2)]


REFUSED: dict[str, tuple[Any, dict[str, Any], Any, str]] = {
    "sigmoid": (op("Sigmoid", "x"), {}, SHAPE, r"operator Sigmoid at 'here': not supported\. Supported: convolution"),
    "constants alone": (op("Gather", "c i"), {"c": np.ones(2), "i": np.array(5)}, SHAPE, "cannot be read: IndexError"),
    "quantized": (op("QuantizeLinear", "x s"), {"s": np.float32(1)}, SHAPE, r"operator QuantizeLinear at 'here'"),
    "transpose": (op("Transpose", "x", perm=[0, 2, 3, 1]), {}, SHAPE, r"operator Transpose at 'here'"),
    "layer norm": (op("LayerNormalization", "x s"), {"s": np.ones(8, np.float32)}, SHAPE, "LayerNormalization"),
    "own domain": (op("Magic", "x", domain="my.own"), {}, SHAPE, r"domain my\.own, expected ONNX's own"),
    "stride": (op("Conv", "x w", strides=[3, 3]), CONV, SHAPE, r"stride 3"),
    "nan": (op("Conv", "x w"), {"w": WEIGHT * np.nan}, SHAPE, r"weight holds NaN"),
    "weights from the input": (op("Conv", "x x"), {}, SHAPE, "weight that depends on the input"),
    "clip": (op("Clip", "x low high"), {**BOUNDS, "low": np.float32(-1)}, SHAPE, r"clamp from -1\.0 to 6\.0"),
    "average": (op("AveragePool", "x", **AVERAGE), {}, SHAPE, "does not count padding"),
    "reflection": (op("Pad", "x p", mode="reflect"), {"p": np.array([0, 0, 1, 1, 0, 0, 1, 1])}, SHAPE, "'reflect'"),
    "transposed gemm": (op("Gemm", "m x"), {"m": MATRIX}, SHAPE, "a transposed first factor"),
    "batches mixed": (op("Reshape", "x s"), {"s": np.array([-1, 64])}, SHAPE, "expected the batch of 2 to remain"),
    "dynamic shapes": (op("Relu", "x"), {}, ("N", 4, "H", "W"), r"shape \('\?', 4, '\?', '\?'\), expected .* fixed"),
    "five dimensions": (op("Relu", "x"), {}, (1, 2, 3, 4, 5), r"expected \(N, C, H, W\)"),
    "constant": (op("Identity", "c"), {"c": np.ones((1, 2), np.float32)}, SHAPE, "does not depend on the input"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_operator_and_place(case: str, tmp_path: Path) -> None:
    node, constants, dims, message = REFUSED[case]
    path = onnx_file(tmp_path, [node], constants, dims)
    with pytest.raises(LayerError, match=message) as raised:
        import_onnx(path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="No such file or directory; expected an ONNX file"):
        import_onnx(tmp_path / "missing.onnx")
    whole = onnx_file(tmp_path, [op("Conv", "x w")], CONV)
    cut = tmp_path / "cut.onnx"
    for size in (0, 10, len(whole.read_bytes()) // 2):
        cut.write_bytes(whole.read_bytes()[:size])
        with pytest.raises(LayerError, match="is not a whole ONNX file"):
            import_onnx(cut)
