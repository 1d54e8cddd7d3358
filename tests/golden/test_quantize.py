"""Quantizing one layer: the integers stand for the float layer within the error their steps explain."""

from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from golden.affine import Affine
from golden.codes import decode
from golden.errors import LayerError
from golden.float_layer import Activation, FloatLayer, activate, fully_connected
from golden.integer import delta_numerator, run_layer
from golden.quantize import (
    Chosen,
    Quantized,
    assemble_layer,
    encode_delta,
    encode_ratio,
    quantize_float_layer,
    quantize_layer,
)
from tests.golden import reference


def float_layer(seed: int, groups: int = 1, activation: Activation = "relu", kernel: int = 3) -> FloatLayer:
    generator = torch.Generator().manual_seed(seed)
    channels = 8 if groups > 1 else 6
    weight = torch.randn(channels, 1 if groups > 1 else 5, kernel, kernel, generator=generator) * 0.2
    weight *= torch.rand(channels, 1, 1, 1, generator=generator) + 0.1
    bias = torch.randn(channels, generator=generator) * 0.3
    return FloatLayer("test", weight, bias, groups, 1 + seed % 2, (1, 0, 1, 1), activation)


def pictures(layer: FloatLayer, seed: int) -> Tensor:
    x = torch.randn(4, layer.channels_in, 9, 8, generator=torch.Generator().manual_seed(seed))
    return x.clamp(min=0) if seed % 3 else x


LAYERS = st.builds(
    float_layer, st.integers(0, 1000), st.sampled_from([1, 8]), st.sampled_from(["linear", "relu", "relu6"]),
    st.sampled_from([1, 3]),
)  # fmt: skip


def weight_scale(quantized: Quantized, source: Affine) -> Tensor:
    """Return s_w of each channel from M / 2^(sh + 2) = s_x s_w / s_y, (1, OC, 1, 1)."""
    ratio = quantized.layer.multiplier.double() / 2.0 ** (quantized.layer.shift + 2)
    return (ratio * quantized.output.scale / source.scale)[None, :, None, None]


@given(LAYERS, st.integers(0, 1000), st.booleans())
@settings(max_examples=30, deadline=None)
def test_integers_compute_the_dequantized_layer(layer: FloatLayer, seed: int, dynamic: bool) -> None:
    """Without the static correction the bytes are the rounded output of the decoded weights plus delta."""
    _, source, levels = quantize_float_layer(layer, pictures(layer, seed))
    target = layer.linear_output(pictures(layer, seed))
    quantized = quantize_layer(layer, levels, source, target, dynamic=dynamic, static=False)
    integers = quantized.layer
    scale = weight_scale(quantized, source)
    delta = delta_numerator(integers.delta).double() / (1 << 6)
    weights = (decode(integers.codes, integers.metadata) + delta[:, None, None, None]) * scale.reshape(-1, 1, 1, 1)
    real = replace(layer, weight=weights, bias=layer.bias.double()).linear_output(source.dequantize(levels))
    got = quantized.output.dequantize(run_layer(integers, levels).output)
    low = quantized.output.dequantize(torch.tensor(integers.clamp_low))
    high = quantized.output.dequantize(torch.tensor(integers.clamp_high))
    step = source.scale * scale
    rounding = 0.501 + 2.0**-5  # steps of the output: the last rounding, and that of the shift before M
    slack = 2.0**-15 * (real.abs() + layer.bias.abs()[:, None, None])
    allowed = rounding * quantized.output.scale + 1.01 * step + slack  # of a step the BCE term and the bias half each
    assert bool(((got - real.clamp(low, high)).abs() <= allowed).all())


@given(LAYERS, st.integers(0, 1000))
@settings(
    max_examples=100, deadline=None, derandomize=True
)  # the bound is that of a distribution: always the same draws
def test_error_against_float(layer: FloatLayer, seed: int) -> None:
    x = pictures(layer, seed)
    quantized, _, levels = quantize_float_layer(layer, x)
    real = activate(layer.linear_output(x), layer.activation).double()
    error = quantized.output.dequantize(run_layer(quantized.layer, levels).output) - real
    assert float(error.square().mean() / real.square().mean()) < 0.12**2


