"""Access to the accelerator's registers, and pulses, without Python in between."""

from typing import Any

from cocotb.triggers import FallingEdge, RisingEdge

from golden.registers import counters, registers

OKAY = 0


class Registers:
    """The AXI4-Lite slave, one access at a time; Python works only while one is under way."""

    def __init__(self, dut: Any) -> None:
        """Take the bus."""
        self.dut = dut
        for signal in ("awvalid", "wvalid", "bready", "arvalid", "rready"):
            getattr(dut, f"s_axi_{signal}").value = 0

    async def write(self, name: str, **fields: int) -> None:
        """Write the fields of a register, 0 elsewhere."""
        dut, register = self.dut, registers()[name]
        await RisingEdge(dut.clk)
        dut.s_axi_awaddr.value = register.address
        dut.s_axi_wdata.value = register.pack(**fields)
        dut.s_axi_wstrb.value = 0xF
        dut.s_axi_bready.value = 1
        waiting = {"aw", "w"}
        for channel in waiting:
            getattr(dut, f"s_axi_{channel}valid").value = 1
        while True:
            await FallingEdge(dut.clk)
            taken = {c for c in waiting if int(getattr(dut, f"s_axi_{c}ready").value)}
            response = int(dut.s_axi_bvalid.value)
            code = int(dut.s_axi_bresp.value) if response else OKAY
            await RisingEdge(dut.clk)
            for channel in taken:
                getattr(dut, f"s_axi_{channel}valid").value = 0
            waiting -= taken
            if response:
                assert code == OKAY, f"write of {name}: response {code}"
                break

    async def read(self, name: str, offset: int = 0) -> int:
        """Read a word of a register."""
        dut = self.dut
        await RisingEdge(dut.clk)
        dut.s_axi_araddr.value = registers()[name].address + offset
        dut.s_axi_arvalid.value = 1
        dut.s_axi_rready.value = 1
        while True:
            await FallingEdge(dut.clk)
            taken, there = int(dut.s_axi_arready.value), int(dut.s_axi_rvalid.value)
            word = int(dut.s_axi_rdata.value) if there else 0
            await RisingEdge(dut.clk)
            if taken:
                dut.s_axi_arvalid.value = 0
            if there:
                return word

    async def read_all(self) -> dict[str, int]:
        """Read every performance counter."""
        words = {}
        for name in counters():
            words[name.lower()] = await self.read(name) | await self.read(name, 4) << 32
        return words


async def pulse(dut: Any, signal: str) -> None:
    """Raise a signal for one cycle."""
    await FallingEdge(dut.clk)
    getattr(dut, signal).value = 1
    await FallingEdge(dut.clk)
    getattr(dut, signal).value = 0
