"""A network as a list of nodes in order of evaluation: float layers and the glue between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor
from torch.nn.functional import pad

from golden.affine import Affine
from golden.contract import GLUE_STRIDE_MAX, KERNEL_MAX
from golden.errors import LayerError
from golden.float_layer import Activation, FloatLayer, Shape, activate
from golden.layer import QuantizedLayer

INPUT = "input"
Sides = tuple[int, int, int, int]


@dataclass(frozen=True)
class Add:
    """Sum of two tensors of the same shape, with an activation function behind it."""

    activation: Activation = "linear"


@dataclass(frozen=True)
class Concat:
    """Tensors of the same height and width behind one another, along the channels."""


@dataclass(frozen=True)
class GlobalAverage:
    """Mean over the picture: (N, C, H, W) to (N, C, 1, 1)."""


@dataclass(frozen=True)
class _Pool:
    """A window (KH, KW) moved by ``stride`` over a picture padded at top, bottom, left and right.

    Raises LayerError for a kernel, stride or padding outside the contract.
    """

    kernel: tuple[int, int]
    stride: int
    padding: Sides = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        """Check kernel, stride and padding: every window must see a pixel of the picture."""
        if not 1 <= min(self.kernel) <= max(self.kernel) <= KERNEL_MAX:
            raise LayerError(f"pool of kernel {self.kernel}: expected 1x1 to {KERNEL_MAX}x{KERNEL_MAX}")
        if not 1 <= self.stride <= GLUE_STRIDE_MAX:
            raise LayerError(f"pool of stride {self.stride}: expected 1..{GLUE_STRIDE_MAX}")
        if min(self.padding) < 0 or max(self.padding[:2]) >= self.kernel[0] or max(self.padding[2:]) >= self.kernel[1]:
            raise LayerError(f"pool of padding {self.padding}: expected 0 or more and less than the kernel")


@dataclass(frozen=True)
class MaxPool(_Pool):
    """Largest value of each window; padding never wins. A 1x1 kernel takes every stride-th pixel."""


@dataclass(frozen=True)
class AveragePool(_Pool):
    """Mean of each window of KH x KW values; padding counts as values of 0."""


@dataclass(frozen=True)
class PadChannels:
    """Channels of zeros before and after the channels of a tensor."""

    before: int
    after: int

    def __post_init__(self) -> None:
        """Raise LayerError for a negative number."""
        if min(self.before, self.after) < 0:
            raise LayerError(f"padding of {self.before} and {self.after} channels: expected 0 or more")


@dataclass(frozen=True)
class PadPicture:
    """Pixels of zeros at the sides of a picture."""

    top: int
    bottom: int
    left: int
    right: int

    def __post_init__(self) -> None:
        """Raise LayerError for a negative number."""
        if min(self.top, self.bottom, self.left, self.right) < 0:
            raise LayerError(f"padding {self.top, self.bottom, self.left, self.right}: expected 0 or more")


@dataclass(frozen=True)
class Flatten:
    """The values of a picture in the order row, column, channel: (N, C, H, W) to (N, C H W / columns, 1, columns).

    The bytes stay where they are in an NHWC memory; a layer behind it has its weights in that order.
    ``columns`` splits vectors of more features than a layer has channels.
    """

    columns: int = 1


Glue = Add | Concat | GlobalAverage | MaxPool | AveragePool | PadChannels | PadPicture | Flatten
MOVES = (MaxPool, PadChannels, PadPicture, Flatten)
"""Glue that computes nothing: its output has the affine map of its source."""


@dataclass(frozen=True)
class Node:
    """One operation. ``sources`` names the nodes it reads, or INPUT; ``kind`` groups layers in reports.

    The operation of a layer is a FloatLayer, or a QuantizedLayer in a network read from a file.
    """

    name: str
    kind: str
    op: FloatLayer | QuantizedLayer | Glue
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """A network: its nodes, the last of which is its output, and its input.

    input: the affine map from the bytes of a picture to real values; shape: (C, H, W) of a picture.
    Raises LayerError for no nodes, a name used twice, a source that does not come before, shapes that
    do not fit.
    """

    name: str
    input: Affine
    nodes: list[Node]
    shape: Shape

    def __post_init__(self) -> None:
        """Check names and shapes."""
        if not self.nodes:
            raise LayerError(f"{self.name}: a network without nodes")
        shapes(self)

    def check_pictures(self, pictures: Tensor) -> None:
        """Raise LayerError unless pictures are uint8 (N, C, H, W) of the network's shape, N at least 1."""
        if pictures.dtype != torch.uint8 or tuple(pictures.shape[1:]) != self.shape or not len(pictures):
            given = f"{pictures.dtype} of shape {tuple(pictures.shape)}"
            raise LayerError(f"{self.name}: pictures {given}, expected uint8 (N, {', '.join(map(str, self.shape))})")


