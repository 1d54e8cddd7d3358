"""The fast path gives the bits of the definition."""

import torch
from hypothesis import given, settings

from golden.codes import metadata
from golden.fast import corrected_sum, run_fast
from golden.integer import run_layer
from tests.golden.layers import Case, cases, layer_of


@given(cases(channels=24, kernel=7, size=12))
@settings(max_examples=80, deadline=None)
def test_fast_equals_the_definition(case: Case) -> None:
    trace = run_layer(case.layer, case.x)
    assert torch.equal(corrected_sum(case.layer, case.x), trace.accumulator + trace.bce)
    assert torch.equal(run_fast(case.layer, case.x), trace.output)


def test_sums_at_the_limit_of_the_accumulator() -> None:
    codes = torch.full((2, 2740, 1, 1), 7)
    codes[1] = 15
    layer = layer_of(codes, metadata=torch.full((2,), metadata(6, 1)), delta=torch.tensor([0b0111111, 0b1111111]))
    x = torch.full((1, 2740, 1, 3), 255)
    x[0, 0, 0, 1] = 254
    trace = run_layer(layer, x)
    assert trace.accumulator[0, :, 0, 0].tolist() == [2740 * 255 * 192, -2740 * 255 * 192]
    assert torch.equal(corrected_sum(layer, x), trace.accumulator + trace.bce)


def test_a_batch() -> None:
    x = torch.randint(0, 256, (3, 4, 5, 6), generator=torch.Generator().manual_seed(0))
    layer = layer_of(torch.arange(4 * 9).reshape(4, 1, 3, 3) % 16, groups=4, stride=2, pad_right=2, zero_in=77)
    assert torch.equal(run_fast(layer, x), run_layer(layer, x).output)
