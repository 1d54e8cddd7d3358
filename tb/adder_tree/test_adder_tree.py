"""Exact sums of signed terms and carries: random, and every term at an extreme."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import Timer

from golden.contract import CONTRACT
from tb.compare import Comparison, Integers, generator, pack

WIDTH: int = CONTRACT["product"]["width"]
LOWEST, HIGHEST = -(1 << (WIDTH - 1)), (1 << (WIDTH - 1)) - 1
RANDOM_SUMS = 1000


async def check(dut: Any, comparison: Comparison, terms: Integers, carries: Integers) -> None:
    """Drive one set of terms and carries, of which the first is none, and compare the sum."""
    dut.terms.value = pack(terms, WIDTH)
    dut.carries.value = pack(carries[1:], 1)
    await Timer(1, "ns")
    comparison.equal(
        f"sum of {terms} and carries {carries[1:]}", dut.sum.value.to_signed(), terms.sum() + carries[1:].sum()
    )


@cocotb.test()
async def test_extremes(dut: Any) -> None:
    """All terms lowest or highest that the contract allows with their carry, and one term alone at each place."""
    comparison = Comparison()
    inputs = int(dut.INPUTS.value)
    for value, carry in ((LOWEST, 0), (LOWEST, 1), (HIGHEST, 0), (HIGHEST - 1, 1), (0, 0), (0, 1), (-1, 1)):
        await check(dut, comparison, np.full(inputs, value), np.full(inputs, carry))
    for place in range(inputs):
        one = np.arange(inputs) == place
        for value in (LOWEST, HIGHEST, 1, -1):
            await check(dut, comparison, one * value, np.zeros(inputs, dtype=np.int64))
        await check(dut, comparison, np.zeros(inputs, dtype=np.int64), one.astype(np.int64))
    comparison.done()


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random terms with random carries."""
    comparison, rng = Comparison(), generator()
    inputs = int(dut.INPUTS.value)
    for _ in range(RANDOM_SUMS):
        await check(dut, comparison, rng.integers(LOWEST, HIGHEST, inputs), rng.integers(0, 2, inputs))
    comparison.done(minimum=RANDOM_SUMS)
