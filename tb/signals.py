"""Driving and sampling the plain signals of a module, cycle by cycle.

A cycle begins at a rising edge: inputs are driven after it, and at the falling edge every signal has the value that
the next rising edge sees.
"""

from collections.abc import Iterable
from typing import Any

from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

PERIOD_NS = 10


def start_clock(dut: Any, **inputs: int) -> None:
    """Drive inputs and start the clock ``clk``."""
    drive(dut, **inputs)
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()


def drive(dut: Any, **inputs: int) -> None:
    """Drive signals with integers, negative ones in two's complement."""
    for name, value in inputs.items():
        handle = getattr(dut, name)
        handle.value = value if value >= 0 else value + (1 << len(handle))


def sample(dut: Any, names: Iterable[str]) -> list[int]:
    """Return signals as unsigned integers; ValueError when one is unknown."""
    return [int(getattr(dut, name).value) for name in names]


async def cycle(dut: Any, **inputs: int) -> None:
    """Begin a cycle with these inputs, and return when it can be sampled."""
    await RisingEdge(dut.clk)
    drive(dut, **inputs)
    await FallingEdge(dut.clk)
