"""The user's functions on networks in many styles: what comes out is near the float network, or one clear line."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity

from golden.affine import Affine
from golden.api import evaluate, load, quantize, save
from golden.errors import LayerError
from golden.frontend import import_module
from golden.ptq.options import PtqOptions
from tests.golden.frontend.models import MODELS, CifarResNet, build

VALIDATED = ("mobilenet_v2", "oddities", "pre_activation", "squeeze")
"""Models small enough for the damping by pictures held out, which rounds every layer many times."""


def likeness(model: nn.Module, pictures: Tensor, got: Tensor) -> float:
    with torch.no_grad():
        expected = model(pictures).flatten(1).double()
    return float(cosine_similarity(expected, got).min())


def smooth(shape: tuple[int, ...], seed: int) -> Tensor:
    """Pictures whose neighbouring pixels are alike."""
    coarse = torch.randn(*shape[:2], 5, 5, generator=torch.Generator().manual_seed(seed))
    return nn.functional.interpolate(coarse, shape[2:], mode="bicubic")


def small() -> nn.Module:
    """Two convolutions, batch norm and a classifier."""
    torch.manual_seed(3)
    first = [nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU()]
    last = [nn.Conv2d(8, 16, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)]
    return nn.Sequential(*first, *last).eval()


@pytest.mark.parametrize("name", MODELS)
def test_quantized_networks_are_near_float(name: str, tmp_path: Path) -> None:
    model, example = build(name)
    network = quantize(model, smooth((16, *example.shape[1:]), 0), options=PtqOptions(validated=name in VALIDATED))
    pictures = smooth((4, *example.shape[1:]), 1)
    outputs = evaluate(network, pictures)
    assert likeness(model, pictures, outputs) > 0.9
    save(network, pictures, tmp_path / "net.safetensors")
    assert torch.equal(evaluate(load(tmp_path / "net.safetensors"), pictures), outputs)


def test_bytes_graphs_and_real_pictures_agree() -> None:
    model = small()
    given = torch.randint(0, 256, (4, 3, 32, 32), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    affine = Affine(1 / 64, 128)
    real = affine.dequantize(given).float()
    networks = [
        quantize(model, given, affine),
        quantize(model, real, affine),
        quantize(import_module(model, real), given, affine),
    ]
    assert torch.equal(evaluate(networks[0], given), evaluate(networks[1], real))
    assert torch.equal(evaluate(networks[0], given), evaluate(networks[2], given))


def test_a_single_picture_and_a_channel_of_zeros() -> None:
    model = CifarResNet().eval()
    nn.init.zeros_(model.conv1.weight[0])
    pictures = smooth((8, 3, 32, 32), 2)
    assert likeness(model, pictures[1:], evaluate(quantize(model, pictures[:1]), pictures[1:])) > 0.9


def test_constant_pictures_and_a_network_of_zeros() -> None:
    model = small()
    constant = evaluate(quantize(model, torch.zeros(4, 3, 32, 32)), torch.zeros(2, 3, 32, 32))
    assert likeness(model, torch.zeros(2, 3, 32, 32), constant) > 0.9
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    assert float(evaluate(quantize(model, torch.randn(2, 3, 32, 32)), torch.randn(2, 3, 32, 32)).abs().max()) == 0


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (torch.zeros(0, 3, 32, 32), r"expected float or uint8 \(N, C, H, W\), N at least 1"),
        (torch.zeros(3, 32, 32), "expected float or uint8"),
        (torch.zeros(1, 3, 32, 32).long(), "expected float or uint8"),
        (torch.full((1, 3, 32, 32), torch.nan), "pictures hold NaN or infinity"),
        (torch.full((1, 3, 32, 32), torch.inf), "pictures hold NaN or infinity"),
        (torch.zeros(1, 4, 32, 32), "it fails on an input of shape"),
    ],
)
def test_refuses_pictures_that_are_none(pictures: Tensor, message: str) -> None:
    with pytest.raises(LayerError, match=message):
        quantize(small(), pictures)


def test_refuses_pictures_of_another_size_later() -> None:
    network = quantize(small(), torch.randn(2, 3, 32, 32))
    with pytest.raises(LayerError, match=r"expected uint8 \(N, 3, 32, 32\)"):
        evaluate(network, torch.randn(2, 3, 16, 16))
    with pytest.raises(LayerError, match=r"expected uint8 \(N, 3, 32, 32\)"):
        evaluate(network, torch.randn(0, 3, 32, 32))
    with pytest.raises(LayerError, match="pictures hold NaN or infinity"):
        evaluate(network, torch.full((1, 3, 32, 32), torch.nan))
