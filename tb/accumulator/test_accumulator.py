"""Stripes through both banks of the accumulators while the other bank is drained, against sums in Python."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import cocotb
import numpy as np

from tb.compare import Comparison, Integers, generator, pack
from tb.signals import cycle, start_clock

STRIPES = 150
MOST_TAPS = 5


class Shape:
    """The parameters of the module under test."""

    def __init__(self, dut: Any) -> None:
        """Read them."""
        self.lanes, self.part, self.width = (int(getattr(dut, name).value) for name in ("LANES", "PART", "WIDTH"))
        self.stripe, self.numbers = int(dut.STRIPE.value), int(dut.PARTS.value)
        signed = np.arange(self.numbers) == 1  # the higher of two
        self.low = np.where(signed, -(1 << (self.part - 1)), 0)
        self.high = self.low + (1 << self.part) - 1

    def parts(self, rng: np.random.Generator) -> Integers:
        """Return random numbers (LANES, PARTS); a fifth of the vectors holds extremes only."""
        shape = (self.lanes, self.numbers)
        if rng.integers(5) == 0:
            return np.where(rng.integers(0, 2, shape), self.low, self.high)
        return rng.integers(self.low, self.high + 1, shape)


def stripe_cycles(rng: np.random.Generator, shape: Shape) -> Iterator[tuple[int, int] | None]:
    """Yield (tap, entry) of each cycle of a stripe, None for cycles without a term; an entry repeats after 2 cycles."""
    length = int(rng.choice([1, 2, shape.stripe, int(rng.integers(1, shape.stripe + 1))]))
    gaps = bool(rng.integers(2))
    for tap in range(int(rng.integers(1, MOST_TAPS + 1))):
        for entry in range(length):
            while gaps and rng.integers(4) == 0:
                yield None
            yield tap, entry
        if length == 1:
            yield None


@cocotb.test()
async def test_stripes(dut: Any) -> None:
    """Stripes of random length and taps, with gaps; every entry drained meanwhile, each word held to the next read."""
    comparison, rng, shape = Comparison(), generator(), Shape(dut)
    wrap = (1 << shape.width) - 1
    sums: list[dict[int, Integers]] = [{}, {}]
    start_clock(dut, valid=0, drain_enable=0)
    step: tuple[int, int, int] | None = None  # bank, tap and entry whose terms this cycle takes
    for number in range(STRIPES):
        bank, other = number & 1, 1 - (number & 1)
        sums[bank] = {}
        steps = deque(stripe_cycles(rng, shape))
        entries = sums[other].keys() | ({step[2]} if step else set())
        unread = rng.permutation(sorted(entries)).tolist()
        held: int | None = None  # the entry in drain_word
        first = True  # of the stripe: the other bank still takes a term
        while steps or unread:
            inputs = {"valid": 0, "drain_enable": 0}
            if step is not None:
                in_bank, tap, entry = step
                parts = shape.parts(rng)
                carries = rng.integers(0, 2, parts.shape)
                terms = (parts + carries).sum(1)
                sums[in_bank][entry] = terms if tap == 0 else sums[in_bank][entry] + terms
                inputs |= {"terms": pack(parts.ravel(), shape.part)}
                inputs["carries"] = pack(carries.ravel(), 1)
            now = steps.popleft() if steps else None
            step = None if now is None else (bank, *now)
            if now is not None:
                inputs |= {"valid": 1, "bank": bank, "entry": now[1], "first": int(now[0] == 0)}
            reads = bool(unread) and not first and bool(rng.integers(2))
            if reads:
                inputs |= {"drain_enable": 1, "drain_bank": other, "drain_entry": unread[-1]}
            await cycle(dut, **inputs)
            if held is not None:
                expected = hex(pack((int(value) & wrap for value in sums[other][held]), shape.width))
                got = hex(dut.drain_word.value.to_unsigned())
                comparison.equal(f"entry {held} of stripe {number - 1}", got, expected)
            held = unread.pop() if reads else held
            first = False
    comparison.done(minimum=STRIPES)
