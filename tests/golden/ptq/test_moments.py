"""Moments are those of the windows that a convolution sees."""

import pytest
import torch

from golden.affine import Affine
from golden.float_layer import FloatLayer
from golden.ptq.moments import choose_pixels, damper, gather_sums, windows


def layer_of(groups: int, stride: int) -> FloatLayer:
    generator = torch.Generator().manual_seed(groups + stride)
    weight = torch.randn(4 if groups > 1 else 3, 1 if groups > 1 else 4, 2, 3, generator=generator)
    return FloatLayer("test", weight, torch.zeros(len(weight)), groups, stride, (1, 0, 2, 1))


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_is_weights_times_windows(groups: int, stride: int) -> None:
    layer = layer_of(groups, stride)
    x = torch.randn(3, 4, 6, 7, generator=torch.Generator().manual_seed(0))
    expected = layer.linear_output(x)
    pixels = choose_pixels(tuple(expected.shape), 1 << 20, torch.Generator())
    seen = windows(layer, x, pixels, expected.shape[3])
    weight = layer.weight.flatten(2)
    got = torch.einsum("pik,oik->po", seen, weight) if groups == 1 else (seen * weight[None, :, 0]).sum(2)
    assert torch.allclose(got, expected.permute(0, 2, 3, 1).reshape(got.shape), atol=1e-5)


@pytest.mark.parametrize("groups", [1, 4])
def test_output_variance_follows_from_the_moments(groups: int) -> None:
    """The variance of w x over the windows is w' square w; that of two halves added is that of both."""
    layer, input = layer_of(groups, 1), Affine(0.02, 40)
    real = torch.randn(4, 4, 6, 7, generator=torch.Generator().manual_seed(1))
    x = input.quantize(real).to(torch.uint8)
    output = layer.linear_output(real)
    pixels = choose_pixels(tuple(output.shape), 1 << 20, torch.Generator())
    halves = [
        gather_sums(layer, x[part], input, real[part], pixels[part], output.shape[3])
        for part in (slice(0, 1), slice(1, None))
    ]
    moments = (halves[0] + halves[1]).moments()
    weight = layer.weight.double().reshape(layer.groups, -1, layer.weight[0].numel())
    for matrix, other in ((moments.square, input.dequantize(x)), (moments.cross, real.double())):
        exact = layer.linear_output(input.dequantize(x).float()).double()
        twin = layer.linear_output(other.float()).double()
        centred = [t - t.mean((0, 2, 3), keepdim=True) for t in (exact, twin)]
        expected = (centred[0] * centred[1]).mean((0, 2, 3)) / input.scale**2
        got = (((weight @ matrix) * weight).sum(2)).flatten()
        assert torch.allclose(got, expected, rtol=1e-3, atol=1e-3)


def test_pixels_are_drawn_without_repetition_and_bounded() -> None:
    pixels = choose_pixels((5, 8, 6, 7), 60, torch.Generator().manual_seed(0))
    assert pixels.shape == (5, 12)
    assert all(len(set(row.tolist())) == 12 for row in pixels)
    assert int(pixels.min()) >= 0
    assert int(pixels.max()) < 42


def test_damping_is_positive_where_nothing_varies() -> None:
    square = torch.zeros(2, 3, 3, dtype=torch.float64)
    square[0, 1, 1] = 5
    assert float(damper(square).min()) > 0


def test_small_spreads_far_from_zero_are_exact() -> None:
    """Bytes of 254 and 255: products in float32 must not swallow a variance of a quarter."""
    layer = FloatLayer("test", torch.ones(1, 2, 1, 1), torch.zeros(1), 1, 1, (0, 0, 0, 0))
    x = torch.randint(254, 256, (2, 2, 300, 300), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    pixels = choose_pixels((2, 1, 300, 300), 1 << 20, torch.Generator())
    moments = gather_sums(layer, x, Affine(1.0, 0), x.float(), pixels, 300).moments()
    expected = torch.cov(x.permute(1, 0, 2, 3).reshape(2, -1).double(), correction=0)
    assert torch.allclose(moments.square[0], expected, rtol=0, atol=1e-9)
    assert torch.allclose(moments.cross[0], expected, rtol=0, atol=1e-9)
