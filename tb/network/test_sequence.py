"""Networks one after the other on one accelerator, each in a memory of its own; some are reset at a random moment."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, First, RisingEdge, Timer

from golden.registers import registers
from tb.network.bus import Registers, pulse
from tb.network.test_network import PERIOD_NS
from tb.network.test_robustness import LONGEST, reset

BUS = ("arvalid", "rvalid", "awvalid", "wvalid", "bvalid")
WRITTEN = ("layer.bin", "vector.bin")


async def begin(dut: Any, bus: Registers, images: Path, what: dict[str, Any]) -> None:
    """Put the network into memory and start it."""
    shutil.copyfile(what["image"], images / "memory.bin")
    for port, value in what["ports"].items():
        getattr(dut, port).value = value
    await pulse(dut, "load")
    await bus.write("LIST_ADDRESS", value=what["list_address"])
    await bus.write("CONTROL", start=1, interrupt_enable=1)


async def cut(dut: Any, what: dict[str, Any]) -> list[str]:
    """Reset after some cycles and then, where ``at`` says so, with this signal of the bus; return what was going on."""
    ended = RisingEdge(dut.irq)
    fired = await First(ended, Timer(what["reset"] * PERIOD_NS, "ns"))
    if what["at"] and fired is not ended and not int(getattr(dut, what["at"]).value):
        await First(ended, RisingEdge(getattr(dut, what["at"])))
    open_channels = [signal for signal in BUS if int(getattr(dut, signal).value)]
    await reset(dut)
    return open_channels


@cocotb.test()
async def test_sequence(dut: Any) -> None:
    """Make the steps of the job; write what each gave to results.json, and the memory after it to <step>.hex."""
    job = json.loads(Path(os.environ["NETWORK_JOB"]).read_text())
    images, results = Path(job["images"]), []
    Clock(dut.clk, PERIOD_NS, "ns", impl="gpi").start()
    for signal in ("load", "save", "dump", "bad_enable"):
        getattr(dut, signal).value = 0
    bus = Registers(dut)
    dut.rst.value = 1
    await ClockCycles(dut.clk, 3)
    await reset(dut)
    for number, what in enumerate(job["steps"]):
        await begin(dut, bus, images, what)
        found: dict[str, Any] = {}
        if what["reset"] >= 0:
            found["open"] = await cut(dut, what)
        else:
            ended = RisingEdge(dut.irq)
            assert await First(ended, Timer(LONGEST * PERIOD_NS, "ns")) is ended, f"step {number}: no interrupt"
            found |= registers()["STATUS"].unpack(await bus.read("STATUS"))
            await bus.write("STATUS", done=1, failed=1)
        await pulse(dut, "save")
        await ClockCycles(dut.clk, 2)
        shutil.copyfile(images / "result.hex", f"{number}.hex")
        found["written"] = [(images / name).stat().st_size for name in WRITTEN]
        results.append(found)
    Path("results.json").write_text(json.dumps(results))
