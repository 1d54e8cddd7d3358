"""Dot products of one lane: extremes of activation and weight, and random."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import Timer

from golden.contract import ACT_MAX, ACT_WIDTH, CONTRACT
from golden.ladder import LEGAL_METADATA, magnitudes
from tb.compare import Comparison, Integers, dot_products, generator, pack

SHIFT_BITS: int = CONTRACT["ladder"]["shift_bits"]
MAGNITUDES = np.array(sorted({m for meta in LEGAL_METADATA for m in magnitudes(meta)}))
RANDOM_SUMS = 1000


async def check(dut: Any, comparison: Comparison, x: Integers, weights: Integers) -> None:
    """Drive activations and decoded weights of all lanes, and compare the sum of the two numbers and carries."""
    magnitude = np.abs(weights)
    three = (magnitude % 3 == 0) & (magnitude > 0)
    power = np.maximum(np.where(three, magnitude // 3, magnitude // 2), 1)
    dut.x.value = pack(x, ACT_WIDTH)
    dut.x3.value = pack(3 * x, ACT_WIDTH + 2)
    dut.two.value = pack((weights != 0) & ~three, 1)
    dut.negative.value = pack(weights < 0, 1)
    dut.three.value = pack(three, 1)
    dut.shift.value = pack(np.log2(power).astype(np.int64), SHIFT_BITS)
    await Timer(1, "ns")
    got = dot_products(dut.sums.value.to_unsigned(), dut.carries.value.to_unsigned(), int(dut.SUM_WIDTH.value), 1)
    comparison.equal(f"x {x} weights {weights}", int(got[0]), (x * weights).sum())


@cocotb.test()
async def test_extremes(dut: Any) -> None:
    """All lanes at one weight of either sign, and one lane alone, at the largest and smallest activations."""
    comparison = Comparison()
    lanes = len(dut.negative)
    for x in (0, 1, ACT_MAX):
        for magnitude in MAGNITUDES:
            for sign in (1, -1):
                await check(dut, comparison, np.full(lanes, x), np.full(lanes, sign * magnitude))
    for place in range(lanes):
        one = np.arange(lanes) == place
        for weight in (MAGNITUDES.max(), -MAGNITUDES.max()):
            await check(dut, comparison, np.full(lanes, ACT_MAX), one * weight)
            await check(dut, comparison, one * ACT_MAX, np.full(lanes, weight))
    comparison.done()


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random activations and weights of any list, a fifth of them zero."""
    comparison, rng = Comparison(), generator()
    lanes = len(dut.negative)
    for _ in range(RANDOM_SUMS):
        weights = rng.choice(MAGNITUDES, lanes) * rng.choice([1, 1, 0, -1, -1], lanes)
        await check(dut, comparison, rng.integers(0, ACT_MAX + 1, lanes), weights)
    comparison.done(minimum=RANDOM_SUMS)
