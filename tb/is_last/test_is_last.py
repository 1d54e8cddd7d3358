"""Every count and total of a few bits; random ones of many, a bit or two away from the end."""

from collections.abc import Iterator
from typing import Any

import cocotb
from cocotb.triggers import Timer

from tb.compare import Comparison, generator

EXHAUSTIVE = 6  # bits
RANDOM_COUNTS = 2000


def pairs(width: int) -> Iterator[tuple[int, int]]:
    """Yield counts and totals."""
    values, rng = 1 << width, generator()
    if width <= EXHAUSTIVE:
        yield from ((count, total) for count in range(values) for total in range(values))
        return
    for _ in range(RANDOM_COUNTS):
        count = int(rng.integers(values)) | (1 << int(rng.integers(width + 1))) - 1  # carries of every length
        flipped = sum(1 << bit for bit in {int(rng.integers(width)) for _ in range(int(rng.integers(3)))})
        yield count, (count + 1) % values ^ flipped


@cocotb.test()
async def test_last(dut: Any) -> None:
    """Each pair against the definition; both answers are many."""
    comparison, answers = Comparison(), [0, 0]
    width = int(dut.WIDTH.value)
    for count, total in pairs(width):
        dut.count.value, dut.total.value = count, total
        await Timer(1, "ns")
        expected = int((count + 1) % (1 << width) == total)
        answers[expected] += 1
        comparison.equal(f"{count} of {total}", int(dut.last.value), expected)
    assert min(answers) >= 1 << EXHAUSTIVE, f"{answers} not last and last"
    comparison.done(minimum=RANDOM_COUNTS)
