"""Convolutional parts of VGG-16 and ResNet-18 in integers with random weights: sizes to measure the accelerator with.

Layers as in Simonyan and Zisserman 2015 (configuration D, padding 1) and He et al. 2016, at 224 x 224.
"""

import math

import torch

from golden.affine import Affine
from golden.contract import ACT_MAX, DELTA, GLUE_M_WIDTH
from golden.ladder import LEGAL_METADATA
from golden.layer import QuantizedLayer
from golden.networks.glue import GlueConstants
from golden.networks.graph import INPUT, Add, Graph, MaxPool, Node
from golden.networks.integer import QuantizedNetwork
from golden.quantize import encode_ratio

PICTURE = (3, 224, 224)
VGG = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512)  # channels, 0 for a pool
RESNET = ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1))  # channels, stride of a block
SPREAD = 60  # standard deviation of a layer's output bytes, about
WEIGHT, INPUT_SIZE = 8, 100  # about the size of a weight and of an input byte


class _Builder:
    """Nodes of a network whose tensors all have zero point 0."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.rng = name, torch.Generator().manual_seed(seed)
        self.nodes: list[Node] = []
        self.layers: dict[str, QuantizedLayer] = {}
        self.glue: dict[str, GlueConstants] = {}
        self.channels = {INPUT: PICTURE[0]}

    def layer(self, name: str, source: str, channels: int, kernel: int, stride: int, pad: int) -> str:
        """Add a convolution with ReLU and random weights, and return its name."""
        ic = self.channels[source]
        taps = ic * kernel * kernel
        ratio = SPREAD / (math.sqrt(taps) * WEIGHT * INPUT_SIZE)
        multiplier, shift = encode_ratio(torch.tensor([ratio]))
        full = torch.ones(channels, dtype=torch.int64)
        choice = torch.randint(0, len(LEGAL_METADATA), (channels,), generator=self.rng)
        self.layers[name] = QuantizedLayer(
            name=name,
            codes=torch.randint(0, 16, (channels, ic, kernel, kernel), generator=self.rng),
            metadata=torch.tensor(LEGAL_METADATA)[choice],
            delta=torch.randint(0, 1 << DELTA["width"], (channels,), generator=self.rng),
            bias=torch.randint(-1000, 1000, (channels,), generator=self.rng),
            multiplier=full * multiplier,
            shift=full * shift,
            stride=stride,
            pad_top=pad,
            pad_bottom=pad,
            pad_left=pad,
            pad_right=pad,
            clamp_high=ACT_MAX,
        )
        self.channels[name] = channels
        self.nodes.append(Node(name, f"{kernel}x{kernel}", self.layers[name], (source,)))
        return name

    def pool(self, name: str, source: str, kernel: int, pad: int) -> str:
        """Add a max pool of stride 2 and return its name."""
        self.nodes.append(Node(name, "pool", MaxPool((kernel, kernel), 2, (pad, pad, pad, pad)), (source,)))
        self.glue[name] = GlueConstants((0,))
        self.channels[name] = self.channels[source]
        return name

    def add(self, name: str, one: str, two: str) -> str:
        """Add an addition with ReLU and return its name."""
        half = 1 << (GLUE_M_WIDTH - 2)
        self.nodes.append(Node(name, "add", Add("relu"), (one, two)))
        self.glue[name] = GlueConstants((0, 0), (half, half), GLUE_M_WIDTH - 1)
        self.channels[name] = self.channels[one]
        return name

    def network(self) -> QuantizedNetwork:
        """Return the network."""
        same = Affine(1.0, 0)
        graph = Graph(self.name, same, self.nodes, PICTURE)
        network = QuantizedNetwork(graph, self.layers, dict.fromkeys(self.channels, same), self.glue)
        network.check()
        return network


def vgg16(seed: int = 0) -> QuantizedNetwork:
    """Return the 13 convolutions of VGG-16 and the 4 pools between them."""
    builder, at = _Builder("vgg16", seed), INPUT
    stage, number = 1, 1
    for channels in VGG:
        if channels:
            at = builder.layer(f"conv{stage}_{number}", at, channels, 3, 1, 1)
            number += 1
        else:
            at = builder.pool(f"pool{stage}", at, 2, 0)
            stage, number = stage + 1, 1
    return builder.network()


def resnet18(seed: int = 0) -> QuantizedNetwork:
    """Return the 20 convolutions of ResNet-18 with its first pool and its additions."""
    builder = _Builder("resnet18", seed)
    at = builder.pool("pool", builder.layer("stem", INPUT, 64, 7, 2, 3), 3, 1)
    for number, (channels, stride) in enumerate(RESNET):
        name = f"block{number}"
        inner = builder.layer(f"{name}.conv0", at, channels, 3, stride, 1)
        outer = builder.layer(f"{name}.conv1", inner, channels, 3, 1, 1)
        short = at if stride == 1 else builder.layer(f"{name}.shortcut", at, channels, 1, stride, 0)
        at = builder.add(f"{name}.add", outer, short)
    return builder.network()
