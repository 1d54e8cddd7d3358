"""The fast path gives the bits of the definition."""

import pytest
import torch
from hypothesis import given, settings

from golden.codes import metadata
from golden.fast import exact_type, run_fast
from golden.integer import run_layer
from tests.golden.layers import Case, cases, layer_of


@given(cases(channels=24, kernel=7, size=12))
@settings(max_examples=80, deadline=None)
def test_fast_equals_the_definition(case: Case) -> None:
    assert torch.equal(run_fast(case.layer, case.x).long(), run_layer(case.layer, case.x).output)


@pytest.mark.parametrize("code", [7, 15])
@pytest.mark.parametrize("delta", [0, 0b0111111, 0b1111111])
def test_sums_at_the_limit_of_the_accumulator(code: int, delta: int) -> None:
    """A bias that takes the largest sum back to the middle of the output shows its last bit."""
    codes, base_2 = torch.full((1, 2740, 1, 1), code), torch.tensor([metadata(6, 1)])
    x = torch.full((1, 2740, 1, 3), 255)
    x[0, :3, 0, 1] = 254
    plain = layer_of(codes, metadata=base_2, delta=torch.tensor([delta]))
    total = run_layer(plain, x).total.flatten()
    layer = layer_of(codes, metadata=base_2, delta=torch.tensor([delta]), bias=100 - total[:1])
    expected = (total - total[0] + 100).clamp(0, 255)
    assert run_layer(layer, x).output.flatten().tolist() == expected.tolist()
    assert run_fast(layer, x).flatten().tolist() == expected.tolist()


def test_a_batch() -> None:
    x = torch.randint(0, 256, (3, 4, 5, 6), generator=torch.Generator().manual_seed(0))
    layer = layer_of(torch.arange(4 * 9).reshape(4, 1, 3, 3) % 16, groups=4, stride=2, pad_right=2, zero_in=77)
    assert torch.equal(run_fast(layer, x).long(), run_layer(layer, x).output)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("meta", [metadata(0, 0), metadata(6, 1)])
def test_sizes_at_which_libraries_change_their_algorithm(threads: int, meta: int) -> None:
    """3x3 kernels, many channels and pictures; sums beyond 2^24 with the widest list."""
    generator = torch.Generator().manual_seed(0)
    codes = torch.randint(0, 16, (48, 64, 3, 3), generator=generator)
    channels = torch.arange(48)
    layer = layer_of(
        codes,
        metadata=torch.full((48,), meta),
        delta=channels + 64,
        shift=torch.full((48,), 13),
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
    """255 * 192 * 342 is below 2^24, one tap more is not."""
    wide, expected = torch.tensor([metadata(6, 1)]), {342: torch.float32, 343: torch.float64}
    for taps, kind in expected.items():
        assert exact_type(layer_of(torch.full((1, taps, 1, 1), 7), metadata=wide)) == kind
