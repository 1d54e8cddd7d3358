"""Bytes of a group of lanes in their word, dense and depthwise, by the channel that each lane holds."""

from typing import Any

import cocotb
from cocotb.triggers import Timer

from golden.contract import ACT_WIDTH, CONTRACT
from tb.compare import Comparison, fields, generator
from tb.signals import drive

CASES = 2000
TILES = 1 << CONTRACT["dimension"]["channel_width"]


@cocotb.test()
async def test_random_groups(dut: Any) -> None:
    """Random tiles and groups; a lane without a channel writes nothing."""
    comparison, rng = Comparison(), generator()
    oc, ic, rq = (int(getattr(dut, name).value) for name in ("OC_LANES", "IC_LANES", "RQ_LANES"))
    for number in range(CASES):
        depthwise, tile, group = int(rng.integers(2)), int(rng.integers(TILES)), int(rng.integers(oc // rq))
        y = rng.bytes(rq)
        drive(dut, depthwise=depthwise, tile=tile, group=1 << group, y=int.from_bytes(y, "little"))
        await Timer(1, "ns")
        channels = min(oc, ic) if depthwise else oc  # of a tile
        first = tile * channels % oc  # the tile's first byte in its word
        expected = {first + group * rq + lane: y[lane] for lane in range(rq) if group * rq + lane < channels}
        lanes = int(dut.lanes.value)
        comparison.equal(f"case {number} lanes", f"{lanes:b}", f"{sum(1 << lane for lane in expected):b}")
        data = fields(int(dut.data.value), ACT_WIDTH, oc, signed=False)
        comparison.equal(f"case {number} bytes", [data[lane] for lane in expected], list(expected.values()))
    comparison.done(minimum=2 * CASES)
