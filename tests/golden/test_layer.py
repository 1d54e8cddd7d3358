"""Every refusal of a layer, and an overflow proof that refuses exactly what could overflow."""

from typing import Any

import pytest
import torch
from torch import Tensor

from golden.codes import encode
from golden.contract import ACC_WIDTH, KERNEL_MAX, N2_MAX, SHIFT_MAX
from golden.errors import LayerError
from golden.integer import run_layer
from golden.ladder import metadata
from golden.layer import QuantizedLayer, prove_no_overflow
from tests.golden.layers import layer_of

CODES = torch.ones(3, 3, 2, 2, dtype=torch.int64)
WIDEST = metadata(N2_MAX, 0)  # 2, 4, 6, 8, 12, 16, 24


def per_channel(value: float) -> Tensor:
    return torch.tensor([0, value, 0])


@pytest.mark.parametrize("codes", [(3, 2, 2), (3, 2, 2, 2, 1), (0, 2, 1, 1), (3, 0, 1, 1), (3, 2, 0, 1), (3, 2, 1, 0)])
def test_codes_of_another_shape(codes: tuple[int, ...]) -> None:
    with pytest.raises(LayerError, match=r"test: codes of shape .*, expected \(OC, IC, KH, KW\)"):
        layer_of(torch.zeros(codes, dtype=torch.int64))


@pytest.mark.parametrize("kernel", [(KERNEL_MAX + 1, 1), (1, KERNEL_MAX + 1)])
def test_kernel_too_large(kernel: tuple[int, int]) -> None:
    with pytest.raises(LayerError, match="expected at most 7x7"):
        layer_of(torch.zeros(1, 1, *kernel, dtype=torch.int64))


@pytest.mark.parametrize("groups", [0, -1, 2, 3, 6])
def test_groups(groups: int) -> None:
    with pytest.raises(LayerError, match="expected 1 or IC = OC = 3"):
        layer_of(CODES, groups=groups)


@pytest.mark.parametrize("field", ["metadata", "delta", "bias", "multiplier", "shift"])
@pytest.mark.parametrize("shape", [(2,), (4,), (3, 1), ()])
def test_parameters_of_another_shape(field: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(LayerError, match=rf"test: {field} of shape .*, expected \(3,\)"):
        layer_of(CODES, **{field: torch.zeros(shape, dtype=torch.int64)})


OUTSIDE: dict[str, list[Any]] = {
    "codes": [CODES * 16, CODES * -1, CODES * 0.5],
    "metadata": [per_channel(4), per_channel(8), per_channel(16), per_channel(-1), per_channel(1.0)],
    "delta": [per_channel(16), per_channel(-1), per_channel(0.5)],
    "bias": [per_channel(1 << 25), per_channel(-(1 << 25) - 1), per_channel(0.5)],
    "multiplier": [per_channel(1 << 6), per_channel(-1), per_channel(0.5)],
    "shift": [per_channel(SHIFT_MAX + 1), per_channel(-1), per_channel(0.5)],
    "stride": [0, 3, -1],
    **{f"pad_{side}": [-1, 8] for side in ("top", "bottom", "left", "right")},
    **{f: [-1, 256] for f in ("zero_in", "zero_out", "clamp_low", "clamp_high")},
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in OUTSIDE.items() for value in values])
def test_value_outside_its_range(field: str, value: object) -> None:
    with pytest.raises(LayerError, match=r"test: .* outside its integer range -?\d+\.\.\d+"):
        layer_of(CODES, **{field: value}) if field != "codes" else layer_of(value)  # type: ignore[arg-type]


LIMITS: dict[str, list[Any]] = {
    "metadata": [per_channel(0), per_channel(2)],
    "delta": [per_channel(15)],
    "bias": [per_channel((1 << 25) - 1), per_channel(-(1 << 25))],
    "multiplier": [per_channel((1 << 6) - 1)],
    "shift": [per_channel(SHIFT_MAX)],
    "stride": [1, 2],
    **{f"pad_{side}": [0, 7] for side in ("top", "bottom", "left", "right")},
    **{f: [0, 255] for f in ("zero_in", "zero_out", "clamp_high")},
    "clamp_low": [255],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in LIMITS.items() for value in values])
def test_limits_are_legal(field: str, value: object) -> None:
    layer_of(CODES, **{field: value})


def test_empty_clamp() -> None:
    with pytest.raises(LayerError, match=r"clamp 9\.\.8 is empty"):
        layer_of(CODES, clamp_low=9, clamp_high=8)
    layer_of(CODES, clamp_low=9, clamp_high=9)


def test_properties() -> None:
    dense, depthwise = layer_of(CODES), layer_of(CODES[:, :1], groups=3)
    assert (dense.channels_in, dense.channels_out, dense.kernel, dense.depthwise) == (3, 3, (2, 2), False)
    assert (depthwise.channels_in, depthwise.channels_out, depthwise.depthwise) == (3, 3, True)


