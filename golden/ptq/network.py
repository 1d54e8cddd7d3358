"""The pipeline over a whole network, layer by layer."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import FloatLayer, activate
from golden.layer import QuantizedLayer
from golden.networks.glue import glue_affine, glue_constants
from golden.networks.graph import INPUT, Graph, expiring, glue, shapes
from golden.networks.integer import QuantizedNetwork, evaluate
from golden.ptq.layers import quantize_calibrated
from golden.ptq.options import PtqOptions

Progress = Callable[[int, int, str], None]
"""Told after each node: nodes done, nodes in all, the node's name."""
VALUES = 1 << 24  # of a float layer's output, computed at a time


def as_bytes(real: Tensor, affine: Affine) -> Tensor:
    """Return real values (N, ...) as bytes, uint8, picture by picture."""
    return torch.stack([affine.quantize(picture).to(torch.uint8) for picture in real])


def linear_outputs(layer: FloatLayer, x: Tensor) -> Tensor:
    """Return the float layer's output before the activation function, a few pictures at a time."""
    step = max(VALUES // math.prod(layer.output_shape(x[:1])), 1)
    return torch.cat([layer.linear_output(part) for part in torch.split(x, step)])


def quantize_network(
    graph: Graph, pictures: Tensor, options: PtqOptions | None = None, progress: Progress | None = None
) -> QuantizedNetwork:
    """Quantize a network layer by layer, each on the bytes that reach it through the layers before.

    pictures: uint8 (N, C, H, W), for calibration; no labels are needed. The same pictures and options
    give the same network. Raises LayerError for pictures of another shape, for NaN, and for a layer outside the
    contract.
    """
    options = options or PtqOptions()
    graph.check_pictures(pictures)
    network = QuantizedNetwork(graph, {}, {INPUT: graph.input}, {})
    expired, known = expiring(graph), shapes(graph)
    real = {INPUT: graph.input.dequantize(pictures).float()}
    values = {INPUT: pictures}
    for done, node in enumerate(graph.nodes, 1):
        affines = [network.affines[source] for source in node.sources]
        reals = [real[source] for source in node.sources]
        if isinstance(node.op, QuantizedLayer):
            raise LayerError(f"{graph.name}: layer {node.name} is quantized, expected float layers")
        if isinstance(node.op, FloatLayer):
            target = linear_outputs(node.op, reals[0])
            x = values[node.sources[0]] if options.sequential else as_bytes(reals[0], affines[0])
            quantized = quantize_calibrated(node.op, x, affines[0], reals[0], target, options)
            network.layers[node.name], network.affines[node.name] = quantized.layer, quantized.output
            real[node.name] = activate(target, node.op.activation)
        else:
            output = real[node.name] = glue(node.op, reals)
            network.affines[node.name] = affine = glue_affine(node.op, affines, output)
            network.glue[node.name] = glue_constants(node.op, affines, affine, known[node.sources[0]])
        values[node.name] = evaluate(network, node, [values[source] for source in node.sources])
        for source in expired[node.name]:
            del values[source], real[source]
        if progress:
            progress(done, len(graph.nodes), node.name)
    return network
