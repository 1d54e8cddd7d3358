"""The golden model against the contract in plain Python, output by output."""

import math
from fractions import Fraction

import hypothesis.strategies as st
import torch
from hypothesis import example, given, settings

from golden.integer import LayerTrace, bce_term, delta_numerator, delta_value, requantize, run_layer
from tests.golden import reference
from tests.golden.layers import Case, cases, layer_of


@given(cases())
@settings(max_examples=200, deadline=None)
def test_every_value_of_a_layer(case: Case) -> None:
    trace = run_layer(case.layer, case.x)
    expected = reference.run(case.layer, case.x[0])
    window = trace.window if case.layer.depthwise else trace.window.expand_as(trace.output)
    assert trace.accumulator[0].tolist() == expected.accumulator
    assert window[0].tolist() == expected.window
    assert trace.bce[0].tolist() == expected.bce
    assert trace.total[0].tolist() == expected.total
    assert trace.output[0].tolist() == expected.output


@given(cases(channels=3, kernel=7, size=8))
@settings(max_examples=25, deadline=None)
def test_large_kernels(case: Case) -> None:
    assert run_layer(case.layer, case.x).output[0].tolist() == reference.run(case.layer, case.x[0]).output


def test_window_sum_is_shared_by_the_channels_of_a_dense_layer() -> None:
    x = torch.randint(0, 256, (2, 3, 4, 5), generator=torch.Generator().manual_seed(0))
    dense = run_layer(layer_of(torch.zeros(7, 3, 1, 1, dtype=torch.int64)), x)
    depthwise = run_layer(layer_of(torch.zeros(3, 1, 1, 1, dtype=torch.int64), groups=3), x)
    assert dense.window.shape == (2, 1, 4, 5)
    assert torch.equal(dense.window, x.sum(1, keepdim=True))
    assert torch.equal(depthwise.window, x)


def test_pictures_of_a_batch_are_independent() -> None:
    x = torch.randint(0, 256, (3, 2, 4, 4), generator=torch.Generator().manual_seed(0))
    layer = layer_of(torch.arange(1, 9).reshape(1, 2, 2, 2), pad_top=1, zero_in=9)
    whole = run_layer(layer, x)
    for index in range(3):
        single = run_layer(layer, x[index : index + 1])
        for field in LayerTrace.__dataclass_fields__:
            assert torch.equal(getattr(whole, field)[index], getattr(single, field)[0])


def test_every_delta_code() -> None:
    codes, coefficients = torch.arange(16), [reference.coefficient(code) for code in range(16)]
    assert delta_numerator(codes).tolist() == [2**6 * coefficient for coefficient in coefficients]
    assert delta_value(codes).tolist() == coefficients


@given(st.integers(0, 15), st.integers(0, (1 << 24) - 1))
def test_bce_rounds_towards_zero(delta: int, window: int) -> None:
    expected = math.trunc(reference.coefficient(delta) * window)
    assert int(bce_term(torch.tensor(delta), torch.tensor(window))) == expected
    assert -(1 << 25) <= expected < 1 << 25


def test_bce_terms_of_the_smallest_coefficient() -> None:
    """1 / 32 and -1 / 32."""
    windows = torch.tensor([31, 32, 63, 64, 96])
    assert bce_term(torch.tensor(0b0001), windows).tolist() == [0, 1, 1, 2, 3]
    assert bce_term(torch.tensor(0b1001), windows).tolist() == [0, -1, -1, -2, -3]


TOTAL = st.integers(-(1 << 28), (1 << 28) - 1)
BYTE = st.integers(0, 255)


@given(st.one_of(TOTAL, st.integers(-1000, 1000)), st.integers(0, (1 << 6) - 1), st.integers(0, 30), BYTE, BYTE, BYTE)
@example(-(1 << 28), (1 << 6) - 1, 0, 0, 0, 255)
@example((1 << 28) - 1, (1 << 6) - 1, 30, 255, 0, 255)
def test_requantize(total: int, multiplier: int, shift: int, zero: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    got = requantize(torch.tensor(total), torch.tensor(multiplier), torch.tensor(shift), zero, low, high)
    assert int(got) == reference.requantized(total, multiplier, shift, zero, low, high)


def test_requantize_rounds_ties_up() -> None:
    totals = torch.tensor([-5, -3, -1, 1, 3, 5])
    halves = requantize(totals, torch.full((6,), 1 << 5), torch.full((6,), 4), 100, 0, 255)
    assert halves.tolist() == [98, 99, 100, 101, 102, 103]
    assert [reference.half_up(Fraction(t, 2)) + 100 for t in totals.tolist()] == halves.tolist()


def test_requantize_clamps_after_the_zero_point() -> None:
    totals = torch.tensor([-300, -6, -5, 0, 5, 6, 300])
    one, shift = torch.full((7,), 1 << 5), torch.full((7,), 3)
    assert requantize(totals, one, shift, 10, 5, 15).tolist() == [5, 5, 5, 10, 15, 15, 15]
    assert requantize(totals, 0 * one, shift, 200, 5, 15).tolist() == [15] * 7


def test_saturation_of_the_shifted_total_is_beyond_every_clamp() -> None:
    """With M of its full width, what saturates lies at or beyond the bytes' range whatever the zero point."""
    totals, shift = torch.tensor([-(1 << 28), (1 << 28) - 1]), torch.zeros(2).long()
    for multiplier in (1 << 5, (1 << 6) - 1):
        m = torch.full((2,), multiplier)
        assert requantize(totals, m, shift, 255, 0, 255)[0] == 0
        assert requantize(totals, m, shift, 0, 0, 255)[1] == 255
