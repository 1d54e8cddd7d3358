"""Bursts with random addresses, waiting and ends against the rules: order, how many are open, what stop leaves."""

from collections import deque
from typing import Any

import cocotb

from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

CYCLES = 4000
OUTPUTS = ("burst_ready", "quiet", "address_valid")


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """The bus takes addresses and ends bursts fast or slowly, in turns; now and then stop, rarely reset."""
    comparison, rng = Comparison(), generator()
    most = int(dut.OUTSTANDING.value)
    start_clock(dut, rst=1, stop=0, burst_valid=0, burst_address=0, burst_length=0, finish=0, address_ready=0)
    await cycle(dut)
    await cycle(dut)
    waiting: deque[tuple[int, int]] = deque()  # on the address channel, at most one
    taken = issued = full = 0  # bursts that the bus has; all that were issued
    burst = (0, 0)
    offered = False
    for number in range(CYCLES):
        swift = rng.random(3) < (0.9, 0.9, 0.2) if number // 100 % 2 else rng.random(3) < (0.9, 0.3, 0.7)
        if not offered:
            burst = (int(rng.integers(1 << 32)), int(rng.integers(1 << 8)))
            offered = bool(swift[0])
        ready, finish = int(swift[1]), int(swift[2] and taken > 0)
        stop, rst = int(rng.integers(12) == 0), int(rng.integers(400) == 0)
        await cycle(
            dut, rst=rst, stop=stop, burst_valid=int(offered), burst_address=burst[0], burst_length=burst[1],
            finish=finish, address_ready=ready,
        )  # fmt: skip
        open_bursts = taken + len(waiting)
        free = not stop and open_bursts < most and (not waiting or ready)
        expected = [int(free), int(open_bursts == 0), len(waiting)]
        comparison.equal(f"cycle {number} {OUTPUTS}", sample(dut, OUTPUTS), expected)
        if waiting:
            comparison.equal(f"cycle {number} burst", sample(dut, ("address", "address_length")), list(waiting[0]))
        full += open_bursts == most
        if waiting and ready:
            waiting.popleft()
            taken += 1
        taken -= finish
        if offered and free:
            waiting.append(burst)
            issued, offered = issued + 1, False
        if rst:
            waiting.clear()
            taken = 0
    assert issued > CYCLES // 10, f"{issued} bursts"
    assert full > CYCLES // 100, f"{full} cycles with as many bursts as there may be"
    comparison.done(minimum=3 * CYCLES)
