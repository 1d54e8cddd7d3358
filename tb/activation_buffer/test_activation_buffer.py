"""The activation buffer against a model: single words and pairs, read during write, words held."""

from typing import Any

import cocotb

from tb.compare import Comparison, generator
from tb.signals import cycle, start_clock

RANDOM_CYCLES = 2000


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """Random writes and reads, many at the same address; upper address bits are ignored."""
    comparison, rng = Comparison(), generator()
    words, lanes = int(dut.WORDS.value), int(dut.IC_LANES.value)
    upper = 1 << (words - 1).bit_length()
    memory: list[int] = []
    held: tuple[int, int | None] | None = None  # word, and the word after it when it was read too
    start_clock(dut, write_enable=0, read_enable=0)
    for number in range(words + RANDOM_CYCLES):
        filling = number < words
        write, read = filling or bool(rng.integers(2)), not filling and bool(rng.integers(2))
        write_address = number if filling else int(rng.integers(words))
        read_address = write_address if rng.integers(2) else int(rng.integers(words))
        pair = int(rng.integers(2)) if read_address + 1 < words else 0
        data = int.from_bytes(rng.bytes(lanes), "little")
        await cycle(
            dut,
            write_enable=int(write),
            write_address=write_address + upper * int(rng.integers(4)),
            write_data=data,
            read_enable=int(read),
            pair=pair,
            read_address=read_address + upper * int(rng.integers(4)),
        )
        if held is not None:
            comparison.equal(f"cycle {number} word", hex(int(dut.word.value)), hex(held[0]))
            if held[1] is not None:
                comparison.equal(f"cycle {number} word_next", hex(int(dut.word_next.value)), hex(held[1]))
        if read:
            held = (memory[read_address], memory[read_address + 1] if pair else None)
        if filling:
            memory.append(data)
        elif write:
            memory[write_address] = data
    comparison.done(minimum=RANDOM_CYCLES)
