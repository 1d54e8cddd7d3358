"""What a block's inputs are in every cycle of a simulation, and what its outputs must be."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stimulus:
    """Values of a block's ports, cycle by cycle.

    inputs: port to its unsigned value in every cycle, applied after the cycle's clock edge. expected: port to its
    unsigned value at the end of every cycle, None where it does not count. warmup: cycles before power is counted,
    in which registers get their first values. operations: products or multiply-accumulates of one cycle on average,
    those before the warm-up's end left out. clock: the clock's port, empty for a block without registers.
    """

    name: str
    inputs: dict[str, list[int]]
    expected: dict[str, list[int | None]]
    operations: float
    warmup: int = 1
    clock: str = ""

    @property
    def cycles(self) -> int:
        """Return the number of cycles, those of the warm-up included."""
        return len(next(iter(self.inputs.values())))


def pack(values: Iterable[int], width: int) -> int:
    """Return values side by side, ``width`` bits each in two's complement, the first one lowest."""
    mask, word = (1 << width) - 1, 0
    for index, value in enumerate(values):
        word |= (value & mask) << index * width
    return word
