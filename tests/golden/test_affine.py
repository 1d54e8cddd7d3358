"""The affine map of activations, and its choice by the squared error."""

import math

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings

from golden.affine import Affine, choose_affine
from golden.errors import LayerError


def squared_error(affine: Affine, x: torch.Tensor) -> float:
    return float((affine.dequantize(affine.quantize(x)) - x.double()).square().sum())


@given(st.floats(1e-6, 1e6), st.integers(0, 255))
def test_bytes_survive(scale: float, zero: int) -> None:
    affine, levels = Affine(scale, zero), torch.arange(256)
    assert torch.equal(affine.quantize(affine.dequantize(levels)), levels)
    assert float(affine.dequantize(torch.tensor(zero))) == 0.0


@pytest.mark.parametrize(("scale", "zero"), [(0.0, 0), (-1.0, 0), (math.nan, 0), (math.inf, 0), (1.0, -1), (1.0, 256)])
def test_refuses_maps_that_are_none(scale: float, zero: int) -> None:
    with pytest.raises(LayerError, match=r"expected a scale of more than 0 and a zero point of 0\.\.255"):
        Affine(scale, zero)


def test_rounding_half_up_and_clamping() -> None:
    affine = Affine(2.0, 10)
    x = torch.tensor([-100.0, -3.0, -1.0, 0.99, 1.0, 3.0, 1000.0])
    assert affine.quantize(x).tolist() == [0, 9, 10, 10, 11, 12, 255]


@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(1e-4, 1e4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_chosen_map(seed: int, mean: float, spread: float, relu: bool) -> None:
    x = spread * (torch.randn(500, generator=torch.Generator().manual_seed(seed)) + mean)
    x = x.clamp(min=0) if relu else x
    affine = choose_affine(x)
    assert affine.scale > 0
    assert 0 <= affine.zero <= 255
    low, high = affine.dequantize(torch.tensor([0, 255])).tolist()
    assert low <= 0 <= high
    inside = x[(x >= low) & (x <= high)].double()
    error = (affine.dequantize(affine.quantize(inside)) - inside).abs()
    assert bool((error <= 0.5001 * affine.scale).all())
    bottom, top = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    if top > bottom:
        full = Affine((top - bottom) / 255, round(-bottom / (top - bottom) * 255))
        assert squared_error(affine, x) <= squared_error(full, x)


@pytest.mark.parametrize(("size", "power", "slack"), [(200, 3, 1.0), (10_000, 3, 1.0), (100_000, 1, 1.02)])
def test_no_clipped_range_is_better(size: int, power: int, slack: float) -> None:
    x = torch.randn(size, generator=torch.Generator().manual_seed(size)).double() ** power + 0.3
    low, high = float(x.min()), float(x.max())
    clips = [0.25 + 0.05 * index for index in range(16)]
    ranges = [(low * bottom, high * top) for bottom in clips for top in clips]
    maps = [Affine((top - bottom) / 255, round(-255 * bottom / (top - bottom))) for bottom, top in ranges]
    assert squared_error(choose_affine(x), x) <= slack * min(squared_error(affine, x) for affine in maps) + 1e-9


def test_no_negative_value_gives_zero_point_0() -> None:
    assert choose_affine(torch.tensor([0.0, 0.5, 3.0])).zero == 0
    assert choose_affine(torch.tensor([1.0, 2.0])).zero == 0


def test_no_positive_value_gives_zero_point_255() -> None:
    affine = choose_affine(torch.tensor([-1.0, -2.0]))
    assert affine.zero == 255
    assert affine.dequantize(affine.quantize(torch.tensor([-1.0]))) == pytest.approx(-1, abs=affine.scale)


def test_constant_zero() -> None:
    assert choose_affine(torch.zeros(2, 3)) == Affine(1.0, 0)


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_no_number(value: float) -> None:
    with pytest.raises(LayerError, match="activations hold NaN or infinity"):
        choose_affine(torch.tensor([1.0, value]))


@pytest.mark.parametrize("size", [28, 32, 56, 64])
def test_the_range_is_that_of_whole_pictures(size: int) -> None:
    """Pictures whose border is dark: a sample of their first columns alone would cut off the middle."""
    x = torch.rand(64, 16, size, size, generator=torch.Generator().manual_seed(size)) * 10
    x[..., : size // 4] /= 20
    affine = choose_affine(x)
    assert float(affine.dequantize(torch.tensor(255))) > 9
    assert float((affine.dequantize(affine.quantize(x)) - x).square().mean()) < 0.01
