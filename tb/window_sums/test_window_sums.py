"""Window sums of dense and depthwise stripes, against sums in Python; accumulator has the finer bench."""

from typing import Any

import cocotb

from golden.contract import ACT_MAX, CONTRACT, KERNEL_MAX, WINDOW_WIDTH
from tb.compare import Comparison, fields, generator, pack
from tb.signals import cycle, start_clock

STRIPES = 60
MOST_TAPS = 9
COLUMN_MAX = KERNEL_MAX * ACT_MAX
DEPTHWISE_MAX: int = (1 << CONTRACT["window"]["depthwise_width"]) - 1


@cocotb.test()
async def test_stripes(dut: Any) -> None:
    """Both modes in turn, in both banks; the lanes above 0 hold anything when dense."""
    comparison, rng = Comparison(), generator()
    lanes, width, entries = (int(getattr(dut, name).value) for name in ("OC_LANES", "ROW_SUM", "STRIPE"))
    start_clock(dut, valid=0, drain_enable=0)
    for number in range(STRIPES):
        depthwise, bank = number // 2 & 1, int(rng.integers(2))
        length, taps = int(rng.integers(1, entries + 1)), int(rng.integers(1, MOST_TAPS + 1))
        highest = min(COLUMN_MAX, DEPTHWISE_MAX // taps) if depthwise else (1 << width) - 1
        sums = [[0] * lanes for _ in range(length)]
        given: tuple[int, int] | None = None
        await cycle(dut, depthwise=depthwise)
        steps: list[tuple[int, int] | None] = []
        for tap in range(taps):
            steps += [(tap, entry) for entry in range(length)]
            if length == 1:
                steps.append(None)  # the same entry follows after 2 cycles
        for step in [*steps, None]:
            inputs = {"valid": int(step is not None)}
            if given is not None:
                terms = [int(term) for term in rng.choice([highest, *rng.integers(0, highest + 1, 3)], lanes)]
                sums[given[1]] = [a * int(given[0] > 0) + b for a, b in zip(sums[given[1]], terms, strict=True)]
                inputs |= {"terms": pack(terms, width)}
            if step is not None:
                inputs |= {"bank": bank, "entry": step[1], "first": int(step[0] == 0)}
            await cycle(dut, **inputs)
            given = step
        for entry, expected in enumerate(sums):
            await cycle(dut, valid=0, drain_enable=1, drain_bank=bank, drain_entry=entry)
            await cycle(dut, drain_enable=0)
            got = fields(int(dut.windows.value), WINDOW_WIDTH, lanes, signed=False)
            comparison.equal(f"stripe {number} entry {entry}", got, expected if depthwise else expected[:1] * lanes)
    comparison.done(minimum=STRIPES * lanes)