def shapes(graph: Graph) -> dict[str, Shape]:
    """Return (C, H, W) of INPUT and of every node's output. Raises LayerError as ``Graph`` does."""
    known = {INPUT: graph.shape}
    for node in graph.nodes:
        unknown = [source for source in node.sources if source not in known]
        if unknown or node.name in known:
            wrong = f"reads {unknown[0]!r}, which no node before it gives" if unknown else "stands twice"
            raise LayerError(f"{graph.name}: node {node.name!r} {wrong}")
        try:
            known[node.name] = output_shape(node.op, [known[source] for source in node.sources])
        except LayerError as error:
            raise LayerError(f"{graph.name}: node {node.name!r}: {error}") from None
    return known


def output_shape(op: FloatLayer | QuantizedLayer | Glue, sources: list[Shape]) -> Shape:
    """Return (C, H, W) of an operation's output. Raises LayerError when its sources do not fit."""
    if len(sources) != (2 if isinstance(op, Add) else len(sources) if isinstance(op, Concat) else 1):
        raise LayerError(f"{type(op).__name__} of {len(sources)} sources")
    channels, height, width = sources[0] if sources else (0, 0, 0)
    if isinstance(op, Concat):
        if len({shape[1:] for shape in sources}) != 1:
            raise LayerError(f"shapes {sources} to concatenate: expected the same height and width")
        return sum(shape[0] for shape in sources), height, width
    if isinstance(op, Add):
        if sources[0] != sources[1]:
            raise LayerError(f"shapes {sources[0]} and {sources[1]} to add: expected the same")
        return sources[0]
    if isinstance(op, FloatLayer):
        _, oc, oh, ow = op.output_shape(torch.empty(1, *sources[0], device="meta"))
        return oc, oh, ow
    if isinstance(op, QuantizedLayer):
        if op.channels_in != channels:
            raise LayerError(f"input of {channels} channels, expected {op.channels_in}")
        return op.channels_out, *op.output_shape(height, width)
    if isinstance(op, GlobalAverage):
        return channels, 1, 1
    if isinstance(op, PadChannels):
        return op.before + channels + op.after, height, width
    if isinstance(op, PadPicture):
        return channels, op.top + height + op.bottom, op.left + width + op.right
    if isinstance(op, Flatten):
        features = channels * height * width
        if op.columns < 1 or features % op.columns:
            raise LayerError(f"{features} features in {op.columns} columns: expected a divisor")
        return features // op.columns, 1, op.columns
    top, bottom, left, right = op.padding
    oh = (top + height + bottom - op.kernel[0]) // op.stride + 1
    ow = (left + width + right - op.kernel[1]) // op.stride + 1
    if oh < 1 or ow < 1:
        raise LayerError(f"a {op.kernel[0]}x{op.kernel[1]} pool does not fit a padded {height}x{width} input")
    return channels, oh, ow


