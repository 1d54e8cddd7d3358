"""Every count and total of a few bits."""

from typing import Any

import cocotb
from cocotb.triggers import Timer

from tb.compare import Comparison


@cocotb.test()
async def test_every(dut: Any) -> None:
    """Each count against each total."""
    comparison = Comparison()
    values = 1 << int(dut.WIDTH.value)
    for count in range(values):
        for total in range(values):
            dut.count.value, dut.total.value = count, total
            await Timer(1, "ns")
            comparison.equal(f"{count} of {total}", int(dut.last.value), int((count + 1) % values == total))
    comparison.done(minimum=values * values)
