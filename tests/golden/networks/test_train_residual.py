"""The residual CNN for training: its layers, and that the front end takes it with what its shortcuts do."""

import pytest
import torch
from torch import nn

from golden.float_layer import FloatLayer
from golden.frontend import import_module
from golden.networks.train_residual import residual


@pytest.mark.parametrize("blocks", [1, 3])
def test_layers_and_shapes(blocks: int) -> None:
    network, x = residual(blocks).eval(), torch.rand(2, 1, 28, 28)
    convs = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    assert len(convs) + 1 == 6 * blocks + 2
    assert {conv.out_channels for conv in convs} == {16, 32, 64}
    graph = import_module(network, x)
    assert graph.shape == (1, 28, 28)
    assert sum(isinstance(node.op, FloatLayer) for node in graph.nodes) == 6 * blocks + 2
