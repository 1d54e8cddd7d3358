"""Saturated shifts against integers of any size: random values of every size, and the ends of ranges."""

from typing import Any

import cocotb
from cocotb.triggers import Timer

from tb.compare import Comparison, generator

RANDOM_VALUES = 4000


def expected(value: int, shift: int, result: int) -> int:
    """Return floor(value / 2^shift), saturated to the range of a signed result."""
    end = 1 << (result - 1)
    return max(-end, min(end - 1, value >> shift))


async def check(dut: Any, comparison: Comparison, value: int, shift: int) -> None:
    """Drive one value and shift, and compare the result."""
    dut.value.value = value & ((1 << len(dut.value)) - 1)
    dut.shift.value = shift
    await Timer(1, "ns")
    wanted = expected(value, shift, len(dut.result))
    comparison.equal(f"{value} shifted by {shift}", dut.result.value.to_signed(), wanted)


@cocotb.test()
async def test_extremes(dut: Any) -> None:
    """Both ends of the values, and what lies about the ends of the results and about zero, at every shift."""
    comparison = Comparison()
    lowest, highest = -(1 << (len(dut.value) - 1)), (1 << (len(dut.value) - 1)) - 1
    for shift in range(1 << len(dut.shift)):
        end = 1 << (len(dut.result) - 1)
        step = 1 << shift
        for middle in (lowest, highest, 0, step, -step, *(k * end << shift for k in (-2, -1, 1, 2))):
            for value in {middle - step, middle - 1, middle, middle + 1, middle + step}:
                if lowest <= value <= highest:
                    await check(dut, comparison, value, shift)
    comparison.done()


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random values of every number of bits at random shifts, half of them near the value's own size."""
    comparison, rng = Comparison(), generator()
    for _ in range(RANDOM_VALUES):
        bits = int(rng.integers(1, len(dut.value)))
        value = int(rng.integers(-(1 << bits), 1 << bits)) if bits < 62 else int(rng.integers(-(1 << 62), 1 << 62))
        near = int(rng.integers(max(bits - len(dut.result), 0), bits + 1))
        shift = min(near if rng.integers(2) else int(rng.integers(1 << len(dut.shift))), (1 << len(dut.shift)) - 1)
        await check(dut, comparison, value, shift)
    comparison.done(minimum=RANDOM_VALUES)
