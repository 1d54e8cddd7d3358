"""External memory behind an AXI bus: cocotbext-axi's memory with stalls, error responses and mixed IDs.

An address counts modulo the size of the memory.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from cocotb.triggers import RisingEdge
from cocotbext.axi import AxiReadBus, AxiWriteBus
from cocotbext.axi.axi_ram import AxiRamRead, AxiRamWrite

from tb.signals import cycle, start_clock
from tb.streams import bursts

PREFIX = "m_axi"
PAGE = 4096
SLVERR, DECERR = 2, 3


def pauses(rng: np.random.Generator, longest_on: int, longest_off: int) -> Iterator[bool]:
    """Yield for ever, cycle by cycle, whether a channel stands still."""
    for on, off in bursts(rng, longest_on, longest_off):
        yield from (False for _ in range(on))
        yield from (True for _ in range(off))


async def reset(dut: Any, **inputs: int) -> None:
    """Start the clock with these inputs and an idle bus, and return in reset, with every register known."""
    idle = ("arready", "rvalid", "awready", "wready", "bvalid")
    bus = {f"{PREFIX}_{name}": 0 for name in idle if hasattr(dut, f"{PREFIX}_{name}")}
    start_clock(dut, rst=1, **bus, **inputs)
    for _ in range(3):
        await cycle(dut)


class RefusedError(Exception):
    """An access that the memory answers with an error."""


class ReadMemory(AxiRamRead):  # type: ignore[misc]
    """Answers reads. ``refused`` maps the address of a beat to the response it gets.

    With ``mix`` the beats of different IDs come in a random order, those of one ID in theirs.
    """

    def __init__(self, dut: Any, content: bytearray, mix: np.random.Generator | None = None) -> None:
        """Serve the bus m_axi of the wrapper."""
        super().__init__(AxiReadBus.from_prefix(dut, PREFIX), dut.clk, mem=content)
        self.refused: dict[int, int] = {}
        self._response = SLVERR
        self._send = self.r_channel.send
        self.r_channel.send = self._answer
        self.waiting: dict[int, deque[Any]] = {}
        self.mix = mix

    def stall(self, rng: np.random.Generator) -> None:
        """Let both channels stand still at random, from now on."""
        self.ar_channel.set_pause_generator(pauses(rng, 3, 9))
        self.r_channel.set_pause_generator(pauses(rng, 9, 4))

    def flow(self) -> None:
        """Let both channels run, from now on."""
        for channel in (self.ar_channel, self.r_channel):
            channel.clear_pause_generator()
            channel.pause = False

    async def deliver_mixed(self) -> None:
        """Deliver the beats that wait, of a random ID each time; runs for ever."""
        assert self.mix is not None
        while True:
            ready = [name for name, beats in self.waiting.items() if beats]
            if not ready:
                await RisingEdge(self.clock)
                continue
            await self._send(self.waiting[int(self.mix.choice(ready))].popleft())

    async def _read(self, address: int, length: int) -> bytes:
        if address in self.refused:
            self._response = self.refused[address]
            raise RefusedError
        data = bytes(await super()._read(address, length))
        assert len(data) == length, f"a beat at {address:#x} leaves the memory"
        return data

    async def _answer(self, beat: Any) -> None:
        if beat.rresp:
            beat.rresp = self._response
        if self.mix is None:
            await self._send(beat)
        else:
            self.waiting.setdefault(int(beat.rid), deque()).append(beat)


class WriteMemory(AxiRamWrite):  # type: ignore[misc]
    """Answers writes. A burst that writes one of the addresses in ``refused`` gets the response given there."""

    def __init__(self, dut: Any, content: bytearray) -> None:
        """Serve the bus m_axi of the wrapper."""
        super().__init__(AxiWriteBus.from_prefix(dut, PREFIX), dut.clk, mem=content)
        self.refused: dict[int, int] = {}
        self.written: set[int] = set()
        self._response = SLVERR
        self._send = self.b_channel.send
        self.b_channel.send = self._answer

    def stall(self, rng: np.random.Generator) -> None:
        """Let the three channels stand still at random, from now on."""
        self.aw_channel.set_pause_generator(pauses(rng, 3, 9))
        self.w_channel.set_pause_generator(pauses(rng, 9, 4))
        self.b_channel.set_pause_generator(pauses(rng, 2, 12))

    def flow(self) -> None:
        """Let the three channels run, from now on."""
        for channel in (self.aw_channel, self.w_channel, self.b_channel):
            channel.clear_pause_generator()
            channel.pause = False

    async def _write(self, address: int, data: bytes) -> None:
        hit = self.refused.keys() & range(address, address + len(data))
        if hit:
            self._response = self.refused[min(hit)]
            raise RefusedError
        self.written.update((address + place) % self.size for place in range(len(data)))
        await super()._write(address, data)

    async def _answer(self, response: Any) -> None:
        if response.bresp:
            response.bresp = self._response
        await self._send(response)