@pytest.mark.parametrize(
    ("size", "stride", "pads", "expected"),
    [
        ((5, 6), 1, (0, 0, 0, 0), (4, 5)),
        ((5, 6), 2, (0, 0, 0, 0), (2, 3)),
        ((5, 6), 2, (1, 0, 0, 1), (3, 3)),
        ((1, 1), 1, (0, 1, 1, 0), (1, 1)),
    ],
)
def test_output_shape(
    size: tuple[int, int], stride: int, pads: tuple[int, int, int, int], expected: tuple[int, int]
) -> None:
    sides = dict(zip(("pad_top", "pad_bottom", "pad_left", "pad_right"), pads, strict=True))
    assert layer_of(CODES, stride=stride, **sides).output_shape(*size) == expected


@pytest.mark.parametrize("size", [(1, 4), (4, 1), (1, 1)])
def test_kernel_larger_than_the_input(size: tuple[int, int]) -> None:
    with pytest.raises(LayerError, match="a 2x2 kernel does not fit a padded"):
        layer_of(CODES).output_shape(*size)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(1, 2, 4, 4, dtype=torch.int64), "expected .N, 3, H, W."),
        (torch.zeros(3, 4, 4, dtype=torch.int64), "expected .N, 3, H, W."),
        (torch.zeros(1, 3, 0, 4, dtype=torch.int64), "expected .N, 3, H, W."),
        (torch.zeros(1, 3, 4, 4), "outside the integers"),
        (torch.full((1, 3, 4, 4), 256), "outside the integers"),
        (torch.full((1, 3, 4, 4), -1), "outside the integers"),
    ],
)
def test_input_of_another_shape_or_range(x: Tensor, message: str) -> None:
    with pytest.raises(LayerError, match=message):
        layer_of(CODES).check_input(x)
    with pytest.raises(LayerError, match=message):
        run_layer(layer_of(CODES), x)


def weights_with_sum(total: int) -> Tensor:
    """Return codes (1, IC, 1, 1) of the metadata WIDEST whose weights have one sign and sum to ``total``."""
    sign, rest = (1 if total > 0 else -1), abs(total)
    weights = []
    for magnitude in (24, 16, 12, 8, 6, 4, 2):
        weights += [sign * magnitude] * (rest // magnitude)
        rest %= magnitude
    assert rest == 0
    return encode(torch.tensor(weights).reshape(1, -1, 1, 1), torch.tensor([WIDEST]))


@pytest.mark.parametrize("sign", [1, -1])
def test_overflow_proof_is_tight(sign: int) -> None:
    limit = (1 << (ACC_WIDTH - 1)) - (sign > 0)
    fits = limit // 255 // 2 * 2
    layer = layer_of(weights_with_sum(sign * fits), metadata=torch.tensor([WIDEST]))
    bound = prove_no_overflow(layer)[0].tolist()
    assert bound == [min(0, 255 * sign * fits), max(0, 255 * sign * fits)]
    reached = run_layer(layer, torch.full((1, layer.channels_in, 1, 1), 255)).accumulator
    assert int(reached) == 255 * sign * fits
    assert limit - 255 * 2 < abs(int(reached)) <= limit
    with pytest.raises(LayerError, match="the accumulator of channel 0 could leave 26 bits"):
        layer_of(weights_with_sum(sign * (fits + 2)), metadata=torch.tensor([WIDEST]))


def test_overflow_proof_counts_each_sign_alone() -> None:
    half = weights_with_sum(3 * 42_500)
    both = torch.cat([half, half + 8], 1)
    layer = layer_of(both, metadata=torch.tensor([WIDEST]))
    assert prove_no_overflow(layer).tolist() == [[-255 * 127_500, 255 * 127_500]]


def test_overflow_proof_names_the_channel() -> None:
    codes = torch.cat([torch.zeros(2, 6000, 1, 1, dtype=torch.int64), torch.full((1, 6000, 1, 1), 7)])
    with pytest.raises(LayerError, match="channel 2"):
        layer_of(codes, metadata=torch.full((3,), WIDEST))


def test_window_proof_is_tight() -> None:
    taps = (1 << 24) // 255
    layer_of(torch.zeros(1, taps, 1, 1, dtype=torch.int64))
    with pytest.raises(LayerError, match=f"window sum of {taps + 1} taps could leave 24 bits"):
        layer_of(torch.zeros(1, taps + 1, 1, 1, dtype=torch.int64))


def test_bounds_hold_for_extreme_inputs() -> None:
    generator = torch.Generator().manual_seed(0)
    codes = torch.randint(0, 16, (4, 3, 2, 2), generator=generator)
    layer: QuantizedLayer = layer_of(codes, metadata=torch.tensor([0, 2, 0, 2]))
    low, high = prove_no_overflow(layer).T
    for channel in range(4):
        negative = torch.where(codes[channel : channel + 1] >= 8, 255, 0)
        assert int(run_layer(layer, negative).accumulator[0, channel]) == int(low[channel])
        assert int(run_layer(layer, 255 - negative).accumulator[0, channel]) == int(high[channel])


def test_a_reserved_list_among_legal_ones() -> None:
    with pytest.raises(LayerError, match=r"metadata \[0, 1\], expected of \[0, 2\]"):
        layer_of(CODES, metadata=per_channel(1))