def windows(x: Tensor, op: MaxPool | AveragePool, fill: float) -> Iterator[Tensor]:
    """Yield what each of the KH KW places of a pool's window sees, (N, C, OH, OW). fill: what padding inserts."""
    _, oh, ow = output_shape(op, [(x.shape[1], x.shape[2], x.shape[3])])
    top, bottom, left, right = op.padding
    padded = pad(x, (left, right, top, bottom), value=fill)
    rows, columns = op.stride * (oh - 1) + 1, op.stride * (ow - 1) + 1
    for ky in range(op.kernel[0]):
        for kx in range(op.kernel[1]):
            yield padded[:, :, ky : ky + rows : op.stride, kx : kx + columns : op.stride]


def move(op: MaxPool | PadChannels | PadPicture | Flatten, x: Tensor, zero: float, lowest: float) -> Tensor:
    """Evaluate glue that computes nothing. zero: stands for real 0; lowest: a value not above any other."""
    if isinstance(op, MaxPool):
        return reduce(torch.maximum, windows(x, op, lowest))
    if isinstance(op, PadChannels):
        return pad(x, (0, 0, 0, 0, op.before, op.after), value=zero)
    if isinstance(op, PadPicture):
        return pad(x, (op.left, op.right, op.top, op.bottom), value=zero)
    return x.permute(0, 2, 3, 1).reshape(len(x), 1, op.columns, -1).permute(0, 3, 1, 2)


def glue(op: Glue, sources: list[Tensor]) -> Tensor:
    """Evaluate an operation without weights on real values, (N, C, H, W) each."""
    if isinstance(op, Add):
        return activate(sources[0] + sources[1], op.activation)
    if isinstance(op, Concat):
        return torch.cat(sources, 1)
    if isinstance(op, GlobalAverage):
        return sources[0].mean((2, 3), keepdim=True)
    if isinstance(op, AveragePool):
        return reduce(torch.add, windows(sources[0], op, 0.0)) / (op.kernel[0] * op.kernel[1])
    return move(op, sources[0], 0.0, -torch.inf)


def expiring(graph: Graph) -> dict[str, list[str]]:
    """Return for each node the tensors that no later node reads."""
    last = {source: node.name for node in graph.nodes for source in node.sources}
    return {node.name: [source for source, reader in last.items() if reader == node.name] for node in graph.nodes}


def float_outputs(graph: Graph, pictures: Tensor) -> Iterator[tuple[Node, Tensor]]:
    """Evaluate a network in float, node by node. pictures: uint8 (N, C, H, W).

    Yields each node with its output; a layer's output is given before its activation function.
    Raises LayerError for pictures of another shape, and for a network read from a file, which holds
    no float weights.
    """
    graph.check_pictures(pictures)
    yield from real_outputs(graph, graph.input.dequantize(pictures).float())


def real_outputs(graph: Graph, x: Tensor) -> Iterator[tuple[Node, Tensor]]:
    """Evaluate a network as ``float_outputs`` does on real inputs, float (N, C, H, W)."""
    expired = expiring(graph)
    values = {INPUT: x}
    for node in graph.nodes:
        sources = [values[source] for source in node.sources]
        if isinstance(node.op, QuantizedLayer):
            raise LayerError(f"{graph.name}: layer {node.name} is quantized, there are no float weights to evaluate")
        if isinstance(node.op, FloatLayer):
            output = node.op.linear_output(sources[0])
            values[node.name] = activate(output, node.op.activation)
        else:
            output = values[node.name] = glue(node.op, sources)
        for source in expired[node.name]:
            del values[source]
        yield node, output


def logits(graph: Graph, pictures: Tensor) -> Tensor:
    """Return the float network's final output (N, classes) for pictures, uint8 (N, C, H, W)."""
    return last_output(graph, float_outputs(graph, pictures))


def last_output(graph: Graph, outputs: Iterator[tuple[Node, Tensor]]) -> Tensor:
    """Return the network's final output behind its activation function, flattened to (N, values)."""
    *_, (node, output) = outputs
    return (activate(output, node.op.activation) if isinstance(node.op, FloatLayer) else output).flatten(1)
