"""Operands of real layers in the order in which the array sees them, and the same layers for multipliers."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from golden.baselines import nearest, uniform
from golden.contract import ACT_WIDTH
from golden.files import BUILD
from golden.float_layer import FloatLayer
from golden.layer import QuantizedLayer
from golden.networks import network_module
from golden.networks.loading import load_layers
from golden.schedule import CoreConfig, Tap, choose_stripe, layer_taps, stripes
from ppa.blocks import WEIGHT_WIDTHS, Design

LAYERS = {
    "resnet_fashion": ["block0.conv1", "block1.conv1", "block2.conv1"],
    "efficientnet_lite0": ["blocks.1.project", "blocks.3.expand", "blocks.4.project", "blocks.8.expand"],
}
"""Dense layers, 3x3 and 1x1, behind a ReLU and behind none."""

SIGNED_ACTIVATIONS = "mul8x8"
"""The design whose activations are signed: the bytes less OFFSET, as zero point -OFFSET makes them."""
OFFSET = 1 << ACT_WIDTH - 1


@dataclass(frozen=True, eq=False)
class Operands:
    """A dense layer's operands: padded input bytes and its weights for each design.

    x: int64 (H, W, IC) with the padding around. weights: the factors (OC, IC, KH, KW) of a design's products: what
    the codes stand for, or the layer's weights on a uniform grid. pixels: (H, W) without the padding.
    """

    name: str
    layer: QuantizedLayer
    x: Tensor
    weights: dict[Design, Tensor]
    pixels: tuple[int, int]


@dataclass(frozen=True)
class Burst:
    """What the array multiplies while its weights stay: one tap on one stripe of a tile.

    x: activations (pixels, IC_LANES). weights: of the design, (OC_LANES, IC_LANES). codes: (OC_LANES, IC_LANES).
    metadata: (OC_LANES,). Lanes without a channel hold 0. All int64. first and last: of the stripe's taps.
    """

    x: Tensor
    weights: Tensor
    codes: Tensor
    metadata: Tensor
    first: bool
    last: bool


@cache
def real_operands() -> tuple[Operands, ...]:
    """Return the operands of LAYERS for one sample picture of each network, quantizing where the cache lacks it."""
    found = []
    for net, names in LAYERS.items():
        floats = {node.name: node.op for node in network_module(net).graph().nodes if isinstance(node.op, FloatLayer)}
        for real in load_layers(net, names, BUILD / "golden"):
            layer, weight = real.layer, floats[real.name].weight
            weights = {d: nearest(weight, uniform(bits))[0].long() for d, bits in WEIGHT_WIDTHS.items()}
            around = (layer.pad_left, layer.pad_right, layer.pad_top, layer.pad_bottom)
            x = pad(real.input[0].long(), around, value=layer.zero_in).permute(1, 2, 0)
            height, width = real.input.shape[2:]
            found.append(Operands(f"{net} {real.name}", layer, x, weights | {"ours": layer.weights}, (height, width)))
    return tuple(found)


def bursts(operands: Operands, design: Design, config: CoreConfig, tile: int, first_stripe: int = 0) -> Iterator[Burst]:
    """Yield the bursts of a tile of output channels from a stripe on, in the core's order.

    x of a design with signed activations is the bytes less OFFSET.
    """
    layer = operands.layer
    _, ow = layer.output_shape(*operands.pixels)
    taps = layer_taps(layer, config, "dense")
    channels = slice(tile * config.oc_lanes, (tile + 1) * config.oc_lanes)
    metadata = _fill(layer.metadata[channels], (config.oc_lanes,))
    less = OFFSET if design == SIGNED_ACTIVATIONS else 0
    for stripe in layer_stripes(operands, config)[first_stripe:]:
        pixels = torch.tensor(list(stripe))
        for tap in taps:
            rows, columns = pixels // ow * layer.stride + tap.ky, pixels % ow * layer.stride + tap.columns.start
            x = operands.x[rows, columns][:, tap.channels.start : tap.channels.stop] - less
            yield Burst(
                _fill(x, (len(x), config.ic_lanes)),
                _tap_weights(operands.weights[design], channels, tap, config),
                _tap_weights(layer.codes, channels, tap, config),
                metadata,
                tap is taps[0],
                tap is taps[-1],
            )


@cache
def layer_stripes(operands: Operands, config: CoreConfig) -> list[range]:
    """Return the stripes of a tile, in order."""
    oh, ow = operands.layer.output_shape(*operands.pixels)
    return stripes(oh * ow, choose_stripe(operands.layer, *operands.pixels, config, "dense"))


def random_place(operands: Operands, config: CoreConfig, chosen: random.Random, count: int = 1) -> tuple[int, int]:
    """Return a whole tile and a stripe of a layer, ``count`` stripes or more before the layer's end if it has them."""
    cut = layer_stripes(operands, config)
    tile = chosen.randrange(operands.layer.channels_out // config.oc_lanes)
    return tile, chosen.randrange(max(len(cut) - count, 0) + 1)


def _tap_weights(weights: Tensor, channels: slice, tap: Tap, config: CoreConfig) -> Tensor:
    """Return the weights (OC_LANES, IC_LANES) of a dense tap, 0 where the layer has none."""
    chosen = weights[channels, tap.channels.start : tap.channels.stop, tap.ky, tap.columns.start]
    return _fill(chosen, (config.oc_lanes, config.ic_lanes))


def _fill(values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return int64 values with zeros behind, up to a shape."""
    filled = torch.zeros(shape, dtype=torch.int64)
    filled[tuple(slice(n) for n in values.shape)] = values
    return filled
