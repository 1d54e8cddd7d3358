"""Random weights and operands through the array, with rows loaded while it computes, against decoded weights."""

from typing import Any

import cocotb
import numpy as np

from golden.contract import ACT_MAX, ACT_WIDTH, CODE_WIDTH, LEVEL_BITS
from golden.ladder import LEGAL_METADATA, magnitudes
from tb.compare import Comparison, Integers, dot_products, generator, pack
from tb.coverage.points import export, sample_arithmetic
from tb.signals import cycle, start_clock

TAPS = 120
LONGEST_TAP = 12
MAGNITUDES = {meta: np.array(magnitudes(meta), np.int64) for meta in LEGAL_METADATA}


def weights(codes: Integers, meta: int) -> Integers:
    """Return the signed weights of codes."""
    magnitude: Integers = MAGNITUDES[meta][codes & ((1 << LEVEL_BITS) - 1)]
    return np.where(codes >> LEVEL_BITS == 1, -magnitude, magnitude)


def activations(rng: np.random.Generator, oc: int, ic: int) -> Integers:
    """Return random activations (OC lanes, IC lanes); a quarter of the vectors holds extremes only."""
    if rng.integers(4) == 0:
        return rng.choice([0, ACT_MAX], (oc, ic))
    return rng.integers(0, ACT_MAX + 1, (oc, ic))


@cocotb.test()
async def test_taps(dut: Any) -> None:
    """Swap at random times; rows may be written in the cycle of the swap, and then belong to the next tap."""
    comparison, rng = Comparison(), generator()
    oc, ic, width = int(dut.OC_LANES.value), int(dut.IC_LANES.value), int(dut.SUM_WIDTH.value)
    shadow, active = np.zeros((oc, ic), np.int64), np.zeros((oc, ic), np.int64)
    missing = list(range(oc))  # rows of the next tap that are not loaded
    swap_now = False
    expected: Integers | None = None  # sums of the last operands
    loaded = 0
    start_clock(dut, row_valid=0, swap=0, enable=0)
    while loaded <= TAPS:
        inputs: dict[str, int] = {"row_valid": 0, "swap": int(swap_now), "enable": 0}
        computed = None
        if loaded > 0 and rng.integers(4):
            x = activations(rng, oc, ic)
            inputs |= {"enable": 1, "x": pack(x.ravel(), ACT_WIDTH), "x3": pack(3 * x.ravel(), ACT_WIDTH + 2)}
            computed = (x * active).sum(1)
        if swap_now:
            active, loaded, missing = shadow.copy(), loaded + 1, rng.permutation(oc).tolist()
        if missing and rng.integers(3):
            row, meta = missing.pop(), int(rng.choice(LEGAL_METADATA))
            codes = rng.integers(0, 1 << CODE_WIDTH, ic)
            inputs |= {"row_valid": 1, "row": row, "codes": pack(codes, CODE_WIDTH), "meta": meta}
            shadow[row] = weights(codes, meta)
            sample_arithmetic(codes, meta, 1)
        await cycle(dut, **inputs)
        if expected is not None:
            got = dot_products(dut.sums.value.to_unsigned(), dut.carries.value.to_unsigned(), width, oc)
            comparison.equal(f"tap {loaded} sums", got, expected)
        expected = computed if computed is not None else expected
        swap_now = not missing and bool(rng.integers(LONGEST_TAP) == 0)
    comparison.done(minimum=TAPS * oc)
    export()
