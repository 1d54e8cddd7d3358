"""Graphs: order of evaluation, float outputs, and what is forgotten when."""

import torch
from torch.nn.functional import conv2d, linear

from golden.float_layer import FloatLayer
from golden.networks import resnet_fashion
from golden.networks.graph import INPUT, expiring, float_outputs, logits


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
