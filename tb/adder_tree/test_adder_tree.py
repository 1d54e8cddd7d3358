"""Exact sums of unsigned terms: random, and every term at an extreme."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import Timer

from tb.compare import Comparison, Integers, generator, pack

RANDOM_SUMS = 1000


async def check(dut: Any, comparison: Comparison, terms: Integers) -> None:
    """Drive one set of terms, and compare the sum."""
    dut.terms.value = pack(terms, int(dut.WIDTH.value))
    await Timer(1, "ns")
    comparison.equal(f"sum of {terms}", dut.sum.value.to_unsigned(), terms.sum())


@cocotb.test()
async def test_extremes(dut: Any) -> None:
    """All terms lowest or highest, and one term alone at each place."""
    comparison = Comparison()
    inputs, highest = int(dut.INPUTS.value), (1 << int(dut.WIDTH.value)) - 1
    for value in (0, 1, highest):
        await check(dut, comparison, np.full(inputs, value))
    for place in range(inputs):
        for value in (1, highest):
            await check(dut, comparison, (np.arange(inputs) == place) * value)
    comparison.done()


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random terms."""
    comparison, rng = Comparison(), generator()
    inputs, width = int(dut.INPUTS.value), int(dut.WIDTH.value)
    for _ in range(RANDOM_SUMS):
        await check(dut, comparison, rng.integers(0, 1 << width, inputs))
    comparison.done(minimum=RANDOM_SUMS)
