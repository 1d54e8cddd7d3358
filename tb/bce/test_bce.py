"""Every delta at the corners of the window sum and at random ones, against golden.integer."""

from typing import Any

import cocotb
import torch
from cocotb.triggers import Timer
from cocotb.types import LogicArray

from golden.contract import DELTA, WINDOW_WIDTH
from golden.integer import bce_term
from tb.compare import Comparison, generator
from tb.coverage.points import export, sample_bce

WINDOW_MAX = (1 << WINDOW_WIDTH) - 1
RANDOM_WINDOWS = 8


@cocotb.test()
async def test_every_delta(dut: Any) -> None:
    """Every delta x powers of two around each bit of S, its ends, and random sums."""
    comparison, rng = Comparison(), generator()
    powers = [1 << bit for bit in range(WINDOW_WIDTH)]
    corners = {0, WINDOW_MAX, WINDOW_MAX - 1, *powers, *(power - 1 for power in powers[1:])}
    for delta in range(1 << DELTA["width"]):
        windows = [*sorted(corners), *rng.integers(0, WINDOW_MAX + 1, RANDOM_WINDOWS).tolist()]
        expected = bce_term(torch.tensor(delta), torch.tensor(windows)).tolist()
        dut.delta.value = delta
        for window, term in zip(windows, expected, strict=True):
            dut.window.value = window
            await Timer(1, "ns")
            comparison.equal(f"delta {delta:#x} window {window}", _value(dut.term.value), term)
        sample_bce([delta])
    comparison.done(minimum=len(corners) << DELTA["width"])
    export()


def _value(term: LogicArray) -> int:
    """Return what a term in one's complement is."""
    return term.to_signed() + (term.to_signed() < 0)
