"""An ONNX file to a graph, through the ``onnx`` package."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import NodeProto, numpy_helper
from onnx.inliner import inline_local_functions
from onnx.reference import ReferenceEvaluator
from torch import Tensor

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import same_padding
from golden.frontend.check import check_output
from golden.frontend.draft import SUPPORTED, Draft, Value, unsupported
from golden.networks.graph import Graph, Sides

Inputs = list[Any]
Attributes = dict[str, Any]
Operator = Callable[[Draft, str, Inputs, Attributes], Value]
PIXEL = Affine(1 / 255, 0)
LARGEST = 1e30


def import_onnx(path: Path, input: Affine = PIXEL) -> Graph:
    """Return the graph of an ONNX file, named after the file.

    input: the affine map from the bytes of a picture to what the network takes. The input is one tensor
    (N, C, H, W) whose batch alone may have no fixed size. What depends on constants and shapes alone is
    computed here, a batch without a fixed size as one picture. The graph must compute what ONNX's
    reference does on a random picture, see ``check_output``. Raises LayerError, with operator and place,
    for anything that the accelerator does not support, and for a file that is none.
    """
    model, constants = _loaded(path)
    inputs = [value for value in model.graph.input if value.name not in constants]
    batch, shape = _input_shape(path, inputs)
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)
    draft = Draft(shape)
    known: dict[str, Any] = {"": None, **constants, inputs[0].name: draft.input}
    for node in model.graph.node:
        known |= _read(path, draft, node, known, batch, opset)
    if len(model.graph.output) != 1:
        raise LayerError(f"{path}: {len(model.graph.output)} outputs, expected one")
    output = known[model.graph.output[0].name]
    if not isinstance(output, Value):
        raise LayerError(f"{path}: the output does not depend on the input")
    graph = draft.finish(path.stem, output, input)
    generator = torch.Generator().manual_seed(0)
    x = input.dequantize(torch.randint(0, 256, (batch, *shape), generator=generator)).float()
    try:
        outputs: Any = ReferenceEvaluator(model).run(None, {inputs[0].name: x.numpy()})
    except Exception as error:  # any kind: the file's own code runs in here
        raise LayerError(f"{path}: ONNX's reference cannot evaluate it: {_first_line(error)}") from None
    check_output(graph, x, torch.from_numpy(np.array(outputs[0])))
    return graph


def _loaded(path: Path) -> tuple[onnx.ModelProto, dict[str, Any]]:
    """Return the checked model of a file, its local functions replaced by their operators, and its constants."""
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
        constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    except OSError as error:
        raise LayerError(f"{path}: {error.strerror or error}; expected an ONNX file") from None
    except (DecodeError, onnx.checker.ValidationError, ValueError, KeyError, TypeError) as error:
        raise LayerError(f"{path} is not a whole ONNX file: {_first_line(error)}") from None
    return inline_local_functions(model), constants


def _input_shape(path: Path, inputs: list[onnx.ValueInfoProto]) -> tuple[int, tuple[int, int, int]]:
    """Return the batch, 1 if it has no fixed size, and (C, H, W) of a network's only input."""
    if len(inputs) != 1:
        raise LayerError(f"{path}: {len(inputs)} inputs, expected one of pictures (N, C, H, W)")
    dims = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in inputs[0].type.tensor_type.shape.dim]
    if len(dims) != 4 or min(dims[1:]) < 1:
        shown = tuple(size or "?" for size in dims)
        raise LayerError(
            f"{path}: input {inputs[0].name} of shape {shown}, expected (N, C, H, W) with C, H and W fixed"
        )
    return max(dims[0], 1), (dims[1], dims[2], dims[3])


def _read(path: Path, draft: Draft, node: NodeProto, known: dict[str, Any], batch: int, opset: int) -> dict[str, Any]:
    """Return the tensors an operator gives: constants from constants alone, else what the draft makes of it."""
    name = node.name or node.output[0]
    try:
        missing = [source for source in node.input if source not in known]
        if missing:
            raise LayerError(f"input {missing[0]!r} comes from no operator that is supported")
        inputs = [known[source] for source in node.input]
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        if node.domain not in ("", "ai.onnx"):
            raise LayerError(f"domain {node.domain}, expected ONNX's own")
        if node.op_type == "Shape" and isinstance(inputs[0], Value):
            return {node.output[0]: np.array((batch, *inputs[0].seen))}
        if not any(isinstance(value, Value) for value in inputs):
            return _computed(node, inputs, opset)
        if node.op_type not in OPERATORS:
            raise LayerError(unsupported(node.op_type))
        values = [torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for v in inputs]
        result = OPERATORS[node.op_type](draft, name, values, {"batch": batch, **attributes})
    except LayerError as error:
        raise LayerError(f"{path}: operator {node.op_type} at {name!r}: {error}. Supported: {SUPPORTED}") from None
    except Exception as error:  # any kind: inputs and attributes are whatever the file says
        raise LayerError(f"{path}: operator {node.op_type} at {name!r} cannot be read: {_first_line(error)}") from None
    return {node.output[0]: result}


