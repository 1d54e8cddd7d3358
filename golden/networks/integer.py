"""Whole networks in integers: evaluation, and agreement with float."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import cosine_similarity

from golden.affine import Affine
from golden.errors import LayerError
from golden.fast import run_fast
from golden.float_layer import FloatLayer
from golden.layer import QuantizedLayer
from golden.networks.glue import GlueConstants, run_glue
from golden.networks.graph import INPUT, MOVES, Graph, Node, expiring, logits


@dataclass(frozen=True)
class QuantizedNetwork:
    """A graph with its quantized layers, the affine map of every tensor, INPUT included, and the glue's constants."""

    graph: Graph
    layers: dict[str, QuantizedLayer]
    affines: dict[str, Affine]
    glue: dict[str, GlueConstants]

    def check(self) -> None:
        """Raise LayerError unless every node has what its evaluation needs, with zero points that agree."""
        for node in self.graph.nodes:
            sources = tuple(self.affines[source].zero for source in node.sources)
            if isinstance(node.op, FloatLayer | QuantizedLayer):
                layer = self.layers[node.name]
                zeros: tuple[int, ...] = (layer.zero_in,)
                output = layer.zero_out
            else:
                constants = self.glue[node.name]
                zeros, output = constants.zeros, constants.zero_out
                scaled = 0 if isinstance(node.op, MOVES) else len(sources)
                if len(constants.multipliers) != scaled:
                    raise LayerError(f"{node.name}: {len(constants.multipliers)} multipliers, expected {scaled}")
            if (zeros, output) != (sources, self.affines[node.name].zero):
                raise LayerError(f"{node.name}: zero points {zeros} to {output}, expected those of its tensors")


@dataclass(frozen=True)
class Agreement:
    """How a quantized network's outputs compare with float: mean cosine, pictures with the same first class."""

    cosine: float
    same_top1: int
    pictures: int


def evaluate(network: QuantizedNetwork, node: Node, sources: list[Tensor]) -> Tensor:
    """Evaluate one node on bytes, uint8 (N, C, H, W)."""
    if isinstance(node.op, FloatLayer | QuantizedLayer):
        return run_fast(network.layers[node.name], sources[0])
    return run_glue(node.op, network.glue[node.name], sources)


def integer_outputs(network: QuantizedNetwork, pictures: Tensor) -> Iterator[tuple[Node, Tensor, Tensor]]:
    """Evaluate a quantized network: yields each node, the bytes of its first source and its output bytes.

    pictures: uint8 (N, C, H, W). The bytes are uint8 (N, C, H, W). Raises LayerError for pictures of
    another shape.
    """
    network.graph.check_pictures(pictures)
    expired = expiring(network.graph)
    values = {INPUT: pictures}
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


def agreement(graph: Graph, network: QuantizedNetwork, pictures: Tensor) -> Agreement:
    """Compare a quantized network with its float graph on pictures, uint8 (N, C, H, W)."""
    expected, got = logits(graph, pictures).double(), integer_logits(network, pictures)
    same = int((expected.argmax(1) == got.argmax(1)).sum())
    return Agreement(float(cosine_similarity(expected, got).mean()), same, len(pictures))
