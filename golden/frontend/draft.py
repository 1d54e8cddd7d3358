"""A network as it is read, operation by operation.

Both readers, of PyTorch and of ONNX, write a ``Draft``, and so refuse the same things.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from golden.affine import Affine
from golden.contract import CHANNELS_MAX, KERNEL_MAX
from golden.errors import LayerError
from golden.float_layer import UPPER_BOUND, FloatLayer, Shape
from golden.frontend.reduction import Activate, Scale, Step, reduced
from golden.networks.graph import (
    INPUT,
    Add,
    AveragePool,
    Concat,
    Flatten,
    GlobalAverage,
    Glue,
    Graph,
    MaxPool,
    Node,
    PadChannels,
    PadPicture,
    Sides,
    move,
    output_shape,
)

_SIZE = f"{KERNEL_MAX}x{KERNEL_MAX}"
SUPPORTED = (
    f"convolution (up to {_SIZE}, stride 1 or 2, dense or depthwise), linear, batch norm, ReLU, ReLU6, add, max and "
    f"average pooling (up to {_SIZE}), global average pooling, flatten, zero padding, concatenation of channels"
)
Constant = Tensor | float
Form = Literal["map", "flat", "pixels", "rows"]


def unsupported(operator: str) -> str:
    """Return what to say of an operator that is not supported."""
    if "softmax" in operator.lower():
        return "not supported; softmax keeps the order of the classes, so take the network without it"
    return "not supported"


@dataclass(frozen=True)
class Value:
    """A tensor of the network: the output of a step, (C, H, W) of it, and how the network sees it.

    form: ``map`` (N, C, H, W); ``flat`` (N, C H W), channel-major; ``pixels`` (N, C, H W); ``rows``
    (N, C, H), averaged over the columns. steps: every how many rows and columns are taken of it.
    """

    name: str
    shape: Shape
    form: Form = "map"
    steps: tuple[int, int] = (1, 1)

    @property
    def seen(self) -> tuple[int, ...]:
        """Return the shape the network sees, without the batch."""
        channels, height, width = self.shape
        height, width = -(-height // self.steps[0]), -(-width // self.steps[1])
        features, pixels = channels * height * width, height * width
        seen = {"map": (channels, height, width), "flat": (features,), "pixels": (channels, pixels)}
        return (channels, height) if self.form == "rows" else seen[self.form]


class Draft:
    """Takes the operations of a network in order; each method returns the value an operation gives.

    Names are those of the network's modules or operators, made unique. Every method raises LayerError
    when the accelerator does not support what it is given.
    """

    def __init__(self, shape: Shape) -> None:
        """Start with the input alone, (C, H, W)."""
        self.input = Value(INPUT, shape)
        self.steps: dict[str, Step] = {}
        self.shapes = {INPUT: shape}

    def conv(
        self,
        name: str,
        x: Value,
        weight: Tensor,
        bias: Tensor | None,
        stride: Sequence[int],
        padding: Sides,
        dilation: Sequence[int],
        groups: int,
    ) -> Value:
        """Add a convolution. weight: (OC, IC / groups, KH, KW)."""
        self._expect(x, "map")
        if weight.dim() != 4:
            raise LayerError(f"weight of shape {tuple(weight.shape)}, expected (OC, IC, KH, KW)")
        kernel = tuple(weight.shape[2:])
        if max(kernel) > KERNEL_MAX:
            raise LayerError(f"kernel {kernel}, expected at most {KERNEL_MAX}x{KERNEL_MAX}")
        if set(dilation) != {1} and kernel != (1, 1):
            raise LayerError(f"dilation {tuple(dilation)}, expected 1")
        if not 0 <= min(padding) <= max(padding) <= KERNEL_MAX:
            raise LayerError(f"padding {padding}, expected 0..{KERNEL_MAX}")
        if groups > 1 and weight.shape[1] != 1:
            raise LayerError(f"groups {groups} of {groups * weight.shape[1]} channels, expected 1 or IC = OC")
        zeros = torch.zeros(len(weight)) if bias is None else bias
        layer = FloatLayer(name, weight, zeros, groups, self._single(stride), padding)
        return self._add(name, layer, x)

    def linear(self, name: str, x: Value, weight: Tensor, bias: Tensor | None) -> Value:
        """Add a fully connected layer. weight: (features out, features in).

        Over a map of at most KERNEL_MAX rows and columns it is a convolution of the map's size, else a
        1 x columns convolution on the flattened map.
        """
        self._expect(x, "flat")
        source, shape = x, x.shape
        if weight.shape[1:] != x.seen:
            raise LayerError(f"weight of shape {tuple(weight.shape)} for an input of shape {x.seen}")
        kernel = weight.reshape(len(weight), *shape)
        if max(shape[1:]) > KERNEL_MAX:
            flatten = Flatten(self._columns(x.seen[0]))
            source = self._add(f"{name}.flatten", flatten, x)
            kernel = move(flatten, kernel, 0.0, 0.0)
        bias = torch.zeros(len(weight)) if bias is None else bias
        return replace(self._add(name, FloatLayer(name, kernel, bias), source), form="flat")

    def scale(self, name: str, x: Value, factor: Constant, offset: Constant) -> Value:
        """Multiply every channel by a factor and add an offset, each one number, or C along the channels."""
        if x.form == "flat" and x.shape[1:] != (1, 1):
            raise LayerError(f"constants on a flattened map of shape {x.shape}, expected on a map or a vector")
        self._expect(x, "map", "flat")
        return self._add(name, Scale(self._per_channel(x, factor), self._per_channel(x, offset)), x)

    def batch_norm(
        self,
        name: str,
        x: Value,
        weight: Tensor | None,
        bias: Tensor | None,
        mean: Tensor,
        variance: Tensor,
        eps: float,
    ) -> Value:
        """Add a batch normalization by its running statistics: weight (x - mean) / sqrt(variance + eps) + bias."""
        factor = torch.rsqrt(variance.double() + eps) * (1.0 if weight is None else weight.double())
        return self.scale(name, x, factor, (0.0 if bias is None else bias.double()) - mean.double() * factor)

    def activation(self, name: str, x: Value, low: float | None, high: float | None) -> Value:
        """Add a clamp from low to high, None for no bound: ReLU is (0, None), ReLU6 (0, 6)."""
        bound = torch.inf if high is None else float(high)
        for activation in ("relu", "relu6"):
            if low == 0 and bound == UPPER_BOUND[activation]:
                return self._add(name, Activate(activation), x)
        raise LayerError(f"clamp from {low} to {high}, expected 0 to infinity or to 6")

    def add(self, name: str, a: Value | Constant, b: Value | Constant, factor: float = 1.0) -> Value:
        """Add a + factor b, where one may be a constant as ``scale`` takes it."""
        if isinstance(a, Value) and isinstance(b, Value):
            if a.seen != b.seen or a.form != b.form:
                raise LayerError(f"shapes {a.seen} and {b.seen}, expected the same")
            return self._add(name, Add(), a, b if factor == 1 else self.scale(f"{name}.factor", b, factor, 0.0))
        if isinstance(a, Value):
            assert not isinstance(b, Value)
            return self.scale(name, a, 1.0, b * factor)
        assert isinstance(b, Value)
        return self.scale(name, b, factor, a)

    def multiply(self, name: str, a: Value | Constant, b: Value | Constant) -> Value:
        """Add a product, where one factor is a constant as ``scale`` takes it."""
        if isinstance(a, Value) and not isinstance(b, Value):
            return self.scale(name, a, b, 0.0)
        if isinstance(b, Value) and not isinstance(a, Value):
            return self.scale(name, b, a, 0.0)
        raise LayerError("a product of two tensors, expected of one with a constant")

    def divide(self, name: str, a: Value | Constant, b: Value | Constant) -> Value:
        """Add a quotient by a constant as ``scale`` takes it."""
        if isinstance(b, Value):
            raise LayerError("a division by a tensor, expected by a constant")
        return self.multiply(name, a, 1.0 / b)

    def concat(self, name: str, parts: list[Value | Tensor], axis: int) -> Value:
        """Join tensors along the channels, axis 1; parts may be constants of zeros before and after one value."""
        values = [part for part in parts if isinstance(part, Value)]
        rank = len(values[0].seen) + 1
        if axis % rank != 1 or any(value.form == "flat" and value.shape[1:] != (1, 1) for value in values):
            raise LayerError(f"axis {axis} of tensors of shape {values[0].seen}, expected along the channels")
        self._expect(values[0], "map", "flat")
        if len(values) == len(parts):
            if len(values) == 1:
                return values[0]
            return self._add(name, Concat(), *values)
        if len(values) > 1 or any(isinstance(part, Tensor) and bool(part.any()) for part in parts):
            raise LayerError("constants, expected zeros on either side of one tensor")
        sizes = [part.shape[1] if isinstance(part, Tensor) else 0 for part in parts]
        place = parts.index(values[0])
        return self._add(name, PadChannels(sum(sizes[:place]), sum(sizes[place:])), values[0])

    def max_pool(
        self, name: str, x: Value, kernel: Sequence[int], stride: Sequence[int], padding: Sides, ceil: bool
    ) -> Value:
        """Add a max pooling; rounding the size up is padding at the end."""
        self._expect(x, "map")
        if ceil:
            padding = self._ceil(x, kernel, stride, padding)
        return self._add(name, MaxPool((kernel[0], kernel[1]), self._single(stride), padding), x)

    def average_pool(
        self,
        name: str,
        x: Value,
        kernel: Sequence[int],
        stride: Sequence[int],
        padding: Sides,
        ceil: bool,
        counts_padding: bool,
    ) -> Value:
        """Add an average pooling; one window over the whole map is a global average."""
        self._expect(x, "map")
        if ceil and self._ceil(x, kernel, stride, padding) != padding:
            raise LayerError("an average whose size is rounded up, expected down")
        if any(padding) and not counts_padding:
            raise LayerError("an average that does not count padding, expected one that does")
        if tuple(kernel) == x.seen[1:] and not any(padding):
            return self.global_average(name, x)
        return self._add(name, AveragePool((kernel[0], kernel[1]), self._single(stride), padding), x)

    def adaptive_pool(self, name: str, x: Value, size: Sequence[int], largest: bool) -> Value:
        """Add a pooling to (OH, OW) pixels, each over a window of equal size."""
        self._expect(x, "map")
        height, width = x.seen[1:]
        if height % size[0] or width % size[1]:
            raise LayerError(f"output {tuple(size)} of a {height}x{width} map, expected divisors")
        kernel = (height // size[0], width // size[1])
        if kernel == (1, 1):
            return x
        if largest:
            return self.max_pool(name, x, kernel, kernel if tuple(size) != (1, 1) else (1, 1), (0, 0, 0, 0), False)
        return self.average_pool(name, x, kernel, kernel, (0, 0, 0, 0), False, True)

    def global_average(self, name: str, x: Value) -> Value:
        """Add a mean over the map."""
        return self._add(name, GlobalAverage(), x)

    def mean(self, name: str, x: Value, axes: Sequence[int], keep: bool) -> Value:
        """Add a mean over axes of (N, C, H, W); one over the columns and then the rows is one over both."""
        rank = len(x.seen) + 1
        wanted = sorted(axis % rank for axis in axes)
        if x.form == "map" and wanted == [2, 3]:
            mean = self.global_average(name, x)
        elif x.form in ("pixels", "rows") and wanted == [2]:
            mean = self.global_average(name, replace(x, form="map"))
        elif x.form == "map" and wanted == [3] and not keep:
            return replace(x, form="rows")
        else:
            raise LayerError(f"mean over the axes {tuple(axes)} of shape {x.seen}, expected over the whole map")
        if keep and x.form != "map":
            raise LayerError("a mean that keeps one of two axes, expected both")
        return mean if keep else replace(mean, form="flat")

    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        """See a tensor in another shape, without the batch: flattened, its pixels flattened, or a vector as a map."""
        target, channels = tuple(shape), x.shape[0]
        if target == x.seen:
            return x
        forms: list[Form] = ["map", "flat", "pixels"] if x.form != "rows" else []
        for form in forms:
            if target == replace(x, form=form).seen:
                return replace(x, form=form)
        raise LayerError(f"shape {x.seen} to {target}, expected a map of {channels} channels to be flattened")

    def pad(self, name: str, x: Value, before: Sequence[int], after: Sequence[int], value: float) -> Value:
        """Add zeros before and after the channels, rows and columns."""
        self._expect(x, "map")
        if value != 0:
            raise LayerError(f"padding with {value}, expected with 0")
        if min(*before, *after) < 0:
            raise LayerError(f"padding {tuple(before)} and {tuple(after)}: negative padding cuts the map")
        if before[0] or after[0]:
            x = self._add(
                f"{name}.channels" if any((*before[1:], *after[1:])) else name, PadChannels(before[0], after[0]), x
            )
        if any((*before[1:], *after[1:])):
            x = self._add(name, PadPicture(before[1], after[1], before[2], after[2]), x)
        return x

    def slice(self, name: str, x: Value, axis: int, start: int, stop: int, step: int) -> Value:
        """Take every step-th row or column of a map; of both, that is a 1x1 pool. Axis 0 is the batch."""
        size = (1, *x.seen)[axis % (len(x.seen) + 1)]
        if start == 0 and stop >= size and step == 1:
            return x
        if x.form != "map" or axis % 4 < 2 or start != 0 or stop < size or step < 1:
            raise LayerError(f"slice {start}:{stop}:{step} of axis {axis}, expected ::step of rows or columns")
        rows, columns = x.steps
        rows, columns = (rows * step, columns) if axis % 4 == 2 else (rows, columns * step)
        if rows == columns:
            return self._add(name, MaxPool((1, 1), rows), replace(x, steps=(1, 1)))
        return replace(x, steps=(rows, columns))

    def finish(self, name: str, output: Value, input_affine: Affine) -> Graph:
        """Return the graph of everything ``output`` needs, reduced to layers and glue."""
        try:
            steps = reduced(self.steps, self._name_of(output), self.shapes)
        except LayerError as error:
            raise LayerError(f"{name}: {error}") from None
        nodes = [Node(key, _kind(step.op), step.op, step.sources) for key, step in steps.items()]
        if not nodes:
            raise LayerError(f"{name}: the output is the input, expected layers between them")
        return Graph(name, input_affine, nodes, self.input.shape)

    def _add(self, name: str, op: FloatLayer | Glue | Scale | Activate, *values: Value) -> Value:
        """Append a step under a unique name; a name is what remains of it without characters odd in file names."""
        sources = tuple(self._name_of(value) for value in values)
        wanted = name = re.sub(r"[^\w.-]+", ".", name).strip(".") or "layer"
        while name in self.shapes:
            number = int(name.removeprefix(wanted).lstrip("_") or 1) + 1
            name = f"{wanted}_{number}"
        if isinstance(op, FloatLayer):
            op = replace(op, name=name, weight=op.weight.float(), bias=op.bias.float())
        given = [self.shapes[source] for source in sources]
        shape = given[0] if isinstance(op, Scale | Activate) else output_shape(op, given)
        if shape[0] > CHANNELS_MAX:
            raise LayerError(f"{shape[0]} channels, expected at most {CHANNELS_MAX}")
        self.steps[name] = Step(op, sources)
        self.shapes[name] = shape
        return Value(name, shape, values[0].form)

    def _name_of(self, value: Value) -> str:
        """Return the step that gives a value. Raises LayerError for one that no step gives as it is seen."""
        if value.form in ("pixels", "rows") or value.steps != (1, 1):
            raise LayerError(f"a tensor of shape {value.seen}: expected a mean or a slice over both rows and columns")
        return value.name

    def _expect(self, x: Value, *forms: Form) -> None:
        if x.form not in forms or x.steps != (1, 1):
            expected = {"map": "(C, H, W)", "flat": "(features)"}
            wanted = " or ".join(expected[form] for form in forms if form in expected)
            raise LayerError(f"input of shape {x.seen}, expected {wanted}")

    @staticmethod
    def _single(stride: Sequence[int]) -> int:
        if len(set(stride)) != 1:
            raise LayerError(f"stride {tuple(stride)}, expected the same for rows and columns")
        return int(stride[0])

    @staticmethod
    def _columns(features: int) -> int:
        """Return the fewest columns, at most KERNEL_MAX, in which a vector of features has CHANNELS_MAX channels."""
        for columns in range(1, KERNEL_MAX + 1):
            if features % columns == 0 and features // columns <= CHANNELS_MAX:
                return columns
        raise LayerError(f"{features} features, expected at most {CHANNELS_MAX} times a divisor up to {KERNEL_MAX}")

    @staticmethod
    def _ceil(x: Value, kernel: Sequence[int], stride: Sequence[int], padding: Sides) -> Sides:
        """Return the padding with which a size rounded down is what it is rounded up.

        The last window must start inside the picture or its padding before it.
        """
        sides = list(padding)
        for axis, (before, after) in enumerate(((0, 1), (2, 3))):
            size = x.seen[1 + axis] + sides[before] + sides[after]
            out = -(-(size - kernel[axis]) // stride[axis]) + 1
            if (out - 1) * stride[axis] >= x.seen[1 + axis] + sides[before]:
                out -= 1
            sides[after] = max(sides[after], (out - 1) * stride[axis] + kernel[axis] - x.seen[1 + axis] - sides[before])
        return sides[0], sides[1], sides[2], sides[3]

    @staticmethod
    def _per_channel(x: Value, value: Constant) -> Tensor:
        """Return a constant as one number per channel, float64 (C,)."""
        constant = torch.as_tensor(value).double()
        channels = x.shape[0]
        if constant.dim() == 1 and len(constant) == channels:
            return constant
        axis = len(x.seen)
        if constant.numel() == channels and constant.dim() >= axis and constant.shape[-axis] == channels:
            return constant.flatten()
        if constant.numel() == 1:
            return constant.flatten().expand(channels)
        raise LayerError(f"a constant of shape {tuple(constant.shape)}, expected one number or one per channel")


def _kind(op: FloatLayer | Glue) -> str:
    """Return what groups an operation in reports."""
    if not isinstance(op, FloatLayer):
        return type(op).__name__.lower()
    size = f"{op.weight.shape[2]}x{op.weight.shape[3]}"
    return f"depthwise {size} s{op.stride}" if op.groups > 1 else f"conv {size} s{op.stride}"
