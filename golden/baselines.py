"""Other weight grids to compare SLogII with: rounded to nearest, simulated in float with 8-bit activations.

The integer golden model has no codes for these grids. What is simulated is the same network otherwise: every tensor
rounded to bytes of the map that the calibration pictures choose, biases as they are.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from golden.affine import Affine, choose_affine
from golden.contract import ACT_MAX
from golden.float_layer import FloatLayer, activate
from golden.ladder import LEGAL_METADATA, magnitudes
from golden.layer import QuantizedLayer
from golden.networks.glue import glue_affine
from golden.networks.graph import INPUT, Graph, expiring, float_outputs, glue

Levels = list[list[int]]
CLIPS = 32
SMALLEST_CLIP = 0.25

BASE2: Levels = [[0, *(1 << k for k in range(7))]]
SLOGII: Levels = [magnitudes(word) for word in LEGAL_METADATA]


def uniform(bits: int) -> Levels:
    """Return the magnitudes of symmetric uniform weights."""
    return [list(range(1 << (bits - 1)))]


def rounded(weight: Tensor, lists: Levels, per_channel: bool = True) -> Tensor:
    """Return weights (OC, ...) rounded to the nearest of scale * magnitude with sign, see ``nearest``."""
    levels, scale = nearest(weight, lists, per_channel)
    return levels * scale


def nearest(weight: Tensor, lists: Levels, per_channel: bool = True) -> tuple[Tensor, Tensor]:
    """Return signed magnitudes and scales whose products are nearest to weights (OC, ...).

    Of every channel, or of the whole tensor, list and scale are those of the smallest squared error; the scale
    over CLIPS fractions, from SMALLEST_CLIP to 1, of what maps the largest weight to the largest magnitude.
    Magnitudes: integers in weight's type, of its shape; scales: (OC, 1, ...) or (1, 1, ...).
    """
    rows = weight.reshape(len(weight) if per_channel else 1, -1).abs()
    largest = rows.amax(1, keepdim=True).clamp(min=1e-30)
    best, least = torch.zeros_like(rows), torch.full((len(rows), 1), torch.inf)
    chosen = torch.ones_like(largest)
    for levels in lists:
        table = torch.tensor(levels, dtype=rows.dtype)
        middles = (table[1:] + table[:-1]) / 2
        for clip in torch.linspace(SMALLEST_CLIP, 1.0, CLIPS).tolist():
            scale = clip * largest / levels[-1]
            candidate = table[torch.bucketize((rows / scale).contiguous(), middles)]
            error = (candidate * scale - rows).square().sum(1, keepdim=True)
            best, chosen = torch.where(error < least, candidate, best), torch.where(error < least, scale, chosen)
            least = torch.minimum(error, least)
    return best.reshape(weight.shape) * weight.sign(), chosen.reshape(-1, *[1] * (weight.dim() - 1))


def with_weights(graph: Graph, change: Callable[[Tensor], Tensor]) -> Graph:
    """Return a graph with every layer's weights changed."""
    nodes = [
        replace(node, op=replace(node.op, weight=change(node.op.weight))) if isinstance(node.op, FloatLayer) else node
        for node in graph.nodes
    ]
    return replace(graph, nodes=nodes)


def choose_affines(graph: Graph, pictures: Tensor) -> dict[str, Affine]:
    """Return the affine map of every tensor for calibration pictures, uint8 (N, C, H, W)."""
    affines = {INPUT: graph.input}
    for node, output in float_outputs(graph, pictures):
        if isinstance(node.op, FloatLayer):
            affines[node.name] = choose_affine(activate(output, node.op.activation))
        else:
            assert not isinstance(node.op, QuantizedLayer)
            affines[node.name] = glue_affine(node.op, [affines[source] for source in node.sources], output)
    return affines


def through_bytes(x: Tensor, affine: Affine) -> Tensor:
    """Return the real values of the bytes of x, float32."""
    low, high = -affine.zero, ACT_MAX - affine.zero
    return (x / affine.scale).add_(0.5).floor_().clamp_(low, high).mul_(affine.scale)


def simulate(graph: Graph, affines: dict[str, Affine], pictures: Tensor) -> Tensor:
    """Return the output (N, values) of a float network whose every tensor is rounded to bytes."""
    expired = expiring(graph)
    values = {INPUT: graph.input.dequantize(pictures).float()}
    for node in graph.nodes:
        sources = [values[source] for source in node.sources]
        if isinstance(node.op, FloatLayer):
            output = activate(node.op.linear_output(sources[0]), node.op.activation)
        else:
            assert not isinstance(node.op, QuantizedLayer)
            output = glue(node.op, sources)
        values[node.name] = through_bytes(output, affines[node.name])
        for source in expired[node.name]:
            del values[source]
    return values[graph.nodes[-1].name].flatten(1)
