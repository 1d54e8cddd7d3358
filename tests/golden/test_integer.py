"""The golden model against the contract in plain Python, output by output."""

from fractions import Fraction

import hypothesis.strategies as st
import torch
from hypothesis import example, given, settings

from golden.integer import LayerTrace, bce_term, delta_numerator, requantize, run_layer
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
    assert delta_numerator(torch.arange(128)).tolist() == [2**12 * reference.coefficient(code) for code in range(128)]


@given(st.integers(0, 127), st.integers(0, (1 << 24) - 1))
def test_bce_rounds_half_up(delta: int, window: int) -> None:
    expected = reference.half_up(reference.coefficient(delta) * window)
    assert int(bce_term(torch.tensor(delta), torch.tensor(window))) == expected
    assert -(1 << 30) <= expected < 1 << 30


def test_bce_ties() -> None:
    smallest, negative = 0b0100000, 0b1100000
    tie = 1 << 10
    assert [int(bce_term(torch.tensor(smallest), torch.tensor(s))) for s in (tie - 1, tie, 3 * tie)] == [0, 1, 2]
    assert [int(bce_term(torch.tensor(negative), torch.tensor(s))) for s in (tie, tie + 1, 3 * tie)] == [0, -1, -1]


TOTAL = st.integers(-(1 << 33), (1 << 33) - 1)
BYTE = st.integers(0, 255)


@given(st.one_of(TOTAL, st.integers(-1000, 1000)), st.integers(0, (1 << 16) - 1), st.integers(0, 47), BYTE, BYTE, BYTE)
@example(-(1 << 33), (1 << 16) - 1, 0, 0, 0, 255)
@example((1 << 33) - 1, (1 << 16) - 1, 47, 255, 0, 255)
def test_requantize(total: int, multiplier: int, shift: int, zero: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    got = requantize(torch.tensor(total), torch.tensor(multiplier), torch.tensor(shift), zero, low, high)
    assert int(got) == reference.requantized(total, multiplier, shift, zero, low, high)


def test_requantize_rounds_ties_up() -> None:
    totals = torch.tensor([-5, -3, -1, 1, 3, 5])
    halves = requantize(totals, torch.ones(6).long(), torch.ones(6).long(), 100, 0, 255)
    assert halves.tolist() == [98, 99, 100, 101, 102, 103]
    assert [reference.half_up(Fraction(t, 2)) + 100 for t in totals.tolist()] == halves.tolist()


def test_requantize_clamps_after_the_zero_point() -> None:
    totals = torch.tensor([-300, -6, -5, 0, 5, 6, 300])
    ones, zeros = torch.ones(7).long(), torch.zeros(7).long()
    assert requantize(totals, ones, zeros, 10, 5, 15).tolist() == [5, 5, 5, 10, 15, 15, 15]
    assert requantize(totals, zeros, zeros, 200, 5, 15).tolist() == [15] * 7
