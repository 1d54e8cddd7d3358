"""The bursts of transfers over the whole range of their fields, against the beats that the lines touch."""

from collections.abc import Iterator
from typing import Any

import cocotb
import numpy as np

from tb.compare import Comparison, generator
from tb.memory import PAGE
from tb.signals import cycle, sample, start_clock

TRANSFERS = 300
MOST_BURSTS = 40  # of a transfer that are walked
SPACE = 1 << 32
WORD_LOGS = range(1, 7)
OUTPUTS = ("burst_valid", "burst_address", "burst_length")
FIELDS = ("address", "pitch", "lines", "words", "word_log")


def bursts(fields: dict[str, int], beat_bytes: int, most: int) -> Iterator[tuple[int, int] | None]:
    """Yield address and beats of each burst, None before a line that goes over the end of the address space."""
    block = min(most * beat_bytes, PAGE)
    for line in range(fields["lines"]):
        first = (fields["address"] + line * fields["pitch"]) % SPACE
        end = first + (fields["words"] << fields["word_log"])
        if end > SPACE:
            yield None
        start = first // beat_bytes * beat_bytes
        while start < end:
            stop = min(start // block * block + block, -(-end // beat_bytes) * beat_bytes)
            yield start, (stop - start) // beat_bytes
            start = stop


def draw(rng: np.random.Generator, bits: int) -> int:
    """Return a number of 1..2^bits - 1, small ones as often as large ones."""
    return int(rng.integers(1, (1 << int(rng.integers(1, bits + 1)))))


def transfer(rng: np.random.Generator) -> dict[str, int]:
    """Return a transfer; its lines may overlap."""
    log = int(rng.choice(WORD_LOGS))
    pitch = draw(rng, 32) if rng.integers(2) else draw(rng, 13)
    return {
        "address": int(rng.integers(SPACE)) >> log << log, "pitch": pitch >> log << log, "lines": draw(rng, 13),
        "words": draw(rng, 24), "word_log": log,
    }  # fmt: skip


@cocotb.test()
async def test_transfers(dut: Any) -> None:
    """Transfers, taken at once or at random; long ones are given up after some bursts."""
    comparison, rng = Comparison(), generator()
    beat_bytes, most = int(dut.DATA_WIDTH.value) // 8, int(dut.BURST.value)
    start_clock(dut, clear=1, start=0, burst_ready=0, **dict.fromkeys(FIELDS, 0))
    await cycle(dut)
    ended = 0
    for _ in range(TRANSFERS):
        fields, eager = transfer(rng), int(rng.integers(2))
        await cycle(dut, clear=0, start=1, burst_ready=0, **fields)
        for number, burst in enumerate(bursts(fields, beat_bytes, most)):
            if number == MOST_BURSTS or burst is None:
                await cycle(dut, start=0, clear=1, burst_ready=0)
                break
            ready = 0
            while not ready:
                ready = eager or int(rng.integers(2))
                await cycle(dut, start=0, burst_ready=ready)
                comparison.equal(f"{fields} burst {number}", sample(dut, OUTPUTS), [1, burst[0], burst[1] - 1])
        else:
            ended += 1
        await cycle(dut, start=0, clear=0, burst_ready=int(rng.integers(2)))
        comparison.equal(f"{fields} valid at the end", sample(dut, ("burst_valid",)), [0])
    assert ended > TRANSFERS // 10, f"{ended} transfers came to their end"
    comparison.done(minimum=TRANSFERS)
