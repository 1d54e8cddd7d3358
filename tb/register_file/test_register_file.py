"""Every register through cocotbext-axi's AXI4-Lite master, with random idle cycles and back-pressure."""

import logging
from collections.abc import Iterator
from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import FallingEdge, gather
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp
from cocotbext.axi.axil_channels import AxiLiteAWTransaction, AxiLiteWTransaction

from golden.registers import ADDRESS_WIDTH, counters, registers
from tb.compare import Comparison, generator, pack
from tb.signals import cycle, start_clock

ROUNDS = 400
SIMULTANEOUS = 60
MASK = (1 << 32) - 1
CAPABILITIES = (
    *("OC_LANES", "IC_LANES", "STRIPE", "RQ_LANES", "ACTIVATION_WORDS", "WEIGHT_ROWS", "PARAMETER_WORDS"),
    "DATA_WIDTH",
)
WRITABLE = ("CONTROL", "STATUS", "LIST_ADDRESS")
ERRORS = {
    "error_source": ("ERROR", "source"),
    "error_code": ("ERROR", "code"),
    "error_address": ("ERROR_ADDRESS", "value"),
    "error_command": ("ERROR_COMMAND", "value"),
    "error_index": ("ERROR_INDEX", "value"),
}


def pauses(rng: np.random.Generator) -> Iterator[bool]:
    """Yield for ever whether a channel pauses: in bursts, with times without a pause."""
    while True:
        density = float(rng.choice([0, 0.3, 0.8]))
        yield from (rng.random(16) < density).tolist()


