"""Random transfers from an AXI memory to the buffers; refused beats and commands given up; throughput."""

from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge

from golden.contract import PARAMETER, PARAMETER_BYTES, TARGETS
from tb.compare import Comparison, generator
from tb.memory import DECERR, SLVERR, ReadMemory, reset
from tb.signals import cycle
from tb.streams import BackPressure, StreamMonitor, bursts
from tb.transfers import BurstCheck, Transfer, random_transfer

COMMANDS = 48
SIZE = 1 << 16  # bytes of the memory
LONG = 512  # beats of the transfer whose throughput is measured
WAIT = 20000  # cycles
ILLEGAL = 1  # response of a command that is refused


class Bench:
    """The unit between a memory and buffers that remember what is written."""

    def __init__(self, dut: Any) -> None:
        """Start everything."""
        self.dut, self.rng = dut, generator()
        self.ic, self.beat = int(dut.IC_LANES.value), int(dut.DATA_WIDTH.value) // 8
        self.writes: list[tuple[int, int, int]] = []  # target, place, word
        self.dones = self.errors = self.beats = self.first_beat = self.last_beat = self.cycles = 0
        self.compared = Comparison()
        self.content = bytearray(self.rng.bytes(SIZE))
        self.memory = ReadMemory(dut, self.content)
        self.check = BurstCheck(self.beat, int(dut.BURST.value))
        StreamMonitor(dut, "ar", dut.clk, ("address", "length"), reset=dut.rst).add_callback(self.check.burst)
        self.pressure = BackPressure(dut.activation_write_ready, dut.clk, bursts(self.rng, 8, 6))
        self.word_bytes = {
            TARGETS["activation"]: self.ic,
            TARGETS["weight"]: self.ic // 2,
            TARGETS["parameter"]: PARAMETER_BYTES,
        }
        cocotb.start_soon(self._watch())

    async def _watch(self) -> None:
        dut = self.dut
        waiting: tuple[int, int] | None = None
        while True:
            await FallingEdge(dut.clk)
            self.cycles += 1
            if int(dut.rst.value):
                continue
            self.dones += int(dut.done.value)
            if int(dut.m_axi_rvalid.value) and int(dut.m_axi_rready.value):
                self.first_beat = self.first_beat or self.cycles
                self.beats, self.last_beat = self.beats + 1, self.cycles
            seen = None
            if int(dut.activation_write_valid.value):
                seen = (int(dut.activation_write_address.value), int(dut.activation_write_data.value))
            assert waiting is None or waiting == seen or int(dut.clear.value), "a write changed while it waited"
            waiting = None if int(dut.activation_write_ready.value) else seen
            if seen is not None and waiting is None:
                self.writes.append((TARGETS["activation"], *seen))
            for name in ("weight", "parameter"):
                if int(getattr(dut, f"{name}_write_enable").value):
                    place, word = (int(getattr(dut, f"{name}_write_{field}").value) for field in ("address", "data"))
                    self.writes.append((TARGETS[name], place, word))

    def word(self, address: int, length: int) -> int:
        """Return a word of the memory."""
        return int.from_bytes(self.content[address % SIZE :][:length], "little")

    def random(self) -> Transfer:
        """Return a transfer for one of the buffers."""
        target = int(self.rng.choice(list(TARGETS.values())))
        word = self.word_bytes[target]
        return random_transfer(self.rng, target, word, max(3, min(150 * self.beat // word, 400)), SIZE)

    def expected(self, transfer: Transfer) -> list[tuple[int, int, int]]:
        """Return the writes of a transfer."""
        bits = PARAMETER.width if transfer.target == TARGETS["parameter"] else 8 * transfer.word_bytes
        words = ((place, self.word(address, transfer.word_bytes)) for address, place, _ in transfer.places())
        return [(transfer.target, place, word & ((1 << bits) - 1)) for place, word in words]

    async def give(self, transfer: Transfer) -> None:
        """Give the command and expect its bursts."""
        self.writes.clear()
        self.dones = self.beats = self.first_beat = 0
        self.check.expect(transfer)
        await cycle(self.dut, command_valid=1, command=transfer.command)
        assert int(self.dut.command_ready.value) == 1, "not ready while idle"
        await RisingEdge(self.dut.clk)
        self.dut.command_valid.value = 0

    async def until(self, name: str) -> None:
        """Wait until a signal is high."""
        for _ in range(WAIT):
            await FallingEdge(self.dut.clk)
            if int(getattr(self.dut, name).value):
                return
        raise AssertionError(f"no {name} in {WAIT} cycles")

    async def complete(self, transfer: Transfer) -> None:
        """Run a command and compare all of it."""
        await self.give(transfer)
        await self.until("done")
        assert int(self.dut.quiet.value) == 1, "a burst is left at the end"
        await cycle(self.dut)
        await cycle(self.dut)
        assert self.dones == 1, f"done {self.dones} times"
        self.check.done()
        self.compared.equal("beats", self.beats, len(self.check.beats))
        self.compare(transfer, len(self.expected(transfer)))

    def compare(self, transfer: Transfer, count: int) -> None:
        """Compare the writes with the first ``count`` of the transfer's."""
        expected = self.expected(transfer)[:count]
        assert self.writes == expected, f"{len(self.writes)} writes, expected {len(expected)}: {transfer}"
        self.compared.compared += len(expected)

    async def clear(self) -> None:
        """Hold clear until nothing is on its way."""
        writes = len(self.writes)
        await cycle(self.dut, clear=1)
        await cycle(self.dut)
        dones = self.dones  # of the cycle before clear
        await self.until("quiet")
        for _ in range(int(self.rng.integers(5))):
            await cycle(self.dut)
        assert int(self.dut.m_axi_arvalid.value) == 0, "an address while quiet"
        assert self.dones == dones, "done after clear"
        assert len(self.writes) <= writes + 1, "writes during clear"
        self.beats_asked()
        await cycle(self.dut, clear=0)

    def beats_asked(self) -> None:
        """Check that every beat that was asked for has come."""
        self.compared.equal("beats of the bursts", self.beats, self.check.place)


async def fresh(dut: Any) -> Bench:
    """Return a bench after reset."""
    await reset(dut, clear=0, command_valid=0, activation_write_ready=0)
    bench = Bench(dut)
    await cycle(dut, rst=0)
    assert int(dut.quiet.value) == 1, "not quiet after reset"
    return bench


@cocotb.test(timeout_time=50, timeout_unit="ms")
async def test_transfers(dut: Any) -> None:
    """Complete transfers, transfers with a refused beat and transfers given up, in turn."""
    bench = await fresh(dut)
    rng = bench.rng
    bench.memory.stall(rng)
    for number in range(COMMANDS):
        transfer = bench.random()
        if number == COMMANDS // 2:
            bench.memory.flow()
        if number % 4 == 1:
            await refused(bench, transfer)
        elif number % 4 == 3:
            await bench.give(transfer)
            for _ in range(int(rng.integers(60))):
                await cycle(dut)
            if not bench.dones:
                await bench.clear()
            bench.compare(transfer, len(bench.writes))
        else:
            await bench.complete(transfer)
    bench.compared.done(COMMANDS)


async def refused(bench: Bench, transfer: Transfer) -> None:
    """Run a transfer of which a beat is refused, and give it up."""
    dut, rng = bench.dut, bench.rng
    beats = [beat for beat, _ in transfer.beats(bench.beat)]
    beat, response = int(rng.choice(beats)), int(rng.choice([SLVERR, DECERR]))
    bench.memory.refused = {beat: response}
    await bench.give(transfer)
    await bench.until("error")
    bench.compared.equal("response", int(dut.error_response.value), response)
    bench.compared.equal("address of the error", int(dut.error_address.value), beat)
    for _ in range(int(rng.integers(20))):
        await cycle(dut)
        assert int(dut.error.value) == 0, "an error is reported twice"
        assert int(dut.command_ready.value) == 0, "ready before clear"
    whole = transfer.word_bytes
    first = beats.index(beat)
    before = [a for a, _, _ in transfer.places() if beats.index((a + whole - 1) // bench.beat * bench.beat) < first]
    bench.compare(transfer, len(before))
    bench.memory.refused = {}
    await bench.clear()


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_empty(dut: Any) -> None:
    """A transfer without lines or words is done at once."""
    bench = await fresh(dut)
    for fields in ({"lines": 0}, {"words": 0}):
        full = bench.random()
        await bench.complete(Transfer(**(full.__dict__ | fields)))
    bench.compared.done()


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_illegal(dut: Any) -> None:
    """A target that is none reads and writes nothing, empty or not: an error, then nothing until clear."""
    bench = await fresh(dut)
    for fields in ({}, {"lines": 0}, {"words": 0}):
        whole = bench.random()
        await bench.give(Transfer(**(whole.__dict__ | {"target": len(TARGETS)} | fields)))
        await bench.until("error")
        bench.compared.equal("response", int(dut.error_response.value), ILLEGAL)
        bench.compared.equal("address of the error", int(dut.error_address.value), whole.address)
        for _ in range(WAIT // 1000):
            await cycle(dut)
            assert not int(dut.error.value), "an error is reported twice"
            assert not int(dut.command_ready.value), "ready before clear"
        assert not bench.dones, "an illegal command is done"
        assert not bench.check.place, "an illegal command reads"
        assert not bench.writes, "an illegal command writes"
        await bench.clear()
        await bench.complete(whole)
    bench.compared.done()


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_throughput(dut: Any) -> None:
    """A long transfer without stalls takes a beat or a word a cycle."""
    bench = await fresh(dut)
    bench.pressure.stop()
    dut.activation_write_ready.value = 1
    for target, word in bench.word_bytes.items():
        words = LONG * bench.beat // max(word, bench.beat)
        transfer = Transfer(target, 0x8000, words * word, 1, words, 0, 1, 0, word)
        await bench.complete(transfer)
        best = max(words, words * word // bench.beat)
        taken = bench.last_beat - bench.first_beat + max(1, bench.beat // word)
        cocotb.log.info("target %d: %d cycles, at least %d", target, taken, best)
        assert best >= 0.95 * taken, f"target {target}: {taken} cycles, at least {best}"
