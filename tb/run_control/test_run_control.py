"""Networks that end, fail and are stopped, against the rules written in Python; every failure's fields."""

from typing import Any

import cocotb

from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

CYCLES = 6000
FIELDS = (("error_code", 4), ("error_address", 32), ("error_command", 32))
OUTPUTS = ("busy", "begin_list", "clear", "done", "failed")


@cocotb.test()
async def test_random_cycles(dut: Any) -> None:
    """Random inputs; several failures may come at once, of which the first kind is kept."""
    comparison, rng = Comparison(), generator()
    kinds = int(dut.FAILURES.value)
    quiet = dict.fromkeys(("start", "stop", "ended", "idle", "quiet", "fail"), 0)
    start_clock(dut, rst=1, fail_code=0, fail_address=0, fail_command=0, fail_index=0, **quiet)
    await cycle(dut)
    await cycle(dut, rst=0)
    busy = stopping = done = failed = 0
    error: dict[str, int] = {}
    failures = 0
    for number in range(CYCLES):
        bits = {name: int(rng.integers(2)) for name in ("start", "ended", "idle", "quiet")}
        fail = int(rng.integers(1 << (kinds - 1))) if rng.integers(6) == 0 else 0
        stop = int(rng.integers(8) == 0)
        values = {name: [int(rng.integers(1 << width)) for _ in range(kinds)] for name, width in FIELDS}
        packed = {
            f"fail_{name.removeprefix('error_')}": sum(
                value << (width * kind) for kind, value in enumerate(values[name])
            )
            for name, width in FIELDS
        }
        index = int(rng.integers(1 << 32))
        rst = int(rng.integers(200) == 0)
        await cycle(dut, rst=rst, stop=stop, fail=fail, fail_index=index, **bits, **packed)
        expected = [busy, int(bits["start"] and not busy), int(rst or stopping), done, failed]
        comparison.equal(f"cycle {number} {OUTPUTS}", sample(dut, OUTPUTS), expected)
        if failed:
            failures += 1
            comparison.equal(f"cycle {number} {list(error)}", sample(dut, error), list(error.values()))
        begin = bits["start"] and not busy
        fails = fail | stop << (kinds - 1)
        ends = busy and not stopping and bits["ended"] and bits["idle"] and bits["quiet"] and not fails
        gives_up = busy and not stopping and fails
        over = stopping and bits["quiet"]
        if gives_up:
            kind = (fails & -fails).bit_length() - 1
            error = {name: values[name][kind] for name, _ in FIELDS} | {"error_source": kind + 1, "error_index": index}
        done, failed = int(bool(ends)), int(bool(over))
        busy = int(not rst and not ends and not over and bool(busy or begin))
        stopping = int(not rst and not over and bool(stopping or gives_up))
    assert failures > CYCLES // 100
    comparison.done(minimum=CYCLES)
