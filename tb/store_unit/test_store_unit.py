"""Random transfers from the activation buffer to an AXI memory; refused bursts, commands given up; throughput."""

from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge

from golden.contract import TARGETS
from tb.compare import Comparison, generator
from tb.memory import DECERR, SLVERR, WriteMemory, reset
from tb.signals import cycle
from tb.streams import BackPressure, StreamMonitor, bursts
from tb.transfers import BurstCheck, Transfer, random_transfer

COMMANDS = 48
SIZE = 1 << 16  # bytes of the memory
LONG = 512  # beats of the transfer whose throughput is measured
WAIT = 20000  # cycles


class Bench:
    """The unit between a buffer with a random word at each place and a memory."""

    def __init__(self, dut: Any) -> None:
        """Start everything."""
        self.dut, self.rng = dut, generator()
        self.ic, self.beat = int(dut.IC_LANES.value), int(dut.DATA_WIDTH.value) // 8
        self.most = int(dut.OUTSTANDING.value)  # bursts without response
        self.words: dict[int, int] = {}  # of the buffer
        self.dones = self.first_beat = self.last_beat = self.cycles = self.responses = 0
        self.beats: list[dict[str, int]] = []
        self.compared = Comparison()
        self.content = bytearray(self.rng.bytes(SIZE))
        self.memory = WriteMemory(dut, self.content)
        self.check = BurstCheck(self.beat, int(dut.BURST.value))
        StreamMonitor(dut, "aw", dut.clk, ("address", "length"), reset=dut.rst).add_callback(self.check.burst)
        StreamMonitor(dut, "w", dut.clk, ("data", "strobe", "last"), reset=dut.rst).add_callback(self._beat)
        self.reads: list[int] = []
        reads = StreamMonitor(dut, "read", dut.clk, ("address",), reset=dut.clear)  # which withdraws a read
        reads.add_callback(lambda seen: self.reads.append(seen["address"]))
        self.pressure = BackPressure(dut.read_ready, dut.clk, bursts(self.rng, 8, 6))
        cocotb.start_soon(self._buffer())
        cocotb.start_soon(self._watch())

    def word(self, place: int) -> int:
        """Return a word of the buffer."""
        return self.words.setdefault(place, int.from_bytes(self.rng.bytes(self.ic), "little"))

    def _beat(self, seen: dict[str, int]) -> None:
        self.first_beat = self.first_beat or self.cycles
        self.last_beat = self.cycles
        self.beats.append(seen)

    async def _buffer(self) -> None:
        dut = self.dut
        while True:
            await FallingEdge(dut.clk)
            if int(dut.read_valid.value) and int(dut.read_ready.value):
                place = int(dut.read_address.value)
                await RisingEdge(dut.clk)
                dut.read_data.value = self.word(place)

    async def _watch(self) -> None:
        dut = self.dut
        while True:
            await FallingEdge(dut.clk)
            self.cycles += 1
            if not int(dut.rst.value):
                self.dones += int(dut.done.value)
                self.responses += int(dut.m_axi_bvalid.value) & int(dut.m_axi_bready.value)
            open_bursts = len(self.check.bursts) - self.responses
            assert open_bursts <= self.most, f"{open_bursts} bursts without response"

    def random(self) -> Transfer:
        """Return a transfer."""
        longest = max(3, min(150 * self.beat // self.ic, 400))
        return random_transfer(self.rng, TARGETS["activation"], self.ic, longest, SIZE)

    def image(self, transfer: Transfer) -> dict[int, int]:
        """Return what the transfer writes: bytes by their place in the memory."""
        found = {}
        for address, place, _ in transfer.places():
            for number, byte in enumerate(self.word(place).to_bytes(self.ic, "little")):
                found[(address + number) % SIZE] = byte
        return found

    async def give(self, transfer: Transfer) -> None:
        """Give the command and expect its bursts."""
        self.dones = self.first_beat = self.responses = 0
        for seen in (self.reads, self.beats):
            seen.clear()
        self.memory.written.clear()
        self.before = bytes(self.content)
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
        """Run a command and compare the whole memory."""
        await self.give(transfer)
        await self.until("done")
        assert int(self.dut.quiet.value) == 1, "a burst is left at the end"
        await cycle(self.dut)
        await cycle(self.dut)
        assert self.dones == 1, f"done {self.dones} times"
        self.check.done()
        self.bursts_end()
        self.compared.equal("places read", self.reads, [place for _, place, _ in transfer.places()])
        image, whole = self.image(transfer), bytearray(self.before)
        for place, byte in image.items():
            whole[place] = byte
        self.compared.equal("memory", list(self.content), list(whole))
        assert self.memory.written == image.keys(), "bytes outside the transfer are written"

    def bursts_end(self) -> None:
        """Check the end of every burst and that each has its response."""
        self.compared.equal("responses", self.responses, len(self.check.bursts))
        ends = [number == len(burst) - 1 for burst in self.check.bursts for number in range(len(burst))]
        self.compared.equal("last", [bool(beat["last"]) for beat in self.beats], ends)

    async def clear(self, transfer: Transfer) -> None:
        """Hold clear until nothing is on its way, and compare the memory with what may be written."""
        await cycle(self.dut, clear=1)
        await cycle(self.dut)
        dones = self.dones  # of the cycle before clear
        beats = len(self.beats) + 1  # one may wait
        await self.until("quiet")
        for _ in range(int(self.rng.integers(5))):
            await cycle(self.dut)
        for channel in ("aw", "w"):
            assert int(getattr(self.dut, f"m_axi_{channel}valid").value) == 0, f"{channel} is valid while quiet"
        await cycle(self.dut, clear=0)
        assert self.dones == dones, "done after clear"
        assert not any(beat["strobe"] for beat in self.beats[beats:]), "bytes are written after clear"
        self.bursts_end()
        image = self.image(transfer)
        assert self.memory.written <= image.keys(), "bytes outside the transfer are written"
        whole = bytearray(self.before)
        for place in self.memory.written:
            whole[place] = image[place]
        self.compared.equal("memory", list(self.content), list(whole))


async def fresh(dut: Any) -> Bench:
    """Return a bench after reset."""
    await reset(dut, clear=0, command_valid=0, read_ready=0, read_data=0)
    bench = Bench(dut)
    await cycle(dut, rst=0)
    assert int(dut.quiet.value) == 1, "not quiet after reset"
    return bench


@cocotb.test(timeout_time=50, timeout_unit="ms")
async def test_transfers(dut: Any) -> None:
    """Complete transfers, transfers with a refused burst and transfers given up, in turn."""
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
            for _ in range(int(rng.integers(80))):
                await cycle(dut)
            if not bench.dones:
                await bench.clear(transfer)
        else:
            await bench.complete(transfer)
    bench.compared.done(COMMANDS)


async def refused(bench: Bench, transfer: Transfer) -> None:
    """Run a transfer of which a burst is refused, and give it up."""
    dut, rng = bench.dut, bench.rng
    address, _, _ = [*transfer.places()][int(rng.integers(transfer.words * transfer.lines))]
    response = int(rng.choice([SLVERR, DECERR]))
    bench.memory.refused = {address: response}
    await bench.give(transfer)
    await bench.until("error")
    holding = [burst[0] for burst in bench.check.bursts if address // bench.beat * bench.beat in burst]
    bench.compared.equal("response", int(dut.error_response.value), response)
    assert int(dut.error_address.value) in holding, "address of the error"  # two when lines meet in a beat
    for _ in range(int(rng.integers(20))):
        await cycle(dut)
        assert int(dut.error.value) == 0, "an error is reported twice"
        assert int(dut.command_ready.value) == 0, "ready before clear"
    await bench.clear(transfer)
    bench.memory.refused = {}


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_empty(dut: Any) -> None:
    """A transfer without lines or words is done at once."""
    bench = await fresh(dut)
    for fields in ({"lines": 0}, {"words": 0}):
        await bench.complete(Transfer(**(bench.random().__dict__ | fields)))
    bench.compared.done()


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def test_throughput(dut: Any) -> None:
    """A long transfer without stalls takes a beat or a word a cycle."""
    bench = await fresh(dut)
    bench.pressure.stop()
    dut.read_ready.value = 1
    words = LONG * bench.beat // max(bench.ic, bench.beat)
    await bench.complete(Transfer(TARGETS["activation"], 0x8000, 0, 1, words, 0, 1, 0, bench.ic))
    best = max(words, words * bench.ic // bench.beat)
    taken = bench.last_beat - bench.first_beat + max(1, bench.beat // bench.ic)
    cocotb.log.info("%d cycles, at least %d", taken, best)
    assert best >= 0.95 * taken, f"{taken} cycles, at least {best}"
