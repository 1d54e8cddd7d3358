"""Two clients on one AXI memory that mixes the beats of the IDs: every beat, fairness, throughput."""

from itertools import pairwise
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge
from cocotb_bus.scoreboard import Scoreboard

from tb.compare import generator
from tb.memory import DECERR, SLVERR, ReadMemory, reset
from tb.signals import cycle, start_clock
from tb.streams import BackPressure, StreamDriver, StreamMonitor, bursts

CLIENTS = ("fetch", "load")
BURSTS = 60  # of a client
LONGEST = 16  # beats
SIZE = 1 << 14  # bytes of the memory
WAIT = 20000  # cycles
FIELDS = ("data", "response", "last")


@cocotb.test(timeout_time=20, timeout_unit="ms")
async def test_clients(dut: Any) -> None:
    """Random bursts of both clients; each gets its beats in order, some with an error response."""
    rng = generator()
    beat = int(dut.DATA_WIDTH.value) // 8
    await reset(dut, fetch_ar_valid=0, load_ar_valid=0, fetch_r_ready=0, load_r_ready=0)
    content = bytearray(rng.bytes(SIZE))
    memory = ReadMemory(dut, content, mix=rng)
    memory.stall(rng)
    cocotb.start_soon(memory.deliver_mixed())
    above = iter(rng.choice((1 << 32) // SIZE, len(CLIENTS) * BURSTS, replace=False) * SIZE)  # not seen by the memory
    await cycle(dut, rst=0)

    issued: list[dict[str, int]] = []
    StreamMonitor(dut, "ar", dut.clk, ("address", "length", "id")).add_callback(issued.append)
    order: list[int] = []  # client of each beat on the bus
    cocotb.start_soon(watch_beats(dut, order))
    scoreboard = Scoreboard(dut)
    expected: dict[str, list[dict[str, int]]] = {}
    asked: dict[str, list[tuple[int, int]]] = {name: [] for name in CLIENTS}
    monitors = []
    for name in CLIENTS:
        driver = StreamDriver(dut, f"{name}_ar", dut.clk, ("address", "length"), idle=bursts(rng, 4, 3))
        expected[name] = []
        monitor = StreamMonitor(dut, f"{name}_r", dut.clk, FIELDS)
        scoreboard.add_interface(monitor, expected[name])
        monitors.append(monitor)
        BackPressure(getattr(dut, f"{name}_r_ready"), dut.clk, bursts(rng, 9, 3))
        for _ in range(BURSTS):
            length = int(rng.integers(1, LONGEST + 1))
            address = int(rng.integers((SIZE - LONGEST * beat) // beat)) * beat
            address -= max(0, (address % 4096) + length * beat - 4096)
            address += int(next(above))
            if rng.integers(4) == 0:
                memory.refused[address + int(rng.integers(length)) * beat] = int(rng.choice([SLVERR, DECERR]))
            asked[name].append((address, length - 1))
            driver.append({"address": address, "length": length - 1})
            for number in range(length):
                place = address + number * beat
                response = memory.refused.get(place, 0)
                data = 0 if response else int.from_bytes(content[place % SIZE :][:beat], "little")
                expected[name].append({"data": data, "response": response, "last": int(number == length - 1)})
    beats = sum(map(len, expected.values()))
    for _ in range(WAIT):
        await cycle(dut)
        if not any(expected.values()):
            break
    assert not any(expected.values()), "beats are missing"
    for number, name in enumerate(CLIENTS):
        got = [(seen["address"], seen["length"]) for seen in issued if seen["id"] == number]
        assert got == asked[name], f"bursts of {name}"
    received = sum(monitor.stats.received_transactions for monitor in monitors)
    changes = sum(a != b for a, b in pairwise(order))
    cocotb.log.info("compared %d beats, %d changes of ID", received, changes)
    assert received == beats
    assert changes > 4 * BURSTS, "the memory did not mix the IDs"


async def watch_beats(dut: Any, order: list[int]) -> None:
    """Note the ID of every beat; runs for ever."""
    while True:
        await FallingEdge(dut.clk)
        if int(dut.m_axi_rvalid.value) and int(dut.m_axi_rready.value):
            order.append(int(dut.m_axi_rid.value))


@cocotb.test(timeout_time=2, timeout_unit="ms")
async def test_fair(dut: Any) -> None:
    """Clients that always ask are served in turn, one a cycle; one alone is served every cycle."""
    start_clock(
        dut, rst=1, fetch_ar_valid=0, load_ar_valid=0, fetch_r_ready=1, load_r_ready=1, m_axi_arready=1,
        m_axi_rvalid=0, fetch_ar_address=0x40, load_ar_address=0x80, fetch_ar_length=0, load_ar_length=1,
    )  # fmt: skip
    for _ in range(3):
        await cycle(dut)
    served = 0
    for asking in ((1, 1), (1, 0), (0, 1)):
        seen = []
        await cycle(dut, rst=0, fetch_ar_valid=asking[0], load_ar_valid=asking[1])
        for _ in range(20):
            await cycle(dut)
            assert int(dut.m_axi_arvalid.value) == 1, "a cycle without a burst"
            seen.append(int(dut.m_axi_arid.value))
            assert int(dut.m_axi_araddr.value) == (0x80 if seen[-1] else 0x40)
        expected = [0, 1] * 10 if seen[0] == 0 else [1, 0] * 10
        assert seen == (expected if asking == (1, 1) else [asking[1]] * 20), f"{asking}: {seen}"
        served += len(seen)
    assert served == 60


@cocotb.test(timeout_time=2, timeout_unit="ms")
async def test_throughput(dut: Any) -> None:
    """A beat a cycle without stalls."""
    start_clock(
        dut, rst=1, fetch_ar_valid=0, load_ar_valid=0, fetch_r_ready=1, load_r_ready=1, m_axi_arready=1, m_axi_rid=1,
        m_axi_rvalid=1, m_axi_rdata=7, m_axi_rresp=0, m_axi_rlast=0,
    )  # fmt: skip
    for _ in range(3):
        await cycle(dut)
    await cycle(dut, rst=0)
    for _ in range(3):
        await cycle(dut)
    for _ in range(50):
        await cycle(dut)
        assert int(dut.load_r_valid.value) & int(dut.m_axi_rready.value) == 1, "a cycle without a beat"
        assert int(dut.load_r_data.value) == 7
