"""Random small networks of everything that the accelerator runs, quantized on random pictures."""

import random
from collections.abc import Callable
from contextlib import suppress

import torch

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import Activation, FloatLayer, Shape, fully_connected
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
    output_shape,
)
from golden.networks.integer import QuantizedNetwork
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions

QUICK = PtqOptions(compensated=False, windows=256, channel_windows=64)
ACTIVATIONS: tuple[Activation, ...] = ("linear", "relu", "relu6")
PICTURES = 3  # for calibration


class Builder:
    """A graph node by node; every method returns the name of a new node, or raises LayerError where it cannot be."""

    def __init__(self, shape: Shape, seed: int) -> None:
        """Begin with a picture of a shape (C, H, W)."""
        self.random = random.Random(seed)
        self.torch = torch.Generator().manual_seed(seed)
        self.shapes: dict[str, Shape] = {INPUT: shape}
        self.nodes: list[Node] = []

    def add(self, op: FloatLayer | Glue, *sources: str) -> str:
        """Append an operation."""
        name = f"n{len(self.nodes)}"
        self.shapes[name] = output_shape(op, [self.shapes[source] for source in sources])
        self.nodes.append(Node(name, "test", op, sources))
        return name

    def _weights(self, *shape: int) -> torch.Tensor:
        fan = max(shape[1:])
        for size in shape[2:]:
            fan *= size
        values: torch.Tensor = torch.randn(*shape, generator=self.torch) / float(max(fan, 1)) ** 0.5
        return values

    def conv(
        self, source: str, out: int, kernel: tuple[int, int] = (3, 3), stride: int = 1,
        padding: tuple[int, int, int, int] = (1, 1, 1, 1), groups: int = 1,
    ) -> str:  # fmt: skip
        """Append a convolution with random weights; depthwise when groups equals the channels."""
        channels = self.shapes[source][0]
        weight = self._weights(out, channels // groups, *kernel)
        bias = torch.randn(out, generator=self.torch) / 4
        activation = self.random.choice(ACTIVATIONS)
        name = f"n{len(self.nodes)}"
        return self.add(FloatLayer(name, weight, bias, groups, stride, padding, activation), source)

    def depthwise(self, source: str, kernel: int, stride: int = 1) -> str:
        """Append a depthwise convolution, padded by half its kernel."""
        channels, half = self.shapes[source][0], kernel // 2
        return self.conv(source, channels, (kernel, kernel), stride, (half,) * 4, channels)

    def linear(self, source: str, out: int) -> str:
        """Append a linear layer on all values of a tensor."""
        channels, height, width = self.shapes[source]
        if (height, width) != (1, 1):
            source = self.add(Flatten(), source)
        weight = self._weights(out, channels * height * width)
        return self.add(fully_connected(f"n{len(self.nodes)}", weight, torch.zeros(out)), source)

    def graph(self, name: str) -> Graph:
        """Return the graph; its output is the last node's."""
        return Graph(name, Affine(1 / 255, 0), self.nodes, self.shapes[INPUT])

    def quantized(self, name: str) -> tuple[QuantizedNetwork, torch.Tensor]:
        """Return the network quantized on random pictures, and one of them, uint8 (C, H, W)."""
        shape = (PICTURES, *self.shapes[INPUT])
        pictures = torch.randint(0, 256, shape, generator=self.torch, dtype=torch.uint8)
        return quantize_network(self.graph(name), pictures, QUICK), pictures[0]


def random_network(seed: int, nodes: int = 6, most: int = 12, channels: int = 40) -> Builder:
    """Return a random network of about ``nodes`` operations on pictures of at most ``most`` pixels a side."""
    draw = random.Random(seed)
    shape = (draw.choice([1, 2, 3, 4, 5, 8, 17]), draw.randint(3, most), draw.randint(3, most))
    builder = Builder(shape, seed)
    outs = [1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 32, 33, channels]
    last = INPUT

    def some(same: str | None = None) -> str:
        """Return a node, of the same picture size as ``same``."""
        fits = [n for n, s in builder.shapes.items() if same is None or s[1:] == builder.shapes[same][1:]]
        return draw.choice(fits)

    def size() -> int:
        return min(builder.shapes[last][1:])

    def conv() -> str:
        kernel = (draw.choice([1, 2, 3, 3, 5, 7]), draw.choice([1, 2, 3, 3, 5, 7]))
        padding = tuple(draw.randint(0, k - 1) for k in (kernel[0], kernel[0], kernel[1], kernel[1]))
        return builder.conv(last, draw.choice(outs), kernel, draw.choice([1, 1, 2]), padding)  # type: ignore[arg-type]

    def pool() -> Glue:
        kernel = (draw.randint(1, 4), draw.randint(1, 4))
        sides = (draw.randint(0, kernel[0] - 1), draw.randint(0, kernel[0] - 1),
                 draw.randint(0, kernel[1] - 1), draw.randint(0, kernel[1] - 1))  # fmt: skip
        stride = draw.choice([1, 2, 3])
        return MaxPool(kernel, stride, sides) if draw.randrange(2) else AveragePool(kernel, stride, sides)

    def residual() -> str:
        alike = [n for n, s in builder.shapes.items() if s == builder.shapes[last]]
        return builder.add(Add(draw.choice(ACTIVATIONS)), last, draw.choice(alike))

    steps: list[Callable[[], str]] = [
        conv, conv, conv,
        lambda: builder.depthwise(last, draw.choice([3, 5, 7]), draw.choice([1, 2])),
        lambda: builder.add(pool(), last),
        residual, residual,
        lambda: builder.add(Concat(), last, *[some(last) for _ in range(draw.randint(1, 2))]),
        lambda: builder.add(PadChannels(draw.choice([0, 4, 16]), draw.choice([1, 3, 16])), last),
        lambda: builder.add(PadPicture(*[draw.randint(0, 2) for _ in range(4)]), last),
        lambda: builder.conv(some(), draw.choice(outs)),
    ]  # fmt: skip
    while len(builder.nodes) < nodes:
        step = draw.choice(steps)
        if builder.nodes or step is not steps[-1]:
            with suppress(LayerError):  # it does not fit the picture: another one
                last = step()
    end = draw.randint(0, 3)
    if end == 1:
        last = builder.linear(builder.add(GlobalAverage(), last), draw.choice(outs))
    elif end == 2:
        last = builder.linear(last, draw.choice(outs))
    return builder