@given(LAYERS, st.integers(0, 1000), st.booleans())
@settings(max_examples=20, deadline=None)
def test_static_correction_leaves_no_mean_error(layer: FloatLayer, seed: int, dynamic: bool) -> None:
    _, source, levels = quantize_float_layer(layer, pictures(layer, seed))
    target = layer.linear_output(pictures(layer, seed))
    quantized = quantize_layer(layer, levels, source, target, dynamic=dynamic)
    half = (2.0 ** (quantized.layer.shift - 8) - 1).clamp(min=0) / 2  # of what the shift cuts off
    mean = run_layer(quantized.layer, levels).total.double().mean((0, 2, 3)) - half
    wanted = target.double().mean((0, 2, 3)) / (source.scale * weight_scale(quantized, source).flatten())
    assert bool(((mean - wanted).abs() <= 0.5 + 2.0**-15 * wanted.abs()).all())


def test_dynamic_off_leaves_no_delta() -> None:
    layer = float_layer(1)
    _, source, levels = quantize_float_layer(layer, pictures(layer, 1))
    target = layer.linear_output(pictures(layer, 1))
    assert int(quantize_layer(layer, levels, source, target).layer.delta.count_nonzero()) > 0
    assert int(quantize_layer(layer, levels, source, target, dynamic=False).layer.delta.count_nonzero()) == 0


@pytest.mark.parametrize(
    ("activation", "low", "high"), [("linear", 0, 255), ("relu", None, 255), ("relu6", None, None)]
)
def test_clamp_of_the_activation(activation: Activation, low: int | None, high: int | None) -> None:
    layer = float_layer(0, activation=activation)
    quantized, _, _ = quantize_float_layer(replace(layer, weight=layer.weight * 40), pictures(layer, 0))
    integers, output = quantized.layer, quantized.output
    assert integers.clamp_low == (output.zero if low is None else low)
    assert integers.clamp_high == (min(255, round(6 / output.scale + output.zero)) if high is None else high)


def test_shape_fields_are_the_float_layers() -> None:
    layer = float_layer(1, groups=8)
    quantized, source, _ = quantize_float_layer(layer, pictures(layer, 3))
    integers = quantized.layer
    assert (integers.pad_top, integers.pad_bottom, integers.pad_left, integers.pad_right) == layer.padding
    assert (integers.groups, integers.stride, integers.zero_in) == (8, 2, source.zero)
    assert integers.codes.shape == layer.weight.shape


def test_channels_without_weights() -> None:
    layer = float_layer(4, activation="linear")
    weight, bias = layer.weight.clone(), layer.bias.clone()
    weight[1], bias[1] = 0, 0
    weight[2], bias[2] = 0, 0.75
    x = pictures(layer, 4)
    quantized, _, levels = quantize_float_layer(replace(layer, weight=weight, bias=bias), x)
    output = quantized.output.dequantize(run_layer(quantized.layer, levels).output)
    assert float(output[:, 1].abs().max()) == 0
    assert float((output[:, 2] - 0.75).abs().max()) <= 0.501 * quantized.output.scale


def test_layer_of_zeros_and_dead_input() -> None:
    layer = float_layer(4)
    zeros = replace(layer, weight=0 * layer.weight, bias=0 * layer.bias)
    quantized, _, levels = quantize_float_layer(zeros, 0 * pictures(layer, 4))
    assert int((run_layer(quantized.layer, levels).output - quantized.output.zero).abs().max()) == 0


def test_channel_of_tiny_weights_behind_a_large_bias() -> None:
    layer = float_layer(5, activation="linear")
    weight, bias = layer.weight.clone(), layer.bias.clone()
    weight[0], bias[0] = weight[0] * 1e-12, 5.0
    quantized, _, levels = quantize_float_layer(replace(layer, weight=weight, bias=bias), pictures(layer, 5))
    output = quantized.output.dequantize(run_layer(quantized.layer, levels).output)
    assert float((output[:, 0] - 5).abs().max()) <= 0.6 * quantized.output.scale


def test_fully_connected() -> None:
    generator = torch.Generator().manual_seed(0)
    layer = fully_connected("fc", torch.randn(10, 48, generator=generator), torch.randn(10, generator=generator))
    x = torch.rand(16, 3, 4, 4, generator=generator)
    quantized, _, levels = quantize_float_layer(layer, x)
    real = layer.linear_output(x.flatten(1)[:, :, None, None])
    error = quantized.output.dequantize(run_layer(quantized.layer, levels).output) - real
    assert float(error.square().mean() / real.square().mean()) < 0.12**2


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_no_number_in_the_calibration(value: float) -> None:
    layer = float_layer(0)
    x = pictures(layer, 0)
    _, source, levels = quantize_float_layer(layer, x)
    target = layer.linear_output(x)
    target[0, 0, 0, 0] = value
    with pytest.raises(LayerError, match="calibration output holds NaN or infinity"):
        quantize_layer(layer, levels, source, target)
    x[0, 0, 0, 0] = value
    with pytest.raises(LayerError, match="NaN or infinity"):
        quantize_float_layer(layer, x)


