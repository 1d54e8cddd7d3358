"""Runs the layers of a job file through the core; the parent process compares the outputs."""

import json
import os
import time
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, RisingEdge, with_timeout

COUNTERS = ("cycles", "busy", "setup", "weights", "drain", "window", "tail")
PERIOD_NS = 10


@cocotb.test()
async def test_layers(dut: Any) -> None:
    """Run every layer; write error, counters and host seconds of each to results.json."""
    jobs = json.loads(Path(os.environ["CORE_JOBS"]).read_text())
    dut.start.value = 0
    dut.rst.value = 1
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()
    await ClockCycles(dut.clk, 3)
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    results = []
    for index, job in enumerate(jobs):
        for field in ("activation_count", "weight_count", "parameter_count", "output_count", "stall"):
            getattr(dut, field).value = job[field]
        dut.index.value = index
        dut.descriptor.value = int(job["descriptor"])
        dut.start.value = 1
        await FallingEdge(dut.clk)
        dut.start.value = 0
        began = time.perf_counter()
        await with_timeout(RisingEdge(dut.finished), job["timeout"] * PERIOD_NS, "ns")
        await FallingEdge(dut.clk)
        counters = {name: int(getattr(dut, f"count_{name}").value) for name in COUNTERS}
        assert counters["cycles"] == sum(counters[name] for name in COUNTERS[1:]), f"{job['name']}: {counters}"
        loaded = max(job["activation_count"], job["weight_count"], job["parameter_count"])
        results.append(
            {
                "error": int(dut.error.value),
                "error_index": int(dut.error_index.value),
                "counters": counters,
                "simulated": counters["cycles"] + loaded,
                "seconds": time.perf_counter() - began,
            }
        )
        Path("results.json").write_text(json.dumps(results))
    assert results, "no layer was run"
