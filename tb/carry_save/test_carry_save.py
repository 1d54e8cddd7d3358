"""Exact sums of two numbers of unsigned terms and carries: random, and every term at an extreme."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import Timer

from tb.compare import Comparison, Integers, fields, generator, pack

RANDOM_SUMS = 1000


async def check(dut: Any, comparison: Comparison, terms: Integers, carries: Integers) -> None:
    """Drive one set of terms and carries, and compare the sum of the two numbers."""
    dut.terms.value = pack(terms, int(dut.WIDTH.value))
    dut.carries.value = pack(carries, 1)
    await Timer(1, "ns")
    got = fields(dut.sums.value.to_unsigned(), int(dut.SUM_WIDTH.value), 2, signed=False)
    comparison.equal(f"sum of {terms} and carries {carries}", got.sum(), terms.sum() + carries.sum())


@cocotb.test()
async def test_extremes(dut: Any) -> None:
    """All terms lowest or highest with and without carries, and one term or carry alone at each place."""
    comparison = Comparison()
    inputs, highest = int(dut.INPUTS.value), (1 << int(dut.WIDTH.value)) - 1
    none = np.zeros(inputs - 2, dtype=np.int64)
    for value in (0, 1, highest - 1, highest):
        for carry in (0, 1):
            await check(dut, comparison, np.full(inputs, value), none + carry)
    for place in range(inputs):
        one = (np.arange(inputs) == place).astype(np.int64)
        for value in (1, highest):
            await check(dut, comparison, one * value, none)
            await check(dut, comparison, (1 - one) * value, none + 1)
        await check(dut, comparison, np.zeros(inputs, dtype=np.int64), one[: inputs - 2])
    comparison.done()


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random terms with random carries."""
    comparison, rng = Comparison(), generator()
    inputs, width = int(dut.INPUTS.value), int(dut.WIDTH.value)
    for _ in range(RANDOM_SUMS):
        await check(dut, comparison, rng.integers(0, 1 << width, inputs), rng.integers(0, 2, inputs - 2))
    comparison.done(minimum=RANDOM_SUMS)
