"""The memory wrapper against a model: lane enables, read during write, read data held."""

from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

from tb.compare import Comparison, generator

RANDOM_CYCLES = 3000


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """Random writes and reads, half of them at the same address."""
    comparison, rng = Comparison(), generator()
    words, width, lanes = int(dut.WORDS.value), int(dut.WIDTH.value), len(dut.write_lanes)
    slice_mask = (1 << (width // lanes)) - 1
    memory: list[int] = []
    held: int | None = None
    dut.read_enable.value = 0
    Clock(dut.clk, 10, "ns").start()
    for cycle in range(words + RANDOM_CYCLES):
        filling = cycle < words
        write, read = filling or bool(rng.integers(2)), not filling and bool(rng.integers(2))
        write_address = cycle if filling else int(rng.integers(words))
        read_address = write_address if rng.integers(2) else int(rng.integers(words))
        enabled = (1 << lanes) - 1 if filling else int(rng.integers(1 << lanes))
        data = int.from_bytes(rng.bytes(width // 8), "little")
        dut.write_enable.value = int(write)
        dut.write_lanes.value = enabled
        dut.write_address.value = write_address
        dut.write_data.value = data
        dut.read_enable.value = int(read)
        dut.read_address.value = read_address
        await RisingEdge(dut.clk)
        await FallingEdge(dut.clk)
        if read:
            held = memory[read_address]
        if filling:
            memory.append(data)
        elif write:
            mask = sum(slice_mask << (lane * width // lanes) for lane in range(lanes) if enabled >> lane & 1)
            memory[write_address] = memory[write_address] & ~mask | data & mask
        if held is not None:
            comparison.equal(f"cycle {cycle} word {read_address}", dut.read_data.value.to_unsigned(), held)
    comparison.done(minimum=RANDOM_CYCLES // 2)
