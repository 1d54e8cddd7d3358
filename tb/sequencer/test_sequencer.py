"""Descriptors through the sequencer: refused, stopped by a bad parameter word, run to the end, and reset."""

from typing import Any

import cocotb
import numpy as np

from golden.contract import CONTRACT, DESCRIPTOR, ERRORS
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock
from tb.streams import StreamDriver, bursts

LAYERS = 200
CHANNEL_MAX: int = (1 << CONTRACT["dimension"]["channel_width"]) - 1
FLAGS = {"computing": "busy", "filling": "window", "wait_weights": "weights", "wait_drain": "drain", "": "tail"}
COUNTERS = ("setup", *FLAGS.values())
STATUS = ("error", "error_index", "count_cycles", *(f"count_{name}" for name in COUNTERS))
PULSES = ("in_ready", "check_start", "start", "clear", "done")
QUIET = {name: 0 for name in ("check_done", "bad_meta", "bad_shift", "finished", *FLAGS) if name}


class Layer:
    """One descriptor on its way, and what the sequencer must have counted."""

    def __init__(self, dut: Any, comparison: Comparison, word: int, rng: np.random.Generator) -> None:
        """Start with nothing counted."""
        self.dut, self.comparison, self.word, self.rng = dut, comparison, word, rng
        self.counts = dict.fromkeys(COUNTERS, 0)

    async def cycle(self, what: str, pulses: str, **inputs: int) -> None:
        """Begin a cycle in which just these of PULSES are high."""
        await cycle(self.dut, **(QUIET | inputs))
        expected = [int(name in pulses.split()) for name in PULSES]
        self.comparison.equal(f"{what}: {PULSES}", sample(self.dut, PULSES), expected)

    async def accepted(self) -> None:
        """Wait until the descriptor is taken."""
        while True:
            await cycle(self.dut, **QUIET)
            if all(sample(self.dut, ["in_valid", "in_ready"])):
                return

    async def check(self, error: int) -> None:
        """Go through the check, which takes some cycles."""
        await self.cycle("check begins", "check_start")
        self.comparison.equal("layer", hex(int(self.dut.layer.value)), hex(self.word))
        waits = int(self.rng.integers(6))
        for _ in range(waits):
            await self.cycle("check", "")
        await self.cycle("check ends", "" if error else "start", check_done=1, check_error=error)
        self.counts["setup"] = waits + 2

    async def run(self, last: dict[str, int]) -> None:
        """Run some cycles, then one with the inputs ``last``."""
        for _ in range(int(self.rng.integers(30))):
            await self._running("", {})
        await self._running("clear" if "finished" not in last else "", last)

    async def _running(self, pulses: str, inputs: dict[str, int]) -> None:
        flag = str(self.rng.choice(list(FLAGS)))
        self.counts[FLAGS[flag]] += 1
        await self.cycle("run", pulses, **(inputs | ({flag: 1} if flag else {})))

    async def done(self, error: int, index: int) -> None:
        """Compare status and counters; they stay until the next descriptor."""
        for number in range(3):
            if number == 0:
                await self.cycle("end", "in_ready done")
            expected = [error, index, sum(self.counts.values()), *self.counts.values()]
            self.comparison.equal(f"{STATUS}", sample(self.dut, STATUS), expected)
            if number < 2:
                await self.cycle("idle", "in_ready")


@cocotb.test()
async def test_layers(dut: Any) -> None:
    """Layers of every ending in random order, handed over with idle cycles; some are reset in the middle."""
    comparison, rng = Comparison(), generator()
    driver = StreamDriver(dut, "in", dut.clk, ["descriptor"], idle=bursts(rng, 1, 5))
    start_clock(dut, rst=1, in_descriptor=0, **QUIET)
    await cycle(dut)
    await cycle(dut)
    comparison.equal(f"reset: {PULSES}", sample(dut, PULSES), [0, 0, 0, 1, 0])
    await cycle(dut, rst=0)
    comparison.equal(f"after reset: {PULSES}", sample(dut, PULSES), [1, 0, 0, 0, 0])
    comparison.equal(f"after reset: {STATUS}", sample(dut, STATUS), [0] * len(STATUS))
    for _ in range(LAYERS):
        word = int.from_bytes(rng.bytes(DESCRIPTOR.width // 8 + 1), "little") & ((1 << DESCRIPTOR.width) - 1)
        layer = Layer(dut, comparison, word, rng)
        driver.append({"descriptor": word})
        await layer.accepted()
        ending = str(rng.choice(["refused", "metadata", "shift", "finished", "finished", "reset"]))
        error = int(rng.integers(1, ERRORS["metadata"])) if ending == "refused" else ERRORS["none"]
        await layer.check(error)
        if ending == "refused":
            await layer.done(error, 0)
        elif ending == "finished":
            await layer.run({"finished": 1})
            await layer.done(ERRORS["none"], 0)
        elif ending == "reset":
            await layer.run({"rst": 1})
            await layer.cycle("after reset", "in_ready", rst=0)
            comparison.equal(f"after reset: {STATUS}", sample(dut, STATUS), [0] * len(STATUS))
        else:
            index = int(rng.integers(CHANNEL_MAX + 1))
            bad = {"bad_meta": int(ending == "metadata"), "bad_shift": int(ending == "shift" or rng.integers(2))}
            await layer.run(bad | {"bad_index": index})
            await layer.done(ERRORS[ending], index)
    comparison.done(minimum=LAYERS)
