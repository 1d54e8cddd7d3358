"""The memory around a network: random bytes where nothing is, and what it must hold afterwards."""

import random

import numpy as np

from golden.compile import Words
from golden.program.emit import planes_of
from golden.program.plan import Program


def poisoned(program: Program, size: int, chance: random.Random) -> bytes:
    """Return ``size`` bytes of memory with the program in it, random wherever it leaves them open."""
    image = bytearray(chance.randbytes(size))
    for address, data in program.image:
        image[address : address + len(data)] = data
    return bytes(image)


def memory_after(program: Program, image: bytes, expected: dict[str, Words]) -> tuple[Words, Words]:
    """Return the memory after the network, and which of its bytes are known: all but those without a channel.

    image: the memory before; expected: of every tensor, uint8 (C, H, W).
    """
    lanes = program.system.core.ic_lanes
    whole = np.frombuffer(image, dtype=np.uint8).copy()
    known = np.ones(len(image), dtype=bool)
    bases: dict[str, int] = {}
    for command in program.commands:
        if command.unit == "store":
            name, address = program.lowered.works[command.number].output, command.writes[0].start
            bases[name] = min(address, bases.get(name, address))
    assert program.lowered.output in bases
    for name, base in bases.items():
        planes = planes_of(expected[name], lanes)
        channels = planes_of(np.ones_like(expected[name]), lanes)
        whole[base : base + len(planes)] = np.frombuffer(planes, dtype=np.uint8)
        known[base : base + len(planes)] = np.frombuffer(channels, dtype=bool)
    return whole, known