def _first_line(error: Exception) -> str:
    """Return the kind of an error and the first line of what it says."""
    return f"{type(error).__name__} {str(error).strip().partition(chr(10))[0]}"


def _computed(node: NodeProto, inputs: Inputs, opset: int) -> dict[str, Any]:
    """Return the outputs of an operator on constants alone."""
    graph = onnx.helper.make_graph([node], "constant", [], [])
    for name in filter(None, node.input):
        graph.input.append(onnx.helper.make_empty_tensor_value_info(name))
    for name in node.output:
        graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)])
    given = {name: value for name, value in zip(node.input, inputs, strict=True) if name}
    return dict(zip(node.output, ReferenceEvaluator(model).run(None, given), strict=True))


def _optional(inputs: Inputs, place: int) -> Any:
    """Return an input, or None where it is left out."""
    return inputs[place] if place < len(inputs) else None


def _constant(value: Any, what: str) -> Tensor:
    if not isinstance(value, Tensor):
        raise LayerError(f"{what} that depends on the input, expected a constant")
    return value


def _integers(inputs: Inputs, attributes: Attributes, place: int, name: str) -> list[int] | None:
    """Return a list that is an attribute in old versions and an input in new ones, or None."""
    value = _optional(inputs, place)
    if value is not None:
        return [int(number) for number in _constant(value, name).flatten()]
    return [int(number) for number in attributes[name]] if name in attributes else None


def _window(x: Value, kernel: list[int], attributes: Attributes) -> tuple[list[int], Sides]:
    """Return stride and padding of a convolution or pooling."""
    if len(x.seen) != 3 or len(kernel) != 2:
        raise LayerError(f"a kernel of shape {tuple(kernel)} on {x.seen}, expected two dimensions")
    stride = list(attributes.get("strides", (1, 1)))
    automatic = attributes.get("auto_pad", b"NOTSET").decode()
    if automatic in ("NOTSET", "VALID"):
        top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0)) if automatic == "NOTSET" else (0, 0, 0, 0)
        return stride, (top, bottom, left, right)
    sides = [same_padding(*sizes) for sizes in zip(x.seen[1:], kernel, stride, strict=True)]
    (top, bottom), (left, right) = sides if automatic == "SAME_UPPER" else [side[::-1] for side in sides]
    return stride, (top, bottom, left, right)


