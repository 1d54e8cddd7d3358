"""Runs the layers of a job file through the core; the parent process compares the outputs."""

import json
import os
import time
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, RisingEdge, SimTimeoutError, with_timeout

COUNTERS = ("cycles", "busy", "setup", "weights", "drain", "window", "tail")
PERIOD_NS = 10


async def reset(dut: Any) -> None:
    """Reset for a few cycles."""
    dut.start.value = 0
    dut.give_up.value = 0
    dut.rst.value = 1
    await ClockCycles(dut.clk, 3)
    await FallingEdge(dut.clk)
    dut.rst.value = 0


async def run_job(dut: Any, index: int, job: dict[str, Any]) -> dict[str, Any]:
    """Run one layer; a layer that does not end in time is given up, with its outputs so far, and the core reset."""
    for port, value in job["ports"].items():
        getattr(dut, port).value = value
    dut.index.value = index
    dut.descriptor.value = int(job["descriptor"])
    dut.start.value = 1
    await FallingEdge(dut.clk)
    dut.start.value = 0
    began = time.perf_counter()
    try:
        await with_timeout(RisingEdge(dut.finished), job["timeout"] * PERIOD_NS, "ns")
        ended = True
    except SimTimeoutError:
        ended = False
        dut.give_up.value = 1
        await RisingEdge(dut.finished)
    await FallingEdge(dut.clk)
    counters = {name: int(getattr(dut, f"count_{name}").value) for name in COUNTERS}
    assert counters["cycles"] == sum(counters[name] for name in COUNTERS[1:]), f"{job['name']}: {counters}"
    for name in ("active", "rewritten"):
        counters[name] = int(getattr(dut, name).value)
    result = {
        "ended": ended,
        "error": int(dut.error.value),
        "error_index": int(dut.error_index.value),
        "counters": counters,
        "simulated": counters["cycles"] + job["loaded"],
        "seconds": time.perf_counter() - began,
    }
    if not ended:
        await reset(dut)
    return result


@cocotb.test()
async def test_layers(dut: Any) -> None:
    """Run every layer; write error, counters and host seconds of each to results.json."""
    jobs = json.loads(Path(os.environ["CORE_JOBS"]).read_text())
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()
    await reset(dut)
    results = []
    for index, job in enumerate(jobs):
        results.append(await run_job(dut, index, job))
        Path("results.json").write_text(json.dumps(results))
    assert results, "no layer was run"