class Registers:
    """The registers as they must be, beside the design: every access goes to both."""

    def __init__(self, dut: Any) -> None:
        """Reset values."""
        self.dut, self.rng, self.comparison = dut, generator(), Comparison()
        self.map = registers()
        self.values = {
            name: register.pack(**{field.name: field.reset or 0 for field in register.fields.values()})
            for name, register in self.map.items()
        }
        self.values |= {name: int(getattr(dut, name).value) for name in CAPABILITIES}
        self.pulses, self.seen = {"start": 0, "stop": 0}, {"start": 0, "stop": 0}
        self.accesses = 0

    async def begin(self) -> None:
        """Reset the design and connect the master."""
        start_clock(self.dut, rst=1, busy=0, done=0, failed=0, counters=0, **dict.fromkeys(ERRORS, 0))
        for _ in range(3):
            await cycle(self.dut)
        self.master = AxiLiteMaster(AxiLiteBus.from_prefix(self.dut, "s_axi"), self.dut.clk, self.dut.rst)
        write, read = self.master.write_if, self.master.read_if
        channels = (write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel)
        for channel in channels:
            channel.set_pause_generator(pauses(self.rng))
        for part in (write, read, *channels):
            part.log.setLevel(logging.WARNING)
        readies = [int(getattr(self.dut, f"s_axi_{name}").value) for name in ("awready", "wready", "arready")]
        self.comparison.equal("ready in reset", readies, [0, 0, 0])
        await cycle(self.dut, rst=0)
        cocotb.start_soon(self._watch())

    async def _watch(self) -> None:
        while True:
            await FallingEdge(self.dut.clk)
            for name in self.seen:
                self.seen[name] += int(getattr(self.dut, name).value)

    def word(self, address: int) -> int | None:
        """Return what a read of an address gives, None for an error."""
        for name, register in self.map.items():
            if address in range(register.address, register.address + register.width // 8, 4):
                return self.values[name] >> 8 * (address - register.address) & MASK
        return None

    async def read(self, address: int) -> None:
        """Read an address and compare data and response."""
        length = 4 - address % 4
        got, expected = await self.master.read(address, length), self.word(address)
        what = f"read of 0x{address:03x}"
        response = AxiResp.SLVERR if expected is None else AxiResp.OKAY
        self.comparison.equal(f"{what}: response", got.resp, response)
        self.comparison.equal(what, int.from_bytes(got.data, "little"), expected or 0)
        self.accesses += 1

    async def write(self, address: int, data: int, strobes: int) -> None:
        """Write a word with any strobes, compare the response and what the outputs say then."""
        interface = self.master.write_if
        await gather(
            interface.aw_channel.send(AxiLiteAWTransaction(awaddr=address)),
            interface.w_channel.send(AxiLiteWTransaction(wdata=data, wstrb=strobes)),
        )
        response = await interface.b_channel.recv()
        known = self.apply(address, data, strobes)
        what = f"write of 0x{data:08x}, strobes {strobes:04b}, to 0x{address:03x}"
        self.comparison.equal(f"{what}: response", int(response.bresp), AxiResp.OKAY if known else AxiResp.SLVERR)
        await self.settle(what)

    def apply(self, address: int, data: int, strobes: int) -> bool:
        """Change the registers as a write does; return False for one that is refused."""
        self.accesses += 1
        name = next((name for name in WRITABLE if self.map[name].address == address), None)
        if name is None:
            return False
        mask = sum(0xFF << 8 * byte for byte in range(4) if strobes >> byte & 1)
        before, asked = self.values[name], self.map[name].unpack(data & mask)
        if name == "LIST_ADDRESS":
            self.values[name] = before & ~mask | data & mask
        elif name == "STATUS":
            self.values[name] = before & ~self.map[name].pack(done=asked["done"], failed=asked["failed"])
        else:
            if strobes & 1:
                self.values[name] = self.map[name].pack(interrupt_enable=asked["interrupt_enable"])
            self.pulses["stop"] += asked["stop"]
            if asked["start"] and not asked["stop"] and not self.status()["busy"]:
                self.pulses["start"] += 1
                self.values["STATUS"] = 0
                self.values |= dict.fromkeys(("ERROR", "ERROR_ADDRESS", "ERROR_COMMAND", "ERROR_INDEX"), 0)
        return True

    def status(self) -> dict[str, int]:
        """Return the fields of STATUS."""
        return self.map["STATUS"].unpack(self.values["STATUS"])

    async def settle(self, what: str) -> None:
        """Compare the outputs, two cycles later."""
        for _ in range(2):
            await cycle(self.dut)
        enable = self.map["CONTROL"].unpack(self.values["CONTROL"])["interrupt_enable"]
        status = self.status()
        expected = [self.values["LIST_ADDRESS"], enable, int(enable and (status["done"] or status["failed"]))]
        outputs = [int(getattr(self.dut, name).value) for name in ("list_address", "interrupt_enable", "irq")]
        self.comparison.equal(f"outputs after {what}", outputs, expected)
        self.comparison.equal(f"pulses after {what}", [*self.seen.values()], [*self.pulses.values()])

    async def event(self) -> None:
        """Change what the hardware gives: busy, the end of a network, counters."""
        done, failed, busy = (int(value) for value in self.rng.random(3) < (0.4, 0.3, 0.4))
        errors = {name: int(self.rng.integers(1 << len(getattr(self.dut, name)))) for name in ERRORS}
        words = {name: int(self.rng.integers(1 << 48)) for name in counters()}
        await cycle(self.dut, done=done, failed=failed, busy=busy, counters=pack(words.values(), 48), **errors)
        self.values |= words
        await cycle(self.dut, done=0, failed=0, **{name: value ^ 1 for name, value in errors.items()})
        status = self.status()
        self.values["STATUS"] = self.map["STATUS"].pack(
            busy=busy, done=status["done"] | done, failed=status["failed"] | failed
        )
        if failed:
            self.values |= {name: 0 for name, _ in ERRORS.values()}
            for name, (register, field) in ERRORS.items():
                self.values[register] |= self.map[register].pack(**{field: errors[name]})
        await self.settle("an event")

    def any_address(self, mostly: tuple[int, ...]) -> int:
        """Return an address, most often one of these."""
        return int(self.rng.choice(mostly)) if self.rng.random() < 0.7 else int(self.rng.integers(1 << ADDRESS_WIDTH))

    def words(self) -> tuple[int, ...]:
        """Return the addresses of all words of the map."""
        every = self.map.values()
        return tuple(
            a for register in every for a in range(register.address, register.address + register.width // 8, 4)
        )


def holes(known: tuple[int, ...]) -> list[int]:
    """Return the aligned addresses at the edges of what is mapped, that are not."""
    return [a for a in range(0, 1 << ADDRESS_WIDTH, 4) if a not in known and {a - 4, a + 4} & {*known}] + [0xFFC]


@cocotb.test()
async def test_map(dut: Any) -> None:
    """Every register is read after the reset, and read and written at every byte after events of the hardware."""
    model = Registers(dut)
    await model.begin()
    known = model.words()
    assert len(known) == 17 + 2 * 13
    for address in (*known, *holes(known)):
        await model.read(address)
    await model.event()
    for address in (*known, *holes(known)):
        for strobes in (0b1111, int(model.rng.integers(16))):
            await model.write(address, int(model.rng.integers(1 << 32)), strobes)
        for byte in range(4):
            await model.read(address + byte)
        await model.write(address + int(model.rng.integers(1, 4)), MASK, 0b1111)
        await model.read(address)
    model.comparison.done(500)


@cocotb.test()
async def test_random(dut: Any) -> None:
    """Random reads, writes and events; then the end of a network while its bit is cleared."""
    model = Registers(dut)
    await model.begin()
    known, writable = model.words(), tuple(model.map[name].address for name in WRITABLE)
    for _ in range(ROUNDS):
        await model.event()
        for _ in range(int(model.rng.integers(1, 4))):
            await model.write(
                model.any_address(writable), int(model.rng.integers(1 << 32)), int(model.rng.integers(16))
            )
        await model.read(model.any_address(known))
        await model.read(model.any_address(writable))
    assert min(model.pulses.values()) > 2
    status = model.map["STATUS"]
    task = cocotb.start_soon(model.master.write_dword(status.address, MASK))
    taken = [False, False]
    await cycle(dut, busy=0)
    while not all(taken):
        for number, name in enumerate(("aw", "w")):
            handshake = (getattr(dut, f"s_axi_{name}{part}").value for part in ("valid", "ready"))
            taken[number] |= all(int(signal) for signal in handshake)
        await cycle(dut, done=int(all(taken)), failed=int(all(taken)))
    await cycle(dut, done=0, failed=0)
    await task
    model.values["STATUS"] = status.pack(done=1, failed=1)
    await model.settle("an end while its bit is cleared")
    await model.read(status.address)
    cocotb.log.info("%d accesses, pulses %s", model.accesses, model.pulses)
    model.comparison.done(1000)


@cocotb.test(timeout_time=10, timeout_unit="ms")
async def test_simultaneous(dut: Any) -> None:
    """Reads run beside writes, several of each wait in the master; a reset in the middle leaves nothing behind."""
    model = Registers(dut)
    await model.begin()
    address = model.map["LIST_ADDRESS"].address
    await model.event()
    fixed = tuple(a for a in model.words() if a != address)

    async def reads() -> None:
        for _ in range(SIMULTANEOUS):
            await model.read(int(model.rng.choice(fixed)))

    async def writes() -> None:
        for _ in range(SIMULTANEOUS):
            await model.write(address, int(model.rng.integers(1 << 32)), int(model.rng.integers(16)))

    async def waiting_writes() -> None:
        for _ in range(SIMULTANEOUS // 4):
            writes = [(int(a), int(model.rng.integers(1 << 32))) for a in model.rng.choice([address, 0, 0x3C], 4)]
            events = [model.master.init_write(place, data.to_bytes(4, "little")) for place, data in writes]
            for (place, data), event in zip(writes, events, strict=True):
                await event.wait()
                response = AxiResp.OKAY if model.apply(place, data, 0b1111) else AxiResp.SLVERR
                model.comparison.equal(f"response to a write to 0x{place:03x}", event.data.resp, response)
            await model.read(address)

    await gather(reads(), writes())
    await gather(reads(), waiting_writes())
    await model.settle("both")
    model.master.init_write(address, b"1234")
    model.master.init_read(address, 4)
    for _ in range(int(model.rng.integers(6))):
        await cycle(dut)
    await cycle(dut, rst=1)
    await cycle(dut)
    responses = [int(getattr(dut, name).value) for name in ("s_axi_bvalid", "s_axi_rvalid", "list_address")]
    model.comparison.equal("responses and list_address in reset", responses, [0, 0, 0])
    model.comparison.done(3 * SIMULTANEOUS)