def test_calibration_of_another_shape() -> None:
    layer = float_layer(0)
    _, source, levels = quantize_float_layer(layer, pictures(layer, 0))
    target = layer.linear_output(pictures(layer, 0))
    with pytest.raises(LayerError, match="calibration output of shape"):
        quantize_layer(layer, levels, source, target[:, :, 1:])
    with pytest.raises(LayerError, match="input of shape"):
        quantize_float_layer(layer, torch.zeros(1, 4, 9, 8))


@pytest.mark.parametrize("ratio", [1.0, 2.0**-5])  # the shift before M cuts nothing off
@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.5, -0.3])
def test_bias_stands_in_the_middle_of_what_the_term_cuts_off(ratio: float, fraction: float) -> None:
    """Totals of every byte are at most 1/2 from b + delta S, and half of what trunc(delta S) can lose."""
    delta = torch.arange(16)
    zeros = torch.zeros(16, 1, 1, 1)
    layer = FloatLayer("test", zeros, torch.full((16,), fraction), 1, 1, (0, 0, 0, 0), "linear")
    chosen = Chosen(zeros.long(), torch.zeros(16).long(), torch.ones(16, dtype=torch.float64), delta)
    x = torch.arange(256).reshape(1, 1, 16, 16)
    quantized = assemble_layer(layer, chosen, x, Affine(1.0, 0), Affine(1 / ratio, 0), None)
    value = delta_numerator(delta).double()[:, None] / (1 << 6)
    lost = torch.where(value == 0, 0, (1 - value.abs()).clamp(min=0) / 2)
    off = run_layer(quantized.layer, x).total.reshape(16, 256) - (fraction + value * x.reshape(1, 256))
    assert bool((off.abs() <= 0.5 + lost + 1e-6).all())


def test_every_delta_is_its_nearest_code() -> None:
    assert torch.equal(
        delta_numerator(encode_delta(delta_numerator(torch.arange(16)) / (1 << 6))),
        delta_numerator(torch.arange(16)),
    )


@given(st.floats(-30, 30), st.integers(-11, -2))
def test_encode_delta_is_nearest(value: float, exponent: int) -> None:
    delta = value * 2.0**exponent
    choices = sorted({reference.coefficient(code) for code in range(16)}, key=abs)
    best = min(choices, key=lambda choice: (abs(choice - Fraction(delta)), abs(choice)))
    got = reference.coefficient(int(encode_delta(torch.tensor([delta], dtype=torch.float64))))
    assert got == best


@given(st.floats(2.0**-26, 2.0**3))
def test_encode_ratio(ratio: float) -> None:
    multiplier, shift = (int(t) for t in encode_ratio(torch.tensor([ratio], dtype=torch.float64)))
    assert 1 << 5 <= multiplier < 1 << 6
    assert 0 <= shift <= 30
    assert abs(multiplier / 2 ** (shift + 2) - ratio) <= ratio * 2.0**-6


def test_encode_ratio_at_its_limits() -> None:
    assert [int(t) for t in encode_ratio(torch.tensor([(2.0**6 - 1) / 2**2]))] == [(1 << 6) - 1, 0]
    assert [int(t) for t in encode_ratio(torch.tensor([(2.0**7 - 1) / 2**7]))] == [1 << 5, 3]
    with pytest.raises(LayerError, match=r"expected at most 15\.75"):
        encode_ratio(torch.tensor([16.0]))


@given(st.integers(0, 1000), st.floats(1e-9, 1e-2))
@settings(max_examples=20, deadline=None)
def test_an_almost_dead_layer_has_steps_that_m_reaches(seed: int, alive: float) -> None:
    """ReLU leaves one tiny output: the step grows until M fits, and the output is as exact as the total can be."""
    layer, x = float_layer(seed), pictures(float_layer(seed), seed)
    layer = replace(layer, bias=layer.bias - layer.linear_output(x).max() + alive)
    quantized, source, _ = quantize_float_layer(layer, x)
    unit = float((weight_scale(quantized, source) * source.scale).max())
    assert quantized.output.scale >= unit / 16