def _conv(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    weight, bias = _constant(inputs[1], "weight"), _optional(inputs, 2)
    dilation = a.get("dilations", (1, 1))
    stride, sides = _window(inputs[0], list(weight.shape[2:]), a)
    return draft.conv(name, inputs[0], weight, bias, stride, sides, dilation, a.get("group", 1))


def _gemm(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if a.get("transA", 0) or not isinstance(inputs[0], Value):
        raise LayerError("a transposed first factor, expected the features of each picture in a row")
    weight = _constant(inputs[1], "weight") * a.get("alpha", 1.0)
    product = draft.linear(name, inputs[0], weight if a.get("transB", 0) else weight.T, None)
    bias = _optional(inputs, 2)
    return product if bias is None else draft.add(f"{name}.bias", product, _constant(bias, "bias") * a.get("beta", 1.0))


def _matmul(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if not isinstance(inputs[0], Value):
        raise LayerError("a constant first factor, expected the features of each picture in a row")
    return draft.linear(name, inputs[0], _constant(inputs[1], "weight").T, None)


def _batch_norm(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if a.get("training_mode", 0):
        raise LayerError("training mode, expected inference")
    x, weight, bias, mean, variance = (inputs[0], *(_constant(value, "a statistic") for value in inputs[1:5]))
    return draft.batch_norm(name, x, weight, bias, mean, variance, a.get("epsilon", 1e-5))


def _clip(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    bounds = [_optional(inputs, 1), _optional(inputs, 2)]
    low, high = (a.get(key) if bound is None else bound for key, bound in zip(("min", "max"), bounds, strict=True))
    low, high = (None if bound is None or abs(float(bound)) > LARGEST else float(bound) for bound in (low, high))
    return draft.activation(name, inputs[0], low, high)


def _max_pool(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if set(a.get("dilations", (1,))) != {1}:
        raise LayerError(f"dilation {a['dilations']}, expected 1")
    kernel = list(a["kernel_shape"])
    stride, sides = _window(inputs[0], kernel, a)
    return draft.max_pool(name, inputs[0], kernel, stride, sides, bool(a.get("ceil_mode", 0)))


def _average_pool(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if set(a.get("dilations", (1,))) != {1}:
        raise LayerError(f"dilation {a['dilations']}, expected 1")
    kernel = list(a["kernel_shape"])
    stride, sides = _window(inputs[0], kernel, a)
    ceil, counts = bool(a.get("ceil_mode", 0)), bool(a.get("count_include_pad", 0))
    return draft.average_pool(name, inputs[0], kernel, stride, sides, ceil, counts)


def _reduce_mean(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x: Value = inputs[0]
    axes = _integers(inputs, a, 1, "axes") or list(range(len(x.seen) + 1))
    return draft.mean(name, x, axes, bool(a.get("keepdims", 1)))


def _to_shape(draft: Draft, x: Value, shape: list[int], batch: int) -> Value:
    """See a tensor in a shape whose batch is the input's."""
    if not shape or shape[0] != batch:
        raise LayerError(f"shape {(batch, *x.seen)} to {tuple(shape)}, expected the batch of {batch} to remain")
    return draft.reshape(x, shape[1:])


def _reshape(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x, given = inputs[0], (a["batch"], *inputs[0].seen)
    shape = _integers(inputs, a, 1, "shape") or []
    if not a.get("allowzero", 0):
        shape = [given[axis] if size == 0 and axis < len(given) else size for axis, size in enumerate(shape)]
    rest = int(np.prod([size for size in shape if size != -1]))
    return _to_shape(
        draft, x, [int(np.prod(given)) // max(rest, 1) if size == -1 else size for size in shape], a["batch"]
    )


def _flatten(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x: Value = inputs[0]
    if a.get("axis", 1) % (len(x.seen) + 1) != 1:
        raise LayerError(f"axis {a['axis']}, expected 1")
    return draft.reshape(x, [int(np.prod(x.seen))])


def _squeeze(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x: Value = inputs[0]
    shape = [a["batch"], *x.seen]
    axes = _integers(inputs, a, 1, "axes") or [axis for axis, size in enumerate(shape) if size == 1 and axis]
    gone = {axis % len(shape) for axis in axes}
    return _to_shape(draft, x, [size for axis, size in enumerate(shape) if axis not in gone], a["batch"])


def _unsqueeze(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x: Value = inputs[0]
    shape = [a["batch"], *x.seen]
    axes = _integers(inputs, a, 1, "axes") or []
    for axis in sorted(axis % (len(shape) + len(axes)) for axis in axes):
        shape.insert(axis, 1)
    return _to_shape(draft, x, shape, a["batch"])


def _pad(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if a.get("mode", b"constant") != b"constant":
        raise LayerError(f"padding mode {a['mode'].decode()!r}, expected 'constant'")
    rank = len(inputs[0].seen) + 1
    given = _integers(inputs, a, 1, "pads") or []
    axes = _integers(inputs, {}, 3, "axes") or list(range(rank))
    before, after = [0] * rank, [0] * rank
    for place, axis in enumerate(axes):
        before[axis % rank], after[axis % rank] = given[place], given[place + len(axes)]
    if before[0] or after[0]:
        raise LayerError("padding of the batch")
    value = _optional(inputs, 2)
    return draft.pad(name, inputs[0], before[1:], after[1:], a.get("value", 0.0) if value is None else float(value))


def _slice(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    x: Value = inputs[0]
    starts, ends = (_integers(inputs, a, place, key) or [] for place, key in ((1, "starts"), (2, "ends")))
    axes = _integers(inputs, a, 3, "axes") or list(range(len(starts)))
    steps = _integers(inputs, {}, 4, "steps") or [1] * len(starts)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        if axis % (len(x.seen) + 1) == 0:
            raise LayerError("a slice of the batch")
        x = draft.slice(name, x, axis, start, end, step)
    return x


def _concat(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    return draft.concat(name, inputs, a["axis"])


def _sum(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    total: Value = inputs[0]
    for value in inputs[1:]:
        total = draft.add(name, total, value)
    return total


def _same(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    value: Value = inputs[0]
    return value


def _cast(draft: Draft, name: str, inputs: Inputs, a: Attributes) -> Value:
    if a["to"] not in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE):
        raise LayerError(f"a cast to {onnx.TensorProto.DataType.Name(a['to'])}, expected to a floating-point type")
    return _same(draft, name, inputs, a)


OPERATORS: dict[str, Operator] = {
    "Conv": _conv,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "BatchNormalization": _batch_norm,
    "Relu": lambda draft, name, x, a: draft.activation(name, x[0], 0, None),
    "Clip": _clip,
    "Add": lambda draft, name, x, a: draft.add(name, x[0], x[1]),
    "Sum": _sum,
    "Sub": lambda draft, name, x, a: draft.add(name, x[0], x[1], -1.0),
    "Mul": lambda draft, name, x, a: draft.multiply(name, x[0], x[1]),
    "Div": lambda draft, name, x, a: draft.divide(name, x[0], x[1]),
    "Neg": lambda draft, name, x, a: draft.multiply(name, x[0], -1.0),
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "GlobalAveragePool": lambda draft, name, x, a: draft.mean(name, x[0], (2, 3), True),
    "GlobalMaxPool": lambda draft, name, x, a: draft.adaptive_pool(name, x[0], (1, 1), True),
    "ReduceMean": _reduce_mean,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Pad": _pad,
    "Concat": _concat,
    "Slice": _slice,
    "Identity": _same,
    "Dropout": _same,
    "Cast": _cast,
}
