"""Every delta at the corners of the window sum and at random ones, against golden.integer."""

from typing import Any

import cocotb
import torch
from cocotb.triggers import Timer

from golden.contract import ACC_WIDTH, BIAS_WIDTH, DELTA, SUM_WIDTH, WINDOW_WIDTH
from golden.integer import bce_term
from tb.compare import Comparison, generator
from tb.coverage.points import export, sample_bce

WINDOW_MAX = (1 << WINDOW_WIDTH) - 1
ACC_HALF, BIAS_HALF = 1 << (ACC_WIDTH - 1), 1 << (BIAS_WIDTH - 1)
RANDOM_WINDOWS = 8


@cocotb.test()
async def test_every_delta(dut: Any) -> None:
    """Every delta x powers of two around each bit of S, its ends, and random sums; random accumulators and biases."""
    comparison, rng = Comparison(), generator()
    powers = [1 << bit for bit in range(WINDOW_WIDTH)]
    corners = {0, WINDOW_MAX, WINDOW_MAX - 1, *powers, *(power - 1 for power in powers[1:])}
    for delta in range(1 << DELTA["width"]):
        windows = [*sorted(corners), *rng.integers(0, WINDOW_MAX + 1, RANDOM_WINDOWS).tolist()]
        terms = bce_term(torch.tensor(delta), torch.tensor(windows)).tolist()
        accumulators = rng.integers(-ACC_HALF, ACC_HALF, len(windows)).tolist()
        biases = rng.integers(-BIAS_HALF, BIAS_HALF, len(windows)).tolist()
        dut.delta.value = delta
        for window, term, acc, bias in zip(windows, terms, accumulators, biases, strict=True):
            dut.window.value = window
            dut.acc.value = acc & ((1 << ACC_WIDTH) - 1)
            dut.bias.value = bias & ((1 << BIAS_WIDTH) - 1)
            await Timer(1, "ns")
            got = (dut.partial.value.to_unsigned() + dut.carries.value.to_unsigned()) & ((1 << SUM_WIDTH) - 1)
            expected = (acc + bias + term) & ((1 << SUM_WIDTH) - 1)
            comparison.equal(f"delta {delta:#x} window {window} acc {acc} bias {bias}", got, expected)
        sample_bce([delta])
    comparison.done(minimum=len(corners) << DELTA["width"])
    export()
