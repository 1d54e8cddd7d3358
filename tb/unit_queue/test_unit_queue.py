"""Commands with random masks through a queue against a list: order, tokens taken and given, back-pressure, clear."""

from collections import deque
from dataclasses import dataclass
from typing import Any

import cocotb
import numpy as np

from golden.contract import COMMAND
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

CYCLES = 5000
OUTPUTS = ("in_ready", "valid", "taken", "given", "running", "idle")


@dataclass(frozen=True)
class Waiting:
    """A command in the queue."""

    header: dict[str, int]
    payload: int


def draw(rng: np.random.Generator, bits: int) -> Waiting:
    """Return a command; every other one waits for nobody."""
    header = {name: int(rng.integers(1 << width)) for name, width in COMMAND.widths.items()}
    header["wait"] &= int(rng.integers(16)) * int(rng.integers(2))
    return Waiting(header, int.from_bytes(rng.bytes(bits // 8 + 1), "little") & ((1 << bits) - 1))


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """The list is fast or slow, and so are unit and tokens, in turns; clear drops the command in the unit as well."""
    comparison, rng = Comparison(), generator()
    bits, depth = int(dut.BITS.value), int(dut.DEPTH.value)
    start_clock(dut, clear=1, in_valid=0, in_header=0, in_payload=0, tokens=0, ready=0, done=0)
    await cycle(dut)
    queue: deque[Waiting] = deque()
    running: Waiting | None = None
    offered: Waiting | None = None
    full = accepted = held = 0
    for number in range(CYCLES):
        busy_list, busy_unit = number // 64 % 2, number // 128 % 2
        if offered is None and rng.random() < (0.9 if busy_list else 0.2):
            offered = draw(rng, bits)
        tokens, ready = int(rng.integers(16) | rng.integers(16)), int(rng.random() < 0.7)
        done = int(running is not None and rng.random() < (0.2 if busy_unit else 0.8))
        clear = int(rng.integers(300) == 0)
        new = offered or draw(rng, bits)
        await cycle(
            dut, clear=clear, in_valid=int(offered is not None), in_header=COMMAND.pack(**new.header),
            in_payload=new.payload, tokens=tokens, ready=ready, done=done,
        )  # fmt: skip
        first = queue[0] if queue and running is None else None
        valid = first is not None and not first.header["wait"] & ~tokens
        accept = valid and bool(ready)
        taken = first.header["wait"] if first is not None and accept else 0
        given = running.header["signal"] if running is not None and done else 0
        room = len(queue) < depth
        expected = [room, valid, taken, given, running is not None, not queue and running is None]
        comparison.equal(f"cycle {number} {OUTPUTS}", sample(dut, OUTPUTS), list(map(int, expected)))
        if valid and first is not None:
            comparison.equal(f"cycle {number} payload", hex(int(dut.payload.value)), hex(first.payload))
        if running is not None:
            comparison.equal(f"cycle {number} number", int(dut.number.value), running.header["number"])
        full, accepted, held = full + (not room), accepted + accept, held + (first is not None and not valid)
        if done:
            running = None
        if accept:
            running = queue.popleft()
        if offered is not None and room:
            queue.append(offered)
            offered = None
        if clear:
            queue.clear()
            running = None
    assert min(full, accepted, held) > CYCLES // 50, f"{full} cycles full, {accepted} commands, {held} cycles held"
    comparison.done(minimum=6 * CYCLES)
