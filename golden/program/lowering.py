"""From the nodes of a network to operations of the accelerator's two computing units.

Every lowering is exact. Concatenation and padding of channels that do not begin at a word become 1 x 1 convolutions
with a weight of 2 in one place and a ratio of 1/2, which move bytes; what a concatenation rescales, the vector unit
has rescaled before.
"""

from collections import Counter
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from golden.contract import ACT_MAX, KERNEL_MAX, PACKED_PIXEL
from golden.errors import LayerError
from golden.float_layer import Shape
from golden.layer import QuantizedLayer
from golden.networks.glue import GlueConstants
from golden.networks.graph import (
    INPUT,
    Add,
    AveragePool,
    Concat,
    Flatten,
    GlobalAverage,
    MaxPool,
    Node,
    PadChannels,
    PadPicture,
    shapes,
)
from golden.networks.integer import QuantizedNetwork
from golden.quantize import encode_ratio
from golden.schedule import layer_mode

ONE = 0b0001  # code of the smallest magnitude, 2, with metadata 0
PLAIN = 0  # metadata whose first level is 2


@dataclass(frozen=True)
class LayerWork:
    """A layer on the array. flat: the input is read as a vector, pixel behind pixel; mode: of the core."""

    name: str
    source: str
    output: str
    layer: QuantizedLayer
    mode: str
    flat: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the tensors that are read."""
        return (self.source,)


@dataclass(frozen=True)
class VectorWork:
    """An operation of the vector unit, fields as in its record. first: channel of the output where it begins."""

    name: str
    sources: tuple[str, ...]
    output: str
    mode: str
    constants: GlueConstants
    kernel: tuple[int, int] = (1, 1)
    stride: int = 1
    pad_top: int = 0
    pad_left: int = 0
    first: int = 0


Work = LayerWork | VectorWork


@dataclass(frozen=True)
class Lowered:
    """Operations in order, (C, H, W) of every tensor they read or write, and the tensor of the network's output.

    packed: the input lies in memory as packed pixels. tensors: of each node the tensor that holds its output.
    """

    works: list[Work]
    shapes: dict[str, Shape]
    output: str
    packed: bool
    tensors: dict[str, str]


def lower(network: QuantizedNetwork, lanes: int) -> Lowered:
    """Lower a network for vectors of ``lanes`` channels. Raises LayerError for what the accelerator cannot run."""
    return _Lowering(network, lanes).run()


def spread(name: str, channels: int, before: int, after: int, zero: int) -> QuantizedLayer:
    """Return a 1 x 1 layer that moves ``channels`` channels behind ``before`` others of real 0; zero: point of both."""
    total = before + channels + after
    codes = torch.zeros(total, channels, 1, 1, dtype=torch.int64)
    codes[torch.arange(channels) + before, torch.arange(channels)] = ONE
    multiplier, shift = encode_ratio(torch.full((total,), 0.5))
    bias = torch.zeros(total, dtype=torch.int64)
    bias[before : before + channels] = -2 * zero
    full = torch.ones(total, dtype=torch.int64)
    return QuantizedLayer(
        name=name, codes=codes, metadata=full * PLAIN, delta=full * 0, bias=bias, multiplier=multiplier,
        shift=shift, zero_in=zero, zero_out=zero, clamp_high=ACT_MAX,
    )  # fmt: skip


def _unflattened(codes: Tensor, shape: Shape) -> Tensor:
    """Return codes of a layer behind a flattening, as those of a kernel over the whole picture (C, H, W)."""
    channels, height, width = shape
    flat = codes[:, :, 0].permute(0, 2, 1).reshape(len(codes), height, width, channels)
    return flat.permute(0, 3, 1, 2).contiguous()


class _Lowering:
    def __init__(self, network: QuantizedNetwork, lanes: int) -> None:
        """Take the network; nothing is lowered yet."""
        self.network, self.lanes = network, lanes
        self.known = shapes(network.graph)
        self.works: list[Work] = []
        self.tensors = {INPUT: INPUT}  # of each node
        self.shapes = {INPUT: self.known[INPUT]}  # of tensors
        self.flat: dict[str, str] = {}  # flattened node: the tensor it is of
        self.readers = Counter(source for node in network.graph.nodes for source in node.sources)

    def run(self) -> Lowered:
        for node in self.network.graph.nodes:
            self._node(node)
        last = self.network.graph.nodes[-1].name
        inputs = [work for work in self.works if INPUT in work.sources]
        packed = bool(inputs) and all(isinstance(work, LayerWork) and work.mode == "packed" for work in inputs)
        if not packed:
            self.works = [self._dense(work) if INPUT in work.sources else work for work in self.works]
        return Lowered(self.works, self.shapes, self.flat.get(last) or self.tensors[last], packed, self.tensors)

    @staticmethod
    def _dense(work: Work) -> Work:
        return replace(work, mode="dense") if isinstance(work, LayerWork) and work.mode == "packed" else work

    def _tensor(self, name: str, shape: Shape) -> str:
        self.shapes[name] = shape
        return name

    def _node(self, node: Node) -> None:
        op, name, shape = node.op, node.name, self.known[node.name]
        if isinstance(op, Flatten):
            source = self.known[node.sources[0]]
            if source[1:] == (1, 1) and op.columns == 1:
                self.tensors[name] = self.tensors[node.sources[0]]
            else:
                self.flat[name] = self.tensors[node.sources[0]]
            return
        flat = [source for source in node.sources if source in self.flat]
        if name in self.network.layers:
            self._layer(node, self.network.layers[name], bool(flat))
            return
        if flat:
            raise LayerError(f"{name}: {type(op).__name__} of a flattened picture, expected a linear layer behind it")
        constants = self.network.glue[name]
        sources = tuple(self.tensors[source] for source in node.sources)
        if isinstance(op, Concat):
            self._concat(node, sources, constants)
            return
        output = self.tensors[name] = self._tensor(name, shape)
        if isinstance(op, PadChannels):
            channels = self.known[node.sources[0]][0]
            layer = spread(name, channels, op.before, op.after, constants.zeros[0])
            self.works.append(LayerWork(name, sources[0], output, layer, "dense"))
        elif isinstance(op, Add):
            self.works.append(VectorWork(name, sources, output, "sum", constants))
        elif isinstance(op, GlobalAverage):
            kernel = self.known[node.sources[0]][1:]
            self.works.append(VectorWork(name, sources, output, "sum", constants, kernel))
        elif isinstance(op, PadPicture):
            self.works.append(VectorWork(name, sources, output, "max", constants, (1, 1), 1, op.top, op.left))
        elif isinstance(op, MaxPool | AveragePool):
            mode = "max" if isinstance(op, MaxPool) else "sum"
            top, _, left, _ = op.padding
            self.works.append(VectorWork(name, sources, output, mode, constants, op.kernel, op.stride, top, left))
        else:
            raise LayerError(f"{name}: {type(op).__name__} has no lowering")

    def _layer(self, node: Node, layer: QuantizedLayer, flat: bool) -> None:
        source = self.flat[node.sources[0]] if flat else self.tensors[node.sources[0]]
        mode = layer_mode(layer)
        if mode == "packed" and source != INPUT:
            mode = "dense"
        viewed = False
        if flat:
            channels, height, width = self.shapes[source]
            if max(height, width) <= KERNEL_MAX:
                layer = replace(layer, codes=_unflattened(layer.codes, (channels, height, width)))
                mode = "packed" if source == INPUT and channels <= PACKED_PIXEL and width > 1 else "dense"
            elif channels % self.lanes == 0:
                viewed, mode = True, "dense"
            else:
                wanted = f"expected at most {KERNEL_MAX}x{KERNEL_MAX}, or channels in multiples of {self.lanes}"
                raise LayerError(f"{node.name}: flattened picture of {channels} x {height} x {width}, {wanted}")
        output = self.tensors[node.name] = self._tensor(node.name, self.known[node.name])
        self.works.append(LayerWork(node.name, source, output, layer, mode, viewed))

    def _concat(self, node: Node, sources: tuple[str, ...], constants: GlueConstants) -> None:
        name, shape = node.name, self.known[node.name]
        channels = [self.shapes[source][0] for source in sources]
        alone = [
            replace(constants, zeros=(zero,), multipliers=(multiplier,))
            for zero, multiplier in zip(constants.zeros, constants.multipliers, strict=True)
        ]
        places = [sum(channels[:number]) for number in range(len(channels))]
        output = self.tensors[name] = self._tensor(name, shape)
        if all(place % self.lanes == 0 for place in places):
            for source, own, place in zip(sources, alone, places, strict=True):
                self.works.append(VectorWork(name, (source,), output, "sum", own, first=place))
            return
        z = constants.zero_out
        joined = ""
        for number, (source, own, place) in enumerate(zip(sources, alone, places, strict=True)):
            part = self._tensor(f"{name}.part{number}", shape)
            rescaled = self._tensor(f"{name}.rescaled{number}", self.shapes[source])
            self.works.append(VectorWork(rescaled, (source,), rescaled, "sum", own))
            layer = spread(part, channels[number], place, shape[0] - place - channels[number], z)
            self.works.append(LayerWork(part, rescaled, part, layer, "dense"))
            if number:
                total = output if number == len(sources) - 1 else self._tensor(f"{name}.sum{number}", shape)
                both = GlueConstants((z, z), (1, 1), 0, z, 0, ACT_MAX)
                self.works.append(VectorWork(name, (joined, part), total, "sum", both))
                part = total
            joined = part
