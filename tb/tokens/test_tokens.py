"""Tokens against counts, up to as many as they hold and down again."""

from typing import Any

import cocotb

from golden.contract import CONTRACT
from tb.compare import Comparison, generator
from tb.signals import cycle, start_clock

MOST: int = CONTRACT["command"]["tokens_max"]
CYCLES = 4000


@cocotb.test()
async def test_counts(dut: Any) -> None:
    """Giving is more frequent than taking for a while, then less; some cycles forget everything."""
    comparison, rng = Comparison(), generator()
    units = int(dut.UNITS.value)
    pairs = [(giver, taker) for giver in range(units) for taker in range(units)]
    counts = dict.fromkeys(pairs, 0)
    start_clock(dut, clear=1, given=0, taken=0)
    await cycle(dut)
    highest = 0
    for number in range(CYCLES):
        rising = number // (2 * MOST) % 2 == 0
        given = {pair for pair in pairs if counts[pair] < MOST and rng.random() < (0.9 if rising else 0.3)}
        taken = {pair for pair in pairs if counts[pair] and rng.random() < (0.3 if rising else 0.9)}
        clear = int(rng.integers(1500) == 0)
        await cycle(
            dut,
            clear=clear,
            given=sum(1 << (giver * units + taker) for giver, taker in given),
            taken=sum(1 << (taker * units + giver) for giver, taker in taken),
        )
        there = sum(1 << (taker * units + giver) for (giver, taker), count in counts.items() if count)
        comparison.equal(f"cycle {number} there", int(dut.there.value), there)
        counts = {pair: 0 if clear else n + (pair in given) - (pair in taken) for pair, n in counts.items()}
        highest = max(highest, *counts.values())
    assert highest == MOST, f"at most {highest} tokens"
    comparison.done(minimum=CYCLES)
