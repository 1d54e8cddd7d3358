"""Runs a network on the accelerator; the parent process compares what it wrote."""

import json
import os
import time
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, First, RisingEdge, Timer

from golden.registers import registers
from tb.network.bus import Registers, pulse

PERIOD_NS = 10
POLL = 20_000  # cycles between reports of progress


@cocotb.test()
async def test_network(dut: Any) -> None:
    """Run the network of the job as often as it says; write status and counters to results.json."""
    job = json.loads(Path(os.environ["NETWORK_JOB"]).read_text())
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()
    for signal in ("load", "save", "dump"):
        getattr(dut, signal).value = 0
    for port, value in job["ports"].items():
        getattr(dut, port).value = value
    bus = Registers(dut)
    dut.rst.value = 1
    await ClockCycles(dut.clk, 3)
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    await pulse(dut, "load")
    began = time.perf_counter()
    await bus.write("LIST_ADDRESS", value=job["list_address"])
    await bus.write("CONTROL", start=1, interrupt_enable=1)
    ended = False
    while not ended and int(dut.cycle.value) < job["timeout"]:
        done, dumped = RisingEdge(dut.irq), RisingEdge(dut.dumped)
        fired = await First(done, dumped, Timer(POLL * PERIOD_NS, "ns"))
        if fired is dumped:
            break
        ended = fired is done
        await FallingEdge(dut.clk)
        Path("progress.json").write_text(json.dumps([int(dut.number.value), int(dut.cycle.value)]))
    seconds, cycles = time.perf_counter() - began, int(dut.cycle.value)
    result: dict[str, Any] = {"ended": ended, "cycles": cycles, "seconds": seconds}
    if ended:
        status = registers()["STATUS"].unpack(await bus.read("STATUS"))
        error = registers()["ERROR"].unpack(await bus.read("ERROR"))
        error |= {name.lower(): await bus.read(name) for name in ("ERROR_ADDRESS", "ERROR_COMMAND", "ERROR_INDEX")}
        result |= {"status": status, "error": error, "counters": await bus.read_all()}
    await pulse(dut, "save")
    await ClockCycles(dut.clk, 2)
    Path("results.json").write_text(json.dumps(result))
