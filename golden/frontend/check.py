"""Proof that a network was read right: the graph's output beside that of what was read."""

import torch
from torch import Tensor

from golden.errors import LayerError
from golden.networks.graph import Graph, last_output, real_outputs

TOLERANCE = 1e-3


def check_output(graph: Graph, x: Tensor, expected: Tensor) -> None:
    """Raise LayerError unless the graph's output on x is the expected one within TOLERANCE of its largest value.

    x: float (N, C, H, W); expected: float (N, ...), flattened here.
    """
    with torch.no_grad():
        got = last_output(graph, real_outputs(graph, x.float()))
    error = float((got - expected.flatten(1)).abs().max() / expected.abs().max().clamp(min=1e-30))
    if not error <= TOLERANCE:
        raise LayerError(f"{graph.name}: the graph read differs from the network by {error:g} of its largest output")
