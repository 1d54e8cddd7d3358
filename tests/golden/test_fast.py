"""The fast path gives the bits of the definition."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings

from golden.fast import exact_type, run_fast
from golden.integer import run_layer
from golden.ladder import magnitudes, metadata
from golden.layer import QuantizedLayer
from tests.golden.layers import LARGEST, SMALLEST, Case, cases, layer_of

WIDEST = metadata(1, 0)
ODD = metadata(0, 0)  # the list with a magnitude of 3
DELTA_1 = 0b0110  # the BCE coefficient 1: 2^6 / 2^6
BELOW, BEYOND = 65793, 65799  # times 255: 2^24 - 1, and the first odd sum of such weights that float32 lacks


@given(cases(channels=24, kernel=7, size=12))
@settings(max_examples=80, deadline=None)
def test_fast_equals_the_definition(case: Case) -> None:
    assert torch.equal(run_fast(case.layer, case.x).long(), run_layer(case.layer, case.x).output)


@pytest.mark.parametrize(("code", "delta"), [(7, 0), (15, 0), (7, 0b1111), (15, 0b0111)])
def test_sums_at_the_limit_of_the_accumulator(code: int, delta: int) -> None:
    """A bias that takes the largest sum back to the middle of the output shows its last bit."""
    codes, widest = torch.full((1, 5482, 1, 1), code), torch.tensor([WIDEST])
    x = torch.full((1, 5482, 1, 3), 255)
    x[0, :3, 0, 1] = 254
    plain = layer_of(codes, metadata=widest, delta=torch.tensor([delta]))
    total = run_layer(plain, x).total.flatten()
    layer = layer_of(codes, metadata=widest, delta=torch.tensor([delta]), bias=100 - total[:1])
    expected = (total - total[0] + 100).clamp(0, 255)
    assert run_layer(layer, x).output.flatten().tolist() == expected.tolist()
    assert run_fast(layer, x).flatten().tolist() == expected.tolist()


def test_a_batch() -> None:
    x = torch.randint(0, 256, (3, 4, 5, 6), generator=torch.Generator().manual_seed(0))
    layer = layer_of(torch.arange(4 * 9).reshape(4, 1, 3, 3) % 16, groups=4, stride=2, pad_right=2, zero_in=77)
    assert torch.equal(run_fast(layer, x).long(), run_layer(layer, x).output)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("meta", [ODD, WIDEST])
def test_sizes_at_which_libraries_change_their_algorithm(threads: int, meta: int) -> None:
    """3x3 kernels, many channels and pictures."""
    generator = torch.Generator().manual_seed(0)
    codes = torch.randint(0, 16, (48, 64, 3, 3), generator=generator)
    channels = torch.arange(48)
    layer = layer_of(
        codes,
        metadata=torch.full((48,), meta),
        delta=channels % 16,
        shift=torch.full((48,), 3 + 12),
        pad_top=1,
        pad_left=1,
        zero_in=3,
        zero_out=128,
    )
    x = torch.randint(0, 256, (20, 64, 9, 9), generator=generator)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        assert torch.equal(run_fast(layer, x).long(), run_layer(layer, x).output)
    finally:
        torch.set_num_threads(before)


def test_float32_only_below_its_limit() -> None:
    """255 * 24 * 2741 is below 2^24, one tap more is not."""
    wide, expected = torch.tensor([WIDEST]), {2741: torch.float32, 2742: torch.float64}
    for taps, kind in expected.items():
        assert exact_type(layer_of(torch.full((1, taps, 1, 1), 7), metadata=wide)) == kind


def codes_of(total: int, sign: int, taps: int) -> torch.Tensor:
    """Return codes of the list ODD, int64 (taps,), of weights of one sign that sum up to ``total``, threes all."""
    levels: list[int] = []
    for level, magnitude in reversed(list(enumerate(magnitudes(ODD)))[1:]):
        if magnitude % 3:
            continue
        levels += [level] * (total // magnitude)
        total %= magnitude
    assert total == 0
    codes = torch.tensor(levels + [0] * (taps - len(levels)))
    return torch.where(codes > 0, codes + (8 if sign < 0 else 0), 0)


def outputs_near(layer: QuantizedLayer, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the fast path's and the definition's outputs with biases that bring every channel's largest sum to 100."""
    total = run_layer(layer, x).total.transpose(0, 1).flatten(1)
    bias = 100 - torch.where(total.max(1).values > 0, total.max(1).values, total.min(1).values)
    moved = replace(layer, bias=bias)
    expected = run_layer(moved, x).output
    assert bool((expected == 100).transpose(0, 1).flatten(1).any(1).all())
    return run_fast(moved, x).long(), expected


KINDS: dict[str, dict[str, Any]] = {
    "linear": {"shape": (5500, 1, 1), "size": (1, 1)},
    "1x1 of stride 2": {"shape": (5500, 1, 1), "size": (5, 4), "stride": 2},
    "3x3 with padding": {"shape": (611, 3, 3), "size": (4, 5), "pad_top": 1, "pad_left": 1, "pad_right": 1},
    "5x5 of packed pixels": {"shape": (220, 5, 5), "size": (6, 7), "stride": 2, "pad_bottom": 2},
    "7x7 of stride 2": {"shape": (113, 7, 7), "size": (9, 9), "stride": 2, "pad_top": 3, "pad_left": 3},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("delta", [0, DELTA_1])
@pytest.mark.parametrize(("total", "exact"), [(BELOW, torch.float32), (BEYOND, torch.float64)])
def test_sums_on_either_side_of_what_float32_holds(kind: str, delta: int, total: int, exact: torch.dtype) -> None:
    """One channel reaches the largest sum, one the lowest, in every window: the padding is 255, too."""
    fields = dict(KINDS[kind])
    shape, size = fields.pop("shape"), fields.pop("size")
    taps = torch.Size(shape).numel()
    codes = torch.stack([codes_of(total, sign, taps).reshape(shape) for sign in (1, -1)])
    both = {"metadata": torch.full((2,), ODD), "delta": torch.full((2,), delta), "zero_in": 255}
    layer = layer_of(codes, **both, **fields)
    x = torch.full((2, shape[0], *size), 255)
    x[1, :5] = torch.randint(254, 256, x[1, :5].shape, generator=torch.Generator().manual_seed(total))
    fast, expected = outputs_near(layer, x)
    assert torch.equal(fast, expected)
    assert exact_type(layer) == exact


def test_the_largest_window_sum() -> None:
    """Weights of 0 leave the window sum alone: 1342 * 49 * 255, just below what the contract and float32 hold."""
    layer = layer_of(torch.zeros(1, 1342, 7, 7).long(), delta=torch.tensor([DELTA_1]))
    x = torch.full((2, 1342, 7, 7), 255)
    x[1, 0, 0, 0] = 254
    fast, expected = outputs_near(layer, x)
    assert torch.equal(fast, expected)
    assert exact_type(layer) == torch.float32


@pytest.mark.parametrize("code", [LARGEST, SMALLEST])
def test_the_largest_depthwise_sums(code: int) -> None:
    """49 * 24 * 255, which float32 always holds, with a window sum for each channel."""
    widest = {"metadata": torch.full((3,), WIDEST), "delta": torch.tensor([0, DELTA_1, 0b1111])}
    layer = layer_of(torch.full((3, 1, 7, 7), code), **widest, groups=3, stride=2, pad_top=3, pad_left=3, zero_in=255)
    x = torch.full((1, 3, 9, 9), 255)
    x[0, :, 8] = 254
    fast, expected = outputs_near(layer, x)
    assert torch.equal(fast, expected)
    assert exact_type(layer) == torch.float32
