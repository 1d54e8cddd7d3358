"""Output words of the layer unit in the buffer, byte by byte, with grants at random and words withdrawn by clear."""

from typing import Any

import cocotb

from golden.contract import ACT_WIDTH, CONTRACT
from tb.compare import Comparison, fields, generator
from tb.signals import cycle, sample, start_clock

WORDS = 1200
PLACES = 1 << CONTRACT["dimension"]["address_width"]


@cocotb.test()
async def test_random_words(dut: Any) -> None:
    """Each word is written whole, once, with the writes it needs; one given up in the middle leaves no part behind."""
    comparison, rng = Comparison(), generator()
    oc, ic = int(dut.OC_LANES.value), int(dut.IC_LANES.value)
    parts = max(oc // ic, 1)
    start_clock(dut, clear=1, out_valid=0, out_address=0, out_lanes=0, out_data=0, write_ready=0)
    await cycle(dut)
    waited = cut = 0
    for number in range(WORDS):
        address = int(rng.integers(PLACES // parts))
        lanes, data = int.from_bytes(rng.bytes(oc // 8 + 1), "little") & ((1 << oc) - 1), rng.bytes(oc)
        bytes_written: dict[int, int] = {}  # byte of the buffer to its value
        give_up = int(rng.integers(parts)) if parts > 1 and rng.integers(8) == 0 else None
        writes, taken = 0, 0
        while not taken:
            if rng.integers(6) == 0 and not writes:
                await cycle(dut, clear=0, out_valid=0, write_ready=int(rng.integers(2)))
                comparison.equal(f"word {number} write while there is none", sample(dut, ("write_valid",)), [0])
                continue
            ready, clear = int(rng.integers(2)), int(writes == give_up)
            await cycle(
                dut, clear=clear, out_valid=1, out_address=address, out_lanes=lanes,
                out_data=int.from_bytes(data, "little"), write_ready=ready,
            )  # fmt: skip
            valid, taken, place, mask = sample(dut, ("write_valid", "out_ready", "write_address", "write_lanes"))
            what = f"word {number} write {writes}"
            comparison.equal(f"{what}: valid, and taken with the last part", [valid, taken],
                             [1, int(ready and writes == parts - 1)])  # fmt: skip
            if clear:
                cut += 1
                break
            waited += not ready
            writes += ready
            word = fields(int(dut.write_data.value), ACT_WIDTH, ic, signed=False)
            bytes_written |= {place * ic + lane: int(word[lane]) for lane in range(ic) if ready and mask >> lane & 1}
        else:
            expected = {address * oc + lane: data[lane] for lane in range(oc) if lanes >> lane & 1}
            comparison.equal(f"word {number} bytes", sorted(bytes_written.items()), sorted(expected.items()))
    assert waited > WORDS // 4, f"{waited} cycles without a grant"
    assert (cut > 0) == (parts > 1), f"{cut} words given up"
    comparison.done(minimum=WORDS)
