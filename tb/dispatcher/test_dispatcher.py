"""Commands of every opcode to queues that are full at random; the end of the list; unknown opcodes."""

from typing import Any

import cocotb

from golden.contract import CONTRACT, UNITS
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

CYCLES = 4000
OPCODES: dict[str, int] = CONTRACT["opcode"]
OUTPUTS = ("command_ready", "queue_valid", "ended", "illegal")


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """Every command goes to its unit's queue alone, once, and waits while that is full."""
    comparison, rng = Comparison(), generator()
    unit_of = {code: UNITS[name] for name, code in OPCODES.items() if name in UNITS}
    start_clock(dut, clear=1, start=0, command_valid=0, opcode=0, queue_ready=0)
    await cycle(dut)
    ended, offered, opcode = 0, False, 0
    waited = {unit: 0 for unit in UNITS.values()}
    for number in range(CYCLES):
        if not offered:
            offered, opcode = bool(rng.integers(4)), int(rng.choice([*unit_of, int(rng.integers(16))]))
        ready = int(rng.integers(16))
        clear, start = int(rng.integers(40) == 0), int(rng.integers(40) == 0)
        await cycle(dut, clear=clear, start=start, command_valid=int(offered), opcode=opcode, queue_ready=ready)
        unit = unit_of.get(opcode)
        free = unit is None or ready >> unit & 1
        valid = 1 << unit if offered and unit is not None else 0
        illegal = int(offered and unit is None and opcode != OPCODES["end"])
        comparison.equal(
            f"cycle {number} opcode {opcode} {OUTPUTS}", sample(dut, OUTPUTS), [int(bool(free)), valid, ended, illegal]
        )
        ended = int((ended or (offered and opcode == OPCODES["end"])) and not clear and not start)
        if unit is not None and offered and not free:
            waited[unit] += 1
        offered = offered and not free and not clear
    assert min(waited.values()) > CYCLES // 100, f"cycles that commands waited: {waited}"
    comparison.done(minimum=4 * CYCLES)
