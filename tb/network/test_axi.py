"""The accelerator alone against cocotbext-axi: its memory on the master, its AXI4-Lite master on the registers.

Every channel waits at random; beats of commands and of data come mixed; refused beats stop the network, and the next
one is right. The parent process says which runs to make and what the memory must hold after each.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, First, RisingEdge, Timer
from cocotbext.axi import AxiLiteBus, AxiLiteMaster

from golden.registers import registers
from tb.compare import generator
from tb.memory import PAGE, ReadMemory, WriteMemory, pauses, reset
from tb.network.test_network import PERIOD_NS
from tb.signals import cycle

LONGEST = 200_000  # cycles of a network
ADDRESSES = ("addr", "len", "size", "burst", "id")
PAYLOADS = {"ar": ADDRESSES, "aw": ADDRESSES, "w": ("data", "strb", "last")}
INCR = 1


class Watch:
    """Checks of the standard's rules on what the master drives; counts the cycles that each channel waited."""

    def __init__(self, dut: Any, most: int) -> None:
        """``most``: beats of a burst."""
        self.dut, self.most, self.beat = dut, most, int(dut.DATA_WIDTH.value) // 8
        self.waited = dict.fromkeys(PAYLOADS, 0)
        self.ids: set[int] = set()
        self.lengths: list[int] = []  # of write bursts whose data is not complete
        cocotb.start_soon(self._run())

    async def _run(self) -> None:
        dut = self.dut
        waiting: dict[str, list[int] | None] = dict.fromkeys(PAYLOADS)
        while True:
            await FallingEdge(dut.clk)
            for channel, names in PAYLOADS.items():
                handles = [getattr(dut, f"m_axi_{channel}{name}") for name in ("valid", "ready", *names)]
                if not int(handles[0].value):
                    assert waiting[channel] is None, f"{channel} is withdrawn"
                    continue
                seen = [int(handle.value) for handle in handles[2:]]
                assert waiting[channel] in (None, seen), f"{channel} changes while it waits"
                if waiting[channel] is None:
                    self._offered(channel, seen)
                ready = int(handles[1].value)
                self.waited[channel] += 1 - ready
                waiting[channel] = None if ready else seen

    def _offered(self, channel: str, seen: list[int]) -> None:
        if channel == "w":
            assert self.lengths, "data before its address"
            self.lengths[0] -= 1
            assert seen[2] == (self.lengths[0] == 0), "last beat of a burst"
            if seen[2]:
                self.lengths.pop(0)
            return
        address, beats = seen[0], seen[1] + 1
        assert seen[3] == INCR, f"{channel}: burst {seen[3]}"
        assert 1 << seen[2] == self.beat, f"{channel}: size {seen[2]}"
        assert address % self.beat == 0, f"{channel}: address {address:#x}"
        assert beats <= self.most, f"{channel}: {beats} beats"
        assert address // PAGE == (address + beats * self.beat - 1) // PAGE, f"{channel} crosses 4 KiB at {address:#x}"
        if channel == "aw":
            self.lengths.append(beats)
        else:
            self.ids.add(seen[4])


class Host:
    """Software: registers by name through the AXI4-Lite master."""

    def __init__(self, dut: Any) -> None:
        """Let its channels stand still at random."""
        rng = generator()
        self.master = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.clk, dut.rst)
        write, read = self.master.write_if, self.master.read_if
        for channel in (write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel):
            channel.set_pause_generator(pauses(rng, 4, 4))

    async def write(self, name: str, **fields: int) -> None:
        """Write the fields of a register, 0 elsewhere."""
        register = registers()[name]
        answer = await self.master.write(register.address, register.pack(**fields).to_bytes(4, "little"))
        assert answer.resp == 0, f"write of {name}: {answer.resp}"

    async def read(self, name: str) -> int:
        """Read a register."""
        answer = await self.master.read(registers()[name].address, 4)
        assert answer.resp == 0, f"read of {name}: {answer.resp}"
        return int.from_bytes(answer.data, "little")

    async def state(self) -> dict[str, int]:
        """Return the fields of status and error."""
        found = registers()["STATUS"].unpack(await self.read("STATUS"))
        found |= registers()["ERROR"].unpack(await self.read("ERROR"))
        return found | {name.lower(): await self.read(name) for name in ("ERROR_ADDRESS", "ERROR_COMMAND")}


@cocotb.test()
async def test_axi(dut: Any) -> None:
    """Make the runs of the job; write what each left in registers and memory."""
    job = json.loads(Path(os.environ["NETWORK_JOB"]).read_text())
    for name in ("cocotb.aslog.s_axi", "cocotb.aslog.m_axi"):
        logging.getLogger(name).setLevel(logging.WARNING)
    image, rng = Path(job["image"]).read_bytes(), generator()
    await reset(dut, s_axi_awvalid=0, s_axi_wvalid=0, s_axi_bready=0, s_axi_arvalid=0, s_axi_rready=0)
    content = bytearray(image)
    reads, writes, host = ReadMemory(dut, content, rng), WriteMemory(dut, content), Host(dut)
    cocotb.start_soon(reads.deliver_mixed())
    reads.stall(rng)
    writes.stall(rng)
    await cycle(dut, rst=0)
    watch = Watch(dut, int(dut.BURST.value))
    for number, run in enumerate(job["runs"]):
        content[:] = image
        reads.refused, writes.refused = ({int(k): v for k, v in run[kind].items()} for kind in ("reads", "writes"))
        await host.write("LIST_ADDRESS", value=job["list_address"])
        await host.write("CONTROL", start=1, interrupt_enable=1)
        ended = RisingEdge(dut.irq)
        assert await First(ended, Timer(LONGEST * PERIOD_NS, "ns")) is ended, f"run {number}: no interrupt"
        found = await host.state()
        await host.write("STATUS", done=1, failed=1)
        assert not int(dut.irq.value), "an interrupt after its bits are cleared"
        Path(f"{number}.json").write_text(json.dumps(found))
        Path(f"{number}.bin").write_bytes(content)
    assert watch.ids == {0, 1}, f"IDs {watch.ids}"
    assert not watch.lengths, "a burst without its end"
    assert min(watch.waited.values()) > 0, f"cycles waited: {watch.waited}"
