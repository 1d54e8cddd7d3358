"""Whole networks in integers: sequential quantization, evaluation, and agreement with float."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import cosine_similarity

from golden.affine import Affine, choose_affine
from golden.fast import run_fast
from golden.float_layer import FloatLayer
from golden.layer import QuantizedLayer
from golden.networks.graph import INPUT, Graph, Node, expiring, float_outputs, glue, logits
from golden.quantize import quantize_layer


@dataclass(frozen=True)
class QuantizedNetwork:
    """A graph with its quantized layers and the affine map of every tensor, INPUT included."""

    graph: Graph
    layers: dict[str, QuantizedLayer]
    affines: dict[str, Affine]


@dataclass(frozen=True)
class Agreement:
    """How a quantized network's outputs compare with float: mean cosine, pictures with the same first class."""

    cosine: float
    same_top1: int
    pictures: int


def evaluate(network: QuantizedNetwork, node: Node, sources: list[Tensor]) -> Tensor:
    """Evaluate one node on bytes, int64 (N, C, H, W); glue is computed on real values and rounded once."""
    if not isinstance(node.op, FloatLayer):
        real = [network.affines[name].dequantize(x) for name, x in zip(node.sources, sources, strict=True)]
        return network.affines[node.name].quantize(glue(node.op, real))
    return run_fast(network.layers[node.name], sources[0])


def quantize_network(graph: Graph, pictures: Tensor) -> QuantizedNetwork:
    """Quantize a network layer by layer, each on the bytes that reach it through the layers before.

    pictures: uint8 (N, C, H, W), for calibration; no labels are needed.
    """
    network = QuantizedNetwork(graph, {}, {INPUT: graph.input})
    expired = expiring(graph)
    values = {INPUT: pictures.long()}
    for node, target in float_outputs(graph, pictures):
        sources = [values[source] for source in node.sources]
        if isinstance(node.op, FloatLayer):
            quantized = quantize_layer(node.op, sources[0], network.affines[node.sources[0]], target)
            network.layers[node.name] = quantized.layer
            network.affines[node.name] = quantized.output
        else:
            network.affines[node.name] = choose_affine(target)
        values[node.name] = evaluate(network, node, sources)
        for source in expired[node.name]:
            del values[source]
    return network


def integer_outputs(network: QuantizedNetwork, pictures: Tensor) -> Iterator[tuple[Node, Tensor, Tensor]]:
    """Evaluate a quantized network: yields each node, the bytes of its first source and its output bytes.

    pictures: uint8 (N, C, H, W). The bytes are int64 (N, C, H, W).
    """
    expired = expiring(network.graph)
    values = {INPUT: pictures.long()}
    for node in network.graph.nodes:
        sources = [values[source] for source in node.sources]
        values[node.name] = evaluate(network, node, sources)
        for source in expired[node.name]:
            del values[source]
        yield node, sources[0], values[node.name]


def integer_logits(network: QuantizedNetwork, pictures: Tensor) -> Tensor:
    """Return the quantized network's final output as real values, float64 (N, classes)."""
    *_, (node, _, output) = integer_outputs(network, pictures)
    return network.affines[node.name].dequantize(output).flatten(1)


def agreement(network: QuantizedNetwork, pictures: Tensor) -> Agreement:
    """Compare the quantized network with its float graph on pictures, uint8 (N, C, H, W)."""
    expected, got = logits(network.graph, pictures).double(), integer_logits(network, pictures)
    same = int((expected.argmax(1) == got.argmax(1)).sum())
    return Agreement(float(cosine_similarity(expected, got).mean()), same, len(pictures))
