"""The pipeline on whole networks: sound on odd input, the same for a seed, better with each of its main steps."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import FloatLayer, fully_connected
from golden.integer import run_layer
from golden.networks.graph import INPUT, Add, GlobalAverage, Graph, Node, logits
from golden.networks.integer import QuantizedNetwork, integer_logits, integer_outputs
from golden.ptq import damping, layers
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions, steps


def small(seed: int = 0) -> Graph:
    """A block of every kind of layer, with random weights."""
    generator = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    nodes = [
        Node(
            "stem", "conv", FloatLayer("stem", some(8, 3, 3, 3) / 5, some(8) / 5, 1, 2, (0, 1, 0, 1), "relu6"), (INPUT,)
        ),
        Node(
            "expand", "conv", FloatLayer("expand", some(16, 8, 1, 1) / 3, some(16) / 5, activation="relu6"), ("stem",)
        ),
        Node(
            "depthwise",
            "depthwise",
            FloatLayer("depthwise", some(16, 1, 3, 3) / 3, some(16) / 5, 16, 1, (1, 1, 1, 1), "relu6"),
            ("expand",),
        ),
        Node("project", "conv", FloatLayer("project", some(8, 16, 1, 1) / 4, some(8) / 5), ("depthwise",)),
        Node("add", "add", Add(), ("project", "stem")),
        Node("average", "average", GlobalAverage(), ("add",)),
        Node("classifier", "classifier", fully_connected("classifier", some(5, 8), some(5)), ("average",)),
    ]
    return Graph("small", Affine(1 / 64, 120), nodes, (3, 12, 10))


def pictures(count: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 3, 4, 4, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, size=(12, 10), mode="bilinear")
    return (smooth * 255).to(torch.uint8)


def error(graph: Graph, network: QuantizedNetwork, x: Tensor) -> float:
    expected = logits(graph, x).double()
    return float((integer_logits(network, x) - expected).square().mean() / expected.var(0).mean())


def with_weights(graph: Graph, name: str, weight: Tensor) -> Graph:
    def changed(node: Node) -> Node:
        return replace(node, op=replace(node.op, weight=weight)) if isinstance(node.op, FloatLayer) else node

    return replace(graph, nodes=[changed(node) if node.name == name else node for node in graph.nodes])


def test_the_same_bits_for_the_same_seed() -> None:
    before = torch.get_rng_state()
    one, two = (quantize_network(small(), pictures(6), PtqOptions(windows=50, seed=3)) for _ in range(2))
    assert torch.equal(before, torch.get_rng_state())
    for name, layer in one.layers.items():
        for field, value in vars(layer).items():
            same = getattr(two.layers[name], field)
            assert torch.equal(value, same) if isinstance(value, Tensor) else value == same
    assert one.affines == two.affines


def test_another_seed_draws_other_windows() -> None:
    codes = [
        torch.cat([layer.codes.flatten() for layer in quantize_network(small(), pictures(6), options).layers.values()])
        for options in (PtqOptions(windows=20, seed=0), PtqOptions(windows=20, seed=1))
    ]
    assert not torch.equal(*codes)


def test_every_step_alone_and_all_together() -> None:
    graph, x = small(), pictures(40)
    network = quantize_network(graph, x)
    for _, options in steps():
        quantize_network(graph, x[:4], options).check()
    plain = quantize_network(graph, x, steps()[0][1])
    assert error(graph, network, pictures(40, 1)) < 0.5 * error(graph, plain, pictures(40, 1))


def test_layers_are_the_definitions() -> None:
    """The bytes the pipeline calibrates on are those that ``run_layer`` gives."""
    network = quantize_network(small(), pictures(4))
    for node, x, y in integer_outputs(network, pictures(4)):
        if node.name in network.layers:
            assert torch.equal(run_layer(network.layers[node.name], x).output, y.long())


def test_weights_rounded_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows do not depend on each other, so neither on what is rounded with them."""
    whole = quantize_network(small(), pictures(4))
    monkeypatch.setattr(damping, "VALUES", 40)
    parts = quantize_network(small(), pictures(4))
    for name, layer in whole.layers.items():
        assert float((layer.codes == parts.layers[name].codes).float().mean()) > 0.95


def test_windows_too_large_for_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "LARGEST", 8)
    graph = small()
    assert error(graph, quantize_network(graph, pictures(20)), pictures(20, 1)) < 1.0


def test_progress_is_told_once_a_node() -> None:
    told: list[tuple[int, int, str]] = []
    quantize_network(small(), pictures(2), progress=lambda *step: told.append(step))
    assert told == [(done, 7, node.name) for done, node in enumerate(small().nodes, 1)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_pictures(count: int) -> None:
    graph = small()
    network = quantize_network(graph, pictures(count))
    assert error(graph, network, pictures(count + 1, 5)) < 1.0


def test_pictures_of_one_value() -> None:
    """Nothing varies: the moments are all zero."""
    graph = small()
    x = torch.full((3, 3, 12, 10), 77, dtype=torch.uint8)
    network = quantize_network(graph, x)
    steps_off = (integer_logits(network, x) - logits(graph, x)).abs() / network.affines["classifier"].scale
    assert float(steps_off.max()) < 20


@pytest.mark.parametrize("name", ["stem", "expand", "depthwise", "project", "classifier"])
def test_channel_of_zeros_and_layer_of_zeros(name: str) -> None:
    graph = small()
    weight = {node.name: node.op.weight for node in graph.nodes if isinstance(node.op, FloatLayer)}[name].clone()
    weight[1] = 0
    network = quantize_network(with_weights(graph, name, weight), pictures(4))
    assert not network.layers[name].codes[1].any()
    assert not quantize_network(with_weights(graph, name, 0 * weight), pictures(4)).layers[name].codes.any()


def test_dead_channel_between_layers() -> None:
    """A channel that is 0 behind its activation function excites neither depthwise nor dense layer."""
    graph = small()
    nodes = []
    for node in graph.nodes:
        if node.name == "expand" and isinstance(node.op, FloatLayer):
            bias = node.op.bias.clone()
            bias[2] = -100
            node = replace(node, op=replace(node.op, bias=bias))
        nodes.append(node)
    graph = replace(graph, nodes=nodes)
    assert error(graph, quantize_network(graph, pictures(30)), pictures(30, 1)) < 1.0


def test_values_beyond_float() -> None:
    huge = with_weights(small(), "stem", torch.full((8, 3, 3, 3), 3e38))
    with pytest.raises(LayerError, match="stem: calibration output holds NaN or infinity"):
        quantize_network(huge, pictures(2))


def test_pictures_of_another_shape() -> None:
    with pytest.raises(LayerError, match=r"expected uint8 \(N, 3, 12, 10\)"):
        quantize_network(small(), pictures(2)[:, :, 1:])


def test_quantized_already() -> None:
    graph = small()
    layer = quantize_network(graph, pictures(2)).layers["stem"]
    nodes = [replace(graph.nodes[0], op=layer), *graph.nodes[1:]]
    with pytest.raises(LayerError, match="stem is quantized, expected float layers"):
        quantize_network(replace(graph, nodes=nodes), pictures(2))
