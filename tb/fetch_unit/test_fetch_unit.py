"""Random lists of commands in an AXI memory, refused beats before and behind END, lists given up."""

from typing import Any

import cocotb
from cocotb.triggers import FallingEdge

from golden.contract import COMMAND_BITS, OPCODES
from tb.compare import Comparison, generator
from tb.memory import DECERR, SLVERR, ReadMemory, reset
from tb.signals import cycle
from tb.streams import BackPressure, StreamMonitor, bursts

LISTS = 48
SIZE = 1 << 14  # bytes of the memory
LONGEST = 40  # commands of a list
BYTES = COMMAND_BITS // 8
FETCH = 256  # bytes of a burst
HELD = 8  # commands that the unit holds
WAIT = 5000  # cycles
INPUTS = {"clear": 0, "start": 0, "list_address": 0, "command_ready": 0}


class Bench:
    """The unit between a memory and a reader of commands."""

    def __init__(self, dut: Any) -> None:
        """Start everything."""
        self.dut, self.rng = dut, generator()
        self.beat = int(dut.DATA_WIDTH.value) // 8
        self.asked: list[int] = []
        self.given: list[int] = []
        self.compared = Comparison()
        self.content = bytearray(SIZE)
        self.memory = ReadMemory(dut, self.content)
        StreamMonitor(dut, "ar", dut.clk, ("address", "length"), reset=dut.rst).add_callback(self._burst)
        self.pressure = BackPressure(dut.command_ready, dut.clk, bursts(self.rng, 2, 40))  # slower than the memory
        self.errors = 0
        cocotb.start_soon(self._watch())

    def _burst(self, seen: dict[str, int]) -> None:
        assert seen["length"] + 1 == FETCH // self.beat, f"{seen['length'] + 1} beats"
        self.asked.append(seen["address"])

    async def _watch(self) -> None:
        dut = self.dut
        waiting: int | None = None
        while True:
            await FallingEdge(dut.clk)
            self.errors += int(dut.error.value) == 1
            seen = int(dut.command.value) if str(dut.command_valid.value) == "1" else None
            assert waiting is None or seen == waiting or int(dut.clear.value) or self.errors, "a command changed"
            waiting = None if int(dut.command_ready.value) else seen
            if seen is not None and waiting is None:
                self.given.append(seen)
            ahead = len(self.asked) * FETCH // BYTES - len(self.given)
            assert ahead <= HELD, f"{ahead} commands ahead"

    async def begin(self) -> tuple[int, list[int]]:
        """Put a list into the memory and start it; return its address and commands."""
        rng = self.rng
        self.content[:] = rng.bytes(SIZE)
        count = int(rng.integers(1, LONGEST + 1))
        start = int(rng.integers((SIZE - LONGEST * BYTES) // FETCH)) * FETCH
        others = [code for name, code in OPCODES.items() if name != "end"]
        commands = []
        for number in range(count):
            word = int.from_bytes(rng.bytes(BYTES), "little") & -(1 << 4)
            word |= OPCODES["end"] if number == count - 1 else int(rng.choice(others))
            commands.append(word)
            self.content[start + number * BYTES : start + (number + 1) * BYTES] = word.to_bytes(BYTES, "little")
        address = int(rng.integers((1 << 32) // SIZE)) * SIZE + start
        self.asked.clear()
        self.given.clear()
        self.errors = 0
        await cycle(self.dut, start=1, list_address=address)
        await cycle(self.dut, start=0, list_address=0)
        return address, commands

    async def wait(self, count: int) -> None:
        """Wait until so many commands are given."""
        for _ in range(WAIT):
            if len(self.given) >= count:
                return
            await cycle(self.dut)
        raise AssertionError(f"{len(self.given)} commands of {count}")

    async def quiet(self) -> None:
        """Wait until the unit is quiet, and a little longer."""
        for _ in range(WAIT):
            await cycle(self.dut)
            if int(self.dut.quiet.value):
                break
        else:
            raise AssertionError("never quiet")
        asked = len(self.asked)
        for _ in range(20):
            await cycle(self.dut)
        assert int(self.dut.quiet.value) == 1, "not quiet any more"
        assert len(self.asked) == asked, "bursts while quiet"

    async def clear(self) -> None:
        """Hold clear until the unit is quiet."""
        await cycle(self.dut, clear=1)
        await cycle(self.dut)
        asked, given = len(self.asked), len(self.given)
        await self.quiet()
        assert len(self.asked) <= asked + 1, "bursts during clear"
        assert len(self.given) == given, "commands during clear"
        await cycle(self.dut, clear=0)


@cocotb.test(timeout_time=20, timeout_unit="ms")
async def test_lists(dut: Any) -> None:
    """Whole lists, lists with a refused beat and lists given up, in turn."""
    await reset(dut, **INPUTS)
    bench = Bench(dut)
    rng, compared = bench.rng, bench.compared
    await cycle(dut, rst=0)
    assert int(dut.quiet.value) == 1, "not quiet after reset"
    bench.memory.stall(rng)
    for number in range(LISTS):
        if number == LISTS // 2:
            bench.memory.flow()
        if number == LISTS * 3 // 4:
            bench.pressure.stop()
            dut.command_ready.value = 1
        address, commands = await bench.begin()
        end = address + len(commands) * BYTES
        if number % 4 == 1:
            beat = address + int(rng.integers(len(commands) * BYTES // bench.beat)) * bench.beat
            response = int(rng.choice([SLVERR, DECERR]))
            bench.memory.refused = {beat: response}
            while not int(dut.error.value):
                await cycle(dut)
            compared.equal("response", int(dut.error_response.value), response)
            compared.equal("address of the error", int(dut.error_address.value), beat)
            for _ in range(int(rng.integers(30))):
                await cycle(dut)
            compared.equal("commands", bench.given, commands[: len(bench.given)])
            assert len(bench.given) <= (beat - address) // BYTES, "a command with a refused beat"
            assert bench.errors <= 1, "an error is reported twice"
            await bench.clear()
        elif number % 4 == 3:
            await bench.wait(int(rng.integers(len(commands))))
            for _ in range(int(rng.integers(10))):
                await cycle(dut)
            await bench.clear()
            assert bench.given == commands[: len(bench.given)], "commands"
        else:
            bench.memory.refused = dict.fromkeys(range(end, end + 3 * FETCH, bench.beat), SLVERR)
            await bench.wait(len(commands))
            await bench.quiet()
            assert bench.given == commands, "commands"
            compared.compared += len(commands)
            assert bench.errors == 0, "an error behind END"
        bench.memory.refused = {}
        assert bench.asked == list(range(address, address + len(bench.asked) * FETCH, FETCH)), "bursts"
    compared.done(LISTS)


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_reset(dut: Any) -> None:
    """Reset before any burst leaves the unit ready for a list."""
    await reset(dut, **INPUTS)
    bench = Bench(dut)
    await cycle(dut, start=1)
    await FallingEdge(dut.clk)
    await cycle(dut, start=0)
    await cycle(dut, rst=0)
    bench.pressure.stop()
    dut.command_ready.value = 1
    _, commands = await bench.begin()
    await bench.wait(len(commands))
    await bench.quiet()
    assert bench.given == commands
    bench.compared.compared += len(commands)
    bench.compared.done()
