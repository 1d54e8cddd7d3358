"""Valid/ready streams for cocotb-bus: driver with idle cycles, monitor that checks the protocol, back-pressure.

A stream ``name`` has the signals name_valid, name_ready and name_<field>. Everything is driven after the rising
edge and sampled at the falling edge, where it has the value that the next rising edge sees.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from cocotb.triggers import FallingEdge, RisingEdge
from cocotb_bus.drivers import BitDriver, ValidatedBusDriver
from cocotb_bus.monitors import BusMonitor

Bursts = Iterator[tuple[int, int]]


def bursts(rng: np.random.Generator, longest_on: int, longest_off: int) -> Bursts:
    """Yield (cycles on, cycles off) for ever: 1..longest_on and 0..longest_off."""
    while True:
        yield int(rng.integers(1, longest_on + 1)), int(rng.integers(0, longest_off + 1))


class StreamDriver(ValidatedBusDriver):
    """Sends transactions, dictionaries from field to integer; ``idle`` inserts cycles without valid."""

    def __init__(self, dut: Any, name: str, clock: Any, fields: Sequence[str], idle: Bursts | None = None) -> None:
        """Start with valid low."""
        self._signals = ["valid", "ready", *fields]
        super().__init__(dut, name, clock, valid_generator=idle, case_insensitive=False)
        self.bus.valid.value = 0

    async def _driver_send(self, transaction: dict[str, int], sync: bool = True) -> None:
        if sync:
            await RisingEdge(self.clock)
        if self.on is not True:
            if self.on == 0:
                for _ in range(self.off):
                    await RisingEdge(self.clock)
                self._next_valids()
            self.on -= 1
        for field, value in transaction.items():
            getattr(self.bus, field).value = value
        self.bus.valid.value = 1
        accepted = False
        while not accepted:
            await FallingEdge(self.clock)
            accepted = _is_one(self.bus.ready)
            await RisingEdge(self.clock)
        self.bus.valid.value = 0


class StreamMonitor(BusMonitor):
    """Receives a dictionary per transfer; AssertionError when a waiting transaction is changed or withdrawn.

    ``waited`` counts the cycles in which valid waited for ready.
    """

    def __init__(self, dut: Any, name: str, clock: Any, fields: Sequence[str], reset: Any = None) -> None:
        """Watch from now on, except while ``reset`` is high."""
        self._signals = ["valid", "ready", *fields]
        self.fields = tuple(fields)
        self.waited = 0
        super().__init__(dut, name, clock, reset=reset, case_insensitive=False)

    async def _monitor_recv(self) -> None:
        waiting: dict[str, int] | None = None
        while True:
            await FallingEdge(self.clock)
            if self.in_reset or not _is_one(self.bus.valid):
                assert self.in_reset or waiting is None, f"{self.name}: valid went low before ready"
                waiting = None
                continue
            seen = {field: int(getattr(self.bus, field).value) for field in self.fields}
            assert waiting is None or waiting == seen, f"{self.name}: changed while waiting, {waiting} to {seen}"
            if _is_one(self.bus.ready):
                waiting = None
                self._recv(seen)
            else:
                waiting = seen
                self.waited += 1


class BackPressure(BitDriver):
    """Drives a ready signal high and low in bursts."""

    def __init__(self, ready: Any, clock: Any, pattern: Bursts) -> None:
        """Start at once."""
        super().__init__(ready, clock, generator=pattern)
        self.start()


def _is_one(signal: Any) -> bool:
    return str(signal.value) == "1"
