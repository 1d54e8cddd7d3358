"""The parameter bank against a model: writes, metadata of one lane, words of the groups in three stages."""

from typing import Any

import cocotb

from golden.contract import META_WIDTH, PARAMETER
from tb.compare import Comparison, generator, pack
from tb.signals import cycle, sample, start_clock

RANDOM_CYCLES = 1500
STAGE = {"delta": 0, "bias": 0, "shift": 1, "multiplier": 2}  # of the requantization that takes a field


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """Random writes and reads, after one write to every lane of both slots."""
    comparison, rng = Comparison(), generator()
    lanes, group_lanes = int(dut.OC_LANES.value), int(dut.RQ_LANES.value)
    groups = lanes // group_lanes
    words: dict[tuple[int, int], int] = {}
    start_clock(dut, write_enable=0)
    everything = [(slot, lane) for slot in (0, 1) for lane in range(lanes)]
    for number in range(len(everything) + RANDOM_CYCLES):
        filling = number < len(everything)
        slot, lane = everything[number] if filling else (int(rng.integers(2)), int(rng.integers(lanes)))
        word = int.from_bytes(rng.bytes(PARAMETER.width // 8 + 1), "little") & ((1 << PARAMETER.width) - 1)
        write = filling or bool(rng.integers(2))
        meta_slot, meta_lane = int(rng.integers(2)), int(rng.integers(lanes))
        reads = [(int(rng.integers(2)), int(rng.integers(groups))) for _ in range(3)]  # slot, group
        await cycle(
            dut, write_enable=int(write), write_slot=slot, write_lane=lane, write_word=word,
            meta_slot=meta_slot, meta_lane=meta_lane, 
            read_selects=pack((1 << groups * slot + group for slot, group in reads), 2 * groups),
        )  # fmt: skip
        if not filling:
            got_meta, got_words = sample(dut, ["meta", "read_words"])
            meta = words[meta_slot, meta_lane] >> PARAMETER.lsb("metadata") & ((1 << META_WIDTH) - 1)
            comparison.equal(f"cycle {number} metadata of lane {meta_lane}", got_meta, meta)
            for place in range(group_lanes):
                got = PARAMETER.unpack(got_words >> place * PARAMETER.width)
                for field, of in STAGE.items():
                    slot_of, group = reads[of]
                    expected = PARAMETER.unpack(words[slot_of, group * group_lanes + place])
                    comparison.equal(f"cycle {number} {field} of lane {place}", [got[field]], [expected[field]])
        if write:
            words[slot, lane] = word
    comparison.done(minimum=2 * RANDOM_CYCLES)
