"""Every metadata word and every shift, with anything in the other fields."""

from typing import Any

import cocotb
from cocotb.triggers import Timer

from golden.contract import PARAMETER, SHIFT_MAX
from golden.ladder import LEGAL_METADATA
from tb.compare import Comparison, generator
from tb.signals import drive, sample


@cocotb.test()
async def test_every_value(dut: Any) -> None:
    """All metadata words x all shifts, valid or not."""
    comparison, rng = Comparison(), generator()
    metadata, shifts = 1 << PARAMETER.widths["metadata"], 1 << PARAMETER.widths["shift"]
    for meta in range(metadata):
        for shift in range(shifts):
            others = {name: int(rng.integers(1 << width)) for name, width in PARAMETER.widths.items()}
            word = PARAMETER.pack(**(others | {"metadata": meta, "shift": shift}))
            for valid in (0, 1):
                drive(dut, valid=valid, word=word)
                await Timer(1, "ns")
                expected = [valid & int(meta not in LEGAL_METADATA), valid & int(shift > SHIFT_MAX)]
                got = sample(dut, ["bad_meta", "bad_shift"])
                comparison.equal(f"metadata {meta} shift {shift} valid {valid}", got, expected)
    comparison.done(minimum=metadata * shifts)
