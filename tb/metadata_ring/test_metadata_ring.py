"""The metadata of every row against its lane's: taps of many tiles, random waiting, layers that end in the middle."""

from typing import Any

import cocotb

from golden.contract import META_WIDTH
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

TAPS = 250


@cocotb.test()
async def test_rows(dut: Any) -> None:
    """Rows of a tile's first tap bring their metadata, those of its other taps anything."""
    comparison, rng = Comparison(), generator()
    lanes, own = int(dut.OC_LANES.value), [0]
    ended = True
    start_clock(dut, row_valid=0)
    for tap in range(TAPS):
        first = ended or int(rng.integers(4)) == 0
        if first:
            own = rng.integers(1 << META_WIDTH, size=lanes).tolist()
        ended = int(rng.integers(10)) == 0
        for lane in range(int(rng.integers(lanes)) if ended else lanes):
            while rng.integers(4) == 0:
                await cycle(
                    dut, row_valid=0, row_first=int(rng.integers(2)), row_meta=int(rng.integers(1 << META_WIDTH))
                )
            there = own[lane] if first else int(rng.integers(1 << META_WIDTH))
            await cycle(dut, row_valid=1, row_first=int(first), row_meta=there)
            comparison.equal(f"tap {tap} lane {lane}", sample(dut, ["meta"]), [own[lane]])
    comparison.done(minimum=TAPS * lanes // 2)
