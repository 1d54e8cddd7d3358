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
        self.lanes, self.term, self.width = (int(getattr(dut, name).value) for name in ("LANES", "TERM", "WIDTH"))
        self.stripe = int(dut.STRIPE.value)
        signed = bool(dut.SIGNED.value)
        self.low = -(1 << (self.term - 1)) if signed else 0
        self.high = self.low + (1 << self.term) - 1

    def terms(self, rng: np.random.Generator) -> Integers:
        """Return random terms; a fifth of the vectors holds extremes only."""
        if rng.integers(5) == 0:
            return rng.choice([self.low, self.high], self.lanes)
        return rng.integers(self.low, self.high + 1, self.lanes)


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
    for number in range(STRIPES):
        bank, other = number & 1, 1 - (number & 1)
        sums[bank] = {}
        steps = deque(stripe_cycles(rng, shape))
        unread = rng.permutation(list(sums[other])).tolist()
        step: tuple[int, int] | None = None  # whose terms this cycle takes
        held: int | None = None  # the entry in drain_word
        while steps or step or unread:
            inputs = {"valid": 0, "drain_enable": 0}
            if step is not None:
                tap, entry = step
                terms = shape.terms(rng)
                sums[bank][entry] = terms if tap == 0 else sums[bank][entry] + terms
                inputs |= {"first": int(tap == 0), "terms": pack(terms, shape.term)}
            step = steps.popleft() if steps else None
            if step is not None:
                inputs |= {"valid": 1, "bank": bank, "entry": step[1]}
            reads = bool(unread) and bool(rng.integers(2))
            if reads:
                inputs |= {"drain_enable": 1, "drain_bank": other, "drain_entry": unread[-1]}
            await cycle(dut, **inputs)
            if held is not None:
                expected = hex(pack((int(value) & wrap for value in sums[other][held]), shape.width))
                got = hex(dut.drain_word.value.to_unsigned())
                comparison.equal(f"entry {held} of stripe {number - 1}", got, expected)
            if reads:
                held = unread.pop()
        await cycle(dut, valid=0, drain_enable=0)
    comparison.done(minimum=STRIPES)
