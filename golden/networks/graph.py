"""A network as a list of nodes in order of evaluation: float layers and the glue between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from golden.affine import Affine
from golden.float_layer import Activation, FloatLayer, activate

INPUT = "input"


@dataclass(frozen=True)
class Add:
    """Sum of two tensors of the same shape, with an activation function behind it."""

    activation: Activation = "linear"


@dataclass(frozen=True)
class GlobalAverage:
    """Mean over the picture: (N, C, H, W) to (N, C, 1, 1)."""


@dataclass(frozen=True)
class Node:
    """One operation. ``sources`` names the nodes it reads, or INPUT; ``kind`` groups layers in reports."""

    name: str
    kind: str
    op: FloatLayer | Add | GlobalAverage
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """A network: its nodes, and the affine map from the bytes of a picture to its real input."""

    name: str
    input: Affine
    nodes: list[Node]


def glue(op: Add | GlobalAverage, sources: list[Tensor]) -> Tensor:
    """Evaluate an operation without weights on real values."""
    if isinstance(op, Add):
        return activate(sources[0] + sources[1], op.activation)
    return sources[0].mean((2, 3), keepdim=True)


def expiring(graph: Graph) -> dict[str, list[str]]:
    """Return for each node the tensors that no later node reads."""
    last = {source: node.name for node in graph.nodes for source in node.sources}
    return {node.name: [source for source, reader in last.items() if reader == node.name] for node in graph.nodes}


def float_outputs(graph: Graph, pictures: Tensor) -> Iterator[tuple[Node, Tensor]]:
    """Evaluate a network in float, node by node. pictures: uint8 (N, C, H, W).

    Yields each node with its output; a layer's output is given before its activation function.
    """
    expired = expiring(graph)
    values = {INPUT: graph.input.dequantize(pictures).float()}
    for node in graph.nodes:
        sources = [values[source] for source in node.sources]
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
    *_, (_, output) = float_outputs(graph, pictures)
    return output.flatten(1)
