"""Every counter against plain integers, cycle by cycle, with starts and resets in between, beyond the wrap."""

from typing import Any

import cocotb

from golden.registers import counters
from tb.compare import Comparison, fields, generator
from tb.signals import cycle, start_clock

CYCLES = 2000


@cocotb.test()
async def test_counters(dut: Any) -> None:
    """Random amounts, few starts: small counters wrap many times."""
    rng, comparison = generator(), Comparison()
    width, largest, events = (int(getattr(dut, name).value) for name in ("WIDTH", "BYTES", "EVENTS"))
    count = len(counters())
    assert events == count - 3
    start_clock(dut, rst=1, start=0, busy=0, read_bytes=0, write_bytes=0, events=0)
    expected = [0] * count
    await cycle(dut)
    for number in range(CYCLES):
        reset, start, busy = rng.random() < 0.002, rng.random() < 0.005, rng.random() < 0.8
        reads, writes = (int(rng.integers(1 << largest)) for _ in range(2))
        seen = int(rng.integers(1 << events))
        inputs = {"rst": int(reset), "start": int(start), "busy": int(busy), "events": seen}
        await cycle(dut, read_bytes=reads, write_bytes=writes, **inputs)
        value = int(dut.counters.value)
        comparison.equal(f"counters in cycle {number}", fields(value, width, count, signed=False), expected)
        amounts = [1, reads, writes, *(seen >> event & 1 for event in range(events))]
        if busy:
            expected = [(a + b) % (1 << width) for a, b in zip(expected, amounts, strict=True)]
        if reset or start:
            expected = [0] * count
    comparison.done(CYCLES)
