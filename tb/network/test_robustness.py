"""Networks one after the other on the same accelerator, some of which fail, are stopped or reset in the middle."""

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, First, RisingEdge, Timer

from golden.registers import registers
from tb.network.bus import Registers, pulse
from tb.network.test_network import PERIOD_NS

LONGEST = 400_000  # cycles of a small network; a job may say less


async def reset(dut: Any) -> None:
    """Reset accelerator and bus, the memory's contents stay."""
    await FallingEdge(dut.clk)
    dut.rst.value = 1
    await ClockCycles(dut.clk, 2)
    await FallingEdge(dut.clk)
    dut.rst.value = 0


async def step(dut: Any, bus: Registers, what: dict[str, Any], longest: int) -> dict[str, int]:
    """Run a network as ``what`` says and return status and error; a reset leaves nothing to return.

    AssertionError when there is no interrupt within ``longest`` cycles.
    """
    dut.bad.value = max(what["bad"], 0)
    dut.bad_enable.value = int(what["bad"] >= 0)
    await bus.write("LIST_ADDRESS", value=what["list"])
    await bus.write("CONTROL", start=1, interrupt_enable=1)
    if what["stop"] >= 0 or what["reset"] >= 0:
        await First(Timer(max(what["stop"], what["reset"], 1) * PERIOD_NS, "ns"), RisingEdge(dut.irq))
        await RisingEdge(dut.clk)
        if what["reset"] >= 0:
            await reset(dut)
            return {}
        if not int(dut.irq.value):
            await bus.write("CONTROL", stop=1, interrupt_enable=1)
    if not int(dut.irq.value):
        ended = RisingEdge(dut.irq)
        assert await First(ended, Timer(longest * PERIOD_NS, "ns")) is ended, f"{what}: no interrupt"
        await RisingEdge(dut.clk)
    found = registers()["STATUS"].unpack(await bus.read("STATUS"))
    found |= registers()["ERROR"].unpack(await bus.read("ERROR"))
    found |= {name.lower(): await bus.read(name) for name in ("ERROR_ADDRESS", "ERROR_COMMAND", "ERROR_INDEX")}
    assert not found["busy"]
    await bus.write("STATUS", done=1, failed=1)
    assert not int(dut.irq.value), f"{what}: an interrupt after its bits are cleared"
    return found


@cocotb.test()
async def test_robustness(dut: Any) -> None:
    """Run the steps of the job; write what each gave, and the memory at the output, to results.json."""
    job = json.loads(Path(os.environ["NETWORK_JOB"]).read_text())
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()
    for signal in ("load", "save", "dump"):
        getattr(dut, signal).value = 0
    for port, value in job["ports"].items():
        getattr(dut, port).value = value
    bus, results = Registers(dut), []
    dut.rst.value = 1
    await ClockCycles(dut.clk, 3)
    await reset(dut)
    await pulse(dut, "load")
    await RisingEdge(dut.clk)
    for what in job["steps"]:
        found = await step(dut, bus, what, job["longest"])
        await pulse(dut, "save")
        await ClockCycles(dut.clk, 2)
        results.append({"found": found, "memory": (Path(job["images"]) / "result.hex").read_text()})
        Path("results.json").write_text(json.dumps(results))
