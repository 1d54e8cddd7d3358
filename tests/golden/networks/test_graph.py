"""Graphs: names and shapes are checked; order of evaluation, float outputs, and what is forgotten when."""

import pytest
import torch
from torch.nn.functional import avg_pool2d, conv2d, linear, max_pool2d

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import FloatLayer
from golden.networks import resnet_fashion
from golden.networks.graph import (
    INPUT,
    Add,
    AveragePool,
    Concat,
    Flatten,
    GlobalAverage,
    Glue,
    Graph,
    MaxPool,
    Node,
    PadChannels,
    PadPicture,
    expiring,
    float_outputs,
    glue,
    logits,
    output_shape,
)

PIXEL = Affine(1 / 255, 0)


def layer(channels_in: int = 2, activation: str = "linear") -> FloatLayer:
    return FloatLayer("conv", torch.ones(3, channels_in, 3, 3), torch.zeros(3), activation=activation)  # type: ignore[arg-type]


def graph(*nodes: Node) -> Graph:
    return Graph("net", PIXEL, list(nodes), (2, 5, 6))


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([], "a network without nodes"),
        ([Node("a", "", layer(), ("b",))], "reads 'b', which no node before it gives"),
        ([Node("a", "", layer(), (INPUT,))] * 2, "node 'a' stands twice"),
        (
            [Node("a", "", layer(3), (INPUT,))],
            r"node 'a': conv: input of shape \(1, 2, 5, 6\), expected \(N, 3, H, W\)",
        ),
        ([Node("a", "", Add(), (INPUT,))], "Add of 1 sources"),
        ([Node("a", "", layer(), (INPUT,)), Node("b", "", Add(), ("a", INPUT))], r"\(3, 3, 4\) and \(2, 5, 6\) to add"),
        ([Node("a", "", layer(), (INPUT,)), Node("b", "", Concat(), ("a", INPUT))], "the same height and width"),
        ([Node("a", "", MaxPool((7, 7), 1), (INPUT,))], "a 7x7 pool does not fit a padded 5x6 input"),
        ([Node("a", "", Flatten(7), (INPUT,))], "60 features in 7 columns"),
    ],
)
def test_refuses_graphs_that_do_not_fit(nodes: list[Node], message: str) -> None:
    with pytest.raises(LayerError, match=message):
        graph(*nodes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: MaxPool((8, 1), 1),
        lambda: MaxPool((0, 1), 1),
        lambda: AveragePool((2, 2), 0),
        lambda: AveragePool((2, 2), 8),
        lambda: MaxPool((2, 3), 1, (2, 0, 0, 0)),
        lambda: MaxPool((2, 3), 1, (0, 0, -1, 0)),
        lambda: PadChannels(-1, 0),
        lambda: PadPicture(0, 0, 0, -1),
    ],
)
def test_refuses_operations_outside_the_contract(make: object) -> None:
    with pytest.raises(LayerError, match="expected"):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("op", "sources"),
    [
        (MaxPool((3, 2), 2, (1, 0, 1, 1)), 1),
        (AveragePool((2, 3), 3, (1, 1, 2, 0)), 1),
        (GlobalAverage(), 1),
        (PadChannels(1, 2), 1),
        (PadPicture(1, 2, 3, 4), 1),
        (Flatten(3), 1),
        (Concat(), 3),
        (Add(), 2),
    ],
)
def test_shapes_are_those_of_the_values(op: Glue, sources: int) -> None:
    x = torch.randn(2, 3, 5, 6)
    y = glue(op, [x] * sources)
    assert tuple(y.shape) == (2, *output_shape(op, [(3, 5, 6)] * sources))


def test_pools_are_pytorchs() -> None:
    x = torch.randn(2, 3, 7, 8) - 3
    assert torch.equal(glue(MaxPool((3, 3), 2, (1, 1, 1, 1)), [x]), max_pool2d(x, 3, 2, 1))
    assert torch.allclose(glue(AveragePool((3, 3), 2, (1, 1, 1, 1)), [x]), avg_pool2d(x, 3, 2, 1), atol=1e-6)


def test_output_is_behind_its_activation_function() -> None:
    net = graph(Node("a", "", layer(activation="relu6"), (INPUT,)))
    assert float(logits(net, torch.full((1, 2, 5, 6), 255, dtype=torch.uint8)).max()) == 6.0


def test_refuses_pictures_of_another_shape() -> None:
    net = graph(Node("a", "", layer(), (INPUT,)))
    for pictures in (torch.zeros(1, 2, 5, 6), torch.zeros(1, 2, 6, 5).byte(), torch.zeros(0, 2, 5, 6).byte()):
        with pytest.raises(LayerError, match=r"expected uint8 \(N, 2, 5, 6\)"):
            logits(net, pictures)


def test_sources_come_before_their_readers() -> None:
    known = {INPUT}
    for node in resnet_fashion.graph().nodes:
        assert set(node.sources) <= known
        assert node.name not in known
        known.add(node.name)


def test_tensors_expire_with_their_last_reader() -> None:
    graph = resnet_fashion.graph()
    expired = expiring(graph)
    alive = {INPUT}
    for index, node in enumerate(graph.nodes):
        assert set(node.sources) <= alive
        alive.add(node.name)
        later = {source for after in graph.nodes[index + 1 :] for source in after.sources}
        alive -= set(expired[node.name])
        assert alive == (later & alive) | ({node.name} if node is graph.nodes[-1] else set())


def test_float_outputs_against_plain_pytorch() -> None:
    """The residual network written out by hand, from the weights of its own graph."""
    graph = resnet_fashion.graph()
    pictures = resnet_fashion.sample_pictures()[:3]
    layers = {node.name: node.op for node in graph.nodes if isinstance(node.op, FloatLayer)}
    outputs = {node.name: output for node, output in float_outputs(graph, pictures)}

    def conv(name: str, x: torch.Tensor) -> torch.Tensor:
        layer = layers[name]
        return conv2d(x, layer.weight, layer.bias, layer.stride, layer.weight.shape[2] // 2)

    x = conv("stem", pictures.float() / 255).relu()
    for block in ("block0", "block1", "block2"):
        inner = conv(f"{block}.conv1", conv(f"{block}.conv0", x).relu())
        assert torch.allclose(outputs[f"{block}.conv1"], inner, atol=1e-4)
        x = (inner + (conv(f"{block}.shortcut", x) if f"{block}.shortcut" in layers else x)).relu()
        assert torch.allclose(outputs[f"{block}.add"], x, atol=1e-4)
    classifier = layers["classifier"]
    expected = linear(x.mean((2, 3)), classifier.weight[:, :, 0, 0], classifier.bias)
    assert torch.allclose(logits(graph, pictures), expected, atol=1e-4)
