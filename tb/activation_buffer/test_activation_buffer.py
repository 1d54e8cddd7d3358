"""The activation buffer against a model: who is granted, what is read, words held for a client, bytes written."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import FallingEdge, RisingEdge

from golden.contract import CONTRACT
from tb.compare import Comparison, generator
from tb.signals import drive, sample, start_clock

RANDOM_CYCLES = 3000
ADDRESS_WIDTH: int = CONTRACT["dimension"]["address_width"]
READERS, WRITERS = ("vector", "store"), ("layer", "vector", "load")


class Requests:
    """What the clients ask for; a client that waits keeps its request."""

    def __init__(self, rng: np.random.Generator, words: int, lanes: int) -> None:
        """Start with no request."""
        self.rng, self.words, self.lanes = rng, words, lanes
        self.reads: dict[str, int | None] = dict.fromkeys(READERS)
        self.writes: dict[str, tuple[int, int] | None] = dict.fromkeys(WRITERS)

    def address(self, near: int) -> int:
        """Return an address, often near another one's."""
        near = (near + int(self.rng.integers(5))) % self.words
        return near if self.rng.integers(2) else int(self.rng.integers(self.words))

    def renew(self, near: int) -> None:
        """Let each client without a request make one, or not."""
        for name, read in self.reads.items():
            if read is None and self.rng.integers(3):
                self.reads[name] = self.address(near)
        for name, write in self.writes.items():
            if write is None and self.rng.integers(3):
                self.writes[name] = (self.address(near), int.from_bytes(self.rng.bytes(self.lanes), "little"))


def bank_of(address: int, banks: int) -> int:
    """Return the bank of a word: an address bit above the bank's is folded onto its bits 1 and up, in turn."""
    width = banks.bit_length() - 1
    bank, rest, place = address % banks, address // banks, 0
    while rest and width > 1:
        bank ^= (rest & 1) << 1 + place % (width - 1)
        rest, place = rest >> 1, place + 1
    return bank


def merged(old: int, new: int, mask: int, lanes: int) -> int:
    """Return a word with the bytes of the mask's bits replaced."""
    bits = sum(0xFF << (8 * lane) for lane in range(lanes) if mask >> lane & 1)
    return old & ~bits | new & bits


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """All clients at random addresses, many in the same bank; upper address bits are ignored."""
    comparison, rng = Comparison(), generator()
    words, lanes, banks = (int(getattr(dut, name).value) for name in ("WORDS", "IC_LANES", "BANKS"))
    upper = (words // banks - 1).bit_length() + banks.bit_length() - 1

    def high() -> int:
        """Return bits above those of an address."""
        return int(rng.integers(1 << (ADDRESS_WIDTH - upper))) << upper

    memory: dict[int, int] = {}
    ask, masks = Requests(rng, words, lanes), (1 << lanes) - 1
    held: dict[str, int] = {}
    waited = 0
    quiet = {f"{name}_read_valid": 0 for name in READERS} | {f"{name}_write_valid": 0 for name in WRITERS}
    start_clock(dut, layer_read_enable=0, **quiet)
    for number in range(words + RANDOM_CYCLES):
        filling = number < words
        word = int(rng.integers(words))
        step = int(rng.integers(1, words))
        following, enable, pair = (word + step) % words, int(not filling and rng.integers(3) > 0), int(rng.integers(2))
        pair = pair if bank_of(following, banks) != bank_of(word, banks) else 0
        if filling:
            ask.writes["load"] = (number, int.from_bytes(rng.bytes(lanes), "little"))
        else:
            ask.renew(word)
        mask = int(rng.integers(1 << min(lanes, 16))) & masks
        await RisingEdge(dut.clk)
        drive(dut, layer_read_enable=enable, layer_pair=pair)
        drive(dut, layer_read_address=word + high(), layer_next=following + high())
        for name, read in ask.reads.items():
            drive(dut, **{f"{name}_read_valid": int(read is not None), f"{name}_read_address": (read or 0) + high()})
        for name, write in ask.writes.items():
            address, data = write or (0, 0)
            drive(dut, **{f"{name}_write_valid": int(write is not None), f"{name}_write_address": address + high()})
            drive(dut, **{f"{name}_write_data": data})
        drive(dut, layer_write_lanes=mask)
        await FallingEdge(dut.clk)
        for name, value in held.items():
            comparison.equal(f"cycle {number} {name}", hex(int(getattr(dut, name).value)), hex(value))
        taken = {bank_of(word, banks)} | ({bank_of(following, banks)} if pair else set()) if enable else set()
        held.pop("layer_word", None), held.pop("layer_word_next", None)
        if enable:
            held["layer_word"] = memory[word]
            if pair:
                held["layer_word_next"] = memory[following]
        for name, read in ask.reads.items():
            free = read is not None and bank_of(read, banks) not in taken
            if read is not None:
                comparison.equal(f"cycle {number} {name} read", sample(dut, [f"{name}_read_ready"]), [int(free)])
                waited += not free
            if free and read is not None:
                taken.add(bank_of(read, banks))
                held[f"{name}_read_data"] = memory[read]
                ask.reads[name] = None
        taken = set()
        for name, write in ask.writes.items():
            if write is None:
                continue
            address, data = write
            free = bank_of(address, banks) not in taken
            comparison.equal(f"cycle {number} {name} write", sample(dut, [f"{name}_write_ready"]), [int(free)])
            waited += not free
            if free:
                taken.add(bank_of(address, banks))
                memory[address] = merged(memory.get(address, 0), data, mask if name == "layer" else masks, lanes)
                ask.writes[name] = None
    assert waited > RANDOM_CYCLES // 10, f"clients waited {waited} times only"
    comparison.done(minimum=RANDOM_CYCLES)
