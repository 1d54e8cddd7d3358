"""The stripes of tiles of any number of pixels, against golden.compile."""

from typing import Any

import cocotb
from cocotb.triggers import Timer

from golden.compile import stripe_of
from golden.contract import CONTRACT, DESCRIPTOR
from tb.compare import Comparison, generator
from tb.signals import drive

NOMINAL_MAX = (1 << DESCRIPTOR.widths["stripe"]) - 1
PIXELS_MAX = (1 << CONTRACT["dimension"]["address_width"]) - 1
RANDOM_TILES = 60
STRIPES = 40


async def check_tile(dut: Any, comparison: Comparison, pixels: int, nominal: int) -> None:
    """Follow a tile from its start, or its last stripes when it has many."""
    first = max(0, pixels // nominal - STRIPES) * nominal
    while first < pixels:
        drive(dut, remaining=pixels - first, stripe=nominal)
        await Timer(1, "ns")
        stripe = stripe_of(first, pixels, nominal)
        comparison.equal(f"stripe at {first} of {pixels}", dut.length.value.to_unsigned(), len(stripe))
        first = stripe.stop


@cocotb.test()
async def test_tiles(dut: Any) -> None:
    """Every number of pixels around multiples of the stripe, the largest tiles, and random ones."""
    comparison, rng = Comparison(), generator()
    for nominal in (1, 2, 3, 16, 128, NOMINAL_MAX):
        for multiple in (1, 2, 3):
            for pixels in range(max(1, multiple * nominal - 2), multiple * nominal + 3):
                await check_tile(dut, comparison, pixels, nominal)
        for pixels in (PIXELS_MAX - 1, PIXELS_MAX):
            await check_tile(dut, comparison, pixels, nominal)
    for _ in range(RANDOM_TILES):
        await check_tile(dut, comparison, int(rng.integers(1, 2000)), int(rng.integers(1, NOMINAL_MAX + 1)))
    comparison.done(minimum=RANDOM_TILES)
