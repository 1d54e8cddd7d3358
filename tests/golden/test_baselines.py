"""Weight grids are rounded to nearest; the simulation is near the integer golden model on the same weights."""

from dataclasses import replace

import pytest
import torch

from golden.affine import Affine
from golden.baselines import BASE2, SLOGII, Levels, choose_affines, rounded, simulate, through_bytes, uniform
from golden.codes import decode
from golden.contract import DELTA, POINT
from golden.files import BUILD
from golden.float_layer import FloatLayer
from golden.integer import delta_numerator
from golden.layer import QuantizedLayer
from golden.networks import resnet_fashion
from golden.networks.graph import float_outputs
from golden.networks.integer import integer_logits
from golden.networks.loading import load_network_cached
from golden.networks.store import load_network

GRIDS = {"int4": uniform(4), "int8": uniform(8), "base 2": BASE2, "SLogII": SLOGII}


def test_levels() -> None:
    assert uniform(4) == [[0, 1, 2, 3, 4, 5, 6, 7]]
    assert BASE2 == [[0, 1, 2, 4, 8, 16, 32, 64]]
    assert len(SLOGII) == 2
    assert [len(levels) for levels in (*BASE2, *SLOGII)] == [8] * 3


@pytest.mark.parametrize("name", GRIDS)
def test_weights_on_a_grid_stay(name: str) -> None:
    table = torch.tensor(GRIDS[name][-1], dtype=torch.float32)
    generator = torch.Generator().manual_seed(0)
    weight = table[torch.randint(len(table), (5, 4, 3, 3), generator=generator)]
    weight[:, 0, 0, 0] = table[-1]
    weight = (
        weight * torch.randn(weight.shape, generator=generator).sign() * torch.rand(5, 1, 1, 1, generator=generator)
    )
    assert torch.allclose(rounded(weight, GRIDS[name]), weight, rtol=1e-5)


@pytest.mark.parametrize("name", GRIDS)
def test_every_value_is_the_nearest_of_its_grid(name: str) -> None:
    weight = torch.randn(4, 6, 3, 3, generator=torch.Generator().manual_seed(1))
    got = rounded(weight, GRIDS[name])
    assert bool((got * weight >= 0).all())
    for row, real in zip(got.flatten(1), weight.flatten(1), strict=True):
        used = torch.cat([row.abs().unique(), torch.zeros(1)])
        nearest = (used[:, None] - real.abs()).abs().amin(0)
        assert torch.allclose((row - real).abs(), nearest, atol=1e-6)


def error(weight: torch.Tensor, lists: Levels, per_channel: bool = True) -> float:
    return float((rounded(weight, lists, per_channel) - weight).square().mean())


def test_richer_grids_leave_less_error() -> None:
    weight = (
        torch.randn(8, 16, 3, 3, generator=torch.Generator().manual_seed(2))
        * torch.logspace(-1, 1, 8)[:, None, None, None]
    )
    assert error(weight, uniform(8)) < error(weight, uniform(4)) / 50
    assert error(weight, SLOGII) < error(weight, BASE2)
    assert error(weight, SLOGII) < error(weight, SLOGII, per_channel=False)
    assert not rounded(torch.zeros(2, 3, 1, 1), SLOGII).any()


def as_float(layer: QuantizedLayer, source: Affine, output: Affine) -> tuple[torch.Tensor, torch.Tensor]:
    """The real weights and biases that a quantized layer stands for, its dynamic correction included."""
    unit = output.scale * torch.ldexp(layer.multiplier.double(), -layer.shift - POINT)
    delta = delta_numerator(layer.delta).double() / (1 << DELTA["frac"])
    weight = decode(layer.codes, layer.metadata) + delta[:, None, None, None]
    bias = layer.bias + source.zero * weight.sum((1, 2, 3))
    return (weight * (unit / source.scale)[:, None, None, None]).float(), (bias * unit).float()


def test_simulation_is_near_the_integer_model() -> None:
    """With the weights and biases of the quantized layers only roundings of multipliers and BCE terms differ."""
    graph, network = resnet_fashion.graph(), load_network(load_network_cached("resnet_fashion", BUILD / "golden"))
    nodes = []
    for node in graph.nodes:
        if isinstance(node.op, FloatLayer):
            affines = network.affines[node.sources[0]], network.affines[node.name]
            weight, bias = as_float(network.layers[node.name], *affines)
            node = replace(node, op=replace(node.op, weight=weight, bias=bias))
        nodes.append(node)
    pictures = resnet_fashion.sample_pictures()
    simulated = simulate(replace(graph, nodes=nodes), network.affines, pictures)
    steps = (simulated - integer_logits(network, pictures)) / network.affines["classifier"].scale
    assert float(steps.abs().max()) < 4
    assert float(steps.abs().mean()) < 0.5


def test_affines_are_of_values_behind_activation_functions() -> None:
    graph, pictures = resnet_fashion.graph(), resnet_fashion.sample_pictures()
    affines = choose_affines(graph, pictures)
    assert affines.keys() == {"input", *(node.name for node in graph.nodes)}
    assert affines["stem"].zero == 0
    assert affines["block0.conv1"].zero > 0
    for node, output in float_outputs(graph, pictures[:4]):
        if node.name == "classifier":
            assert (
                float((through_bytes(output, affines["classifier"]) - output).abs().median()) < affines[node.name].scale
            )


def test_through_bytes_is_the_affine_map() -> None:
    x, affine = torch.linspace(-3, 3, 1001), Affine(0.0173, 90)
    assert torch.allclose(through_bytes(x, affine).double(), affine.dequantize(affine.quantize(x)), atol=1e-5)
