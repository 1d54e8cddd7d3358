"""Requantization lane between streams with idle cycles and back-pressure, against golden.integer."""

from dataclasses import astuple, dataclass
from typing import Any

import cocotb
import numpy as np
import torch
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge
from cocotb_bus.scoreboard import Scoreboard

from golden.contract import ACC_WIDTH, ACT_MAX, BIAS_WIDTH, DELTA, M_WIDTH, POINT, SHIFT_MAX, WINDOW_WIDTH
from golden.integer import bce_term, requantize
from tb.compare import Integers, generator
from tb.coverage.points import export, sample_bce, sample_requantization
from tb.streams import BackPressure, StreamDriver, StreamMonitor, bursts

FIELDS = ("acc", "window", "delta", "bias", "multiplier", "shift")
ACC_HALF, BIAS_HALF = 1 << (ACC_WIDTH - 1), 1 << (BIAS_WIDTH - 1)
M_MAX, WINDOW_MAX = (1 << M_WIDTH) - 1, (1 << WINDOW_WIDTH) - 1
DELTA_LARGEST = (1 << (DELTA["sign_bit"])) - 1  # positive, largest exponent
PER_LAYER = 300


@dataclass(frozen=True)
class Layer:
    """The constants of a layer."""

    zero_out: int
    low: int
    high: int


LAYERS = (Layer(0, 0, ACT_MAX), Layer(128, 0, ACT_MAX), Layer(ACT_MAX, 3, 200), Layer(7, 7, 7))


def extremes() -> list[list[int]]:
    """Return every combination of extreme fields at the shifts 0, 1 and the largest."""
    axes = (
        (-ACC_HALF, 0, ACC_HALF - 1),
        (0, WINDOW_MAX),
        (0, DELTA_LARGEST, DELTA_LARGEST | 1 << DELTA["sign_bit"]),
        (-BIAS_HALF, 0, BIAS_HALF - 1),
        (0, 1, M_MAX),
        (0, 1, SHIFT_MAX),
    )
    return [list(values) for values in np.stack(np.meshgrid(*axes), -1).reshape(-1, len(axes)).tolist()]


def ties() -> list[list[int]]:
    """Return totals that lie exactly between two results, of both signs, for every shift that has them."""
    rows = []
    for shift in range(SHIFT_MAX + 1):
        power = min(shift + POINT - 1, M_WIDTH - 1)
        for odd in (-3, -1, 1, 3):
            total = odd << (shift + POINT - 1 - power)
            bias = min(max(total, -BIAS_HALF), BIAS_HALF - 1)
            if -ACC_HALF <= total - bias < ACC_HALF:
                rows.append([total - bias, 0, 0, bias, 1 << power, shift])
    return rows


def random_rows(rng: np.random.Generator, layer: Layer, count: int) -> list[list[int]]:
    """Return random rows; most land near the layer's output range, the rest anywhere."""
    rows = []
    for _ in range(count):
        shift, multiplier = int(rng.integers(0, SHIFT_MAX + 1)), int(rng.integers(1, M_MAX + 1))
        target = int(rng.integers(layer.low - 20, layer.high + 21)) - layer.zero_out
        total = min(max((target << (shift + POINT)) // multiplier, -BIAS_HALF), BIAS_HALF - 1)
        acc = int(rng.integers(-ACC_HALF, ACC_HALF))
        window = int(rng.integers(0, WINDOW_MAX + 1)) >> int(rng.integers(0, WINDOW_WIDTH))
        delta = int(rng.integers(0, 1 << DELTA["width"]))
        term = int(bce_term(torch.tensor(delta), torch.tensor(window)))
        bias = min(max(total - acc - term, -BIAS_HALF), BIAS_HALF - 1)
        rows.append([acc, window, delta, bias, multiplier, shift])
    return rows


def expected_outputs(rows: Integers, layer: Layer) -> list[dict[str, int]]:
    """Return the golden output of each row, and sample its coverage."""
    acc, window, delta, bias, multiplier, shift = torch.from_numpy(rows).T
    total = acc + bce_term(delta, window) + bias
    sample_bce(delta.numpy())
    sample_requantization(total.numpy(), multiplier.numpy(), shift.numpy(), *astuple(layer))
    return [{"y": y} for y in requantize(total, multiplier, shift, *astuple(layer)).tolist()]


@cocotb.test(timeout_time=10, timeout_unit="ms")
async def test_stream(dut: Any) -> None:
    """Ties, extremes and random rows of each layer, with and without idle cycles and back-pressure."""
    rng = generator()
    Clock(dut.clk, 10, "ns").start()
    expected: list[dict[str, int]] = []
    driver = StreamDriver(dut, "in", dut.clk, FIELDS, idle=bursts(rng, 8, 3))
    monitor = StreamMonitor(dut, "out", dut.clk, ["y"], reset=dut.rst)
    scoreboard = Scoreboard(dut)
    scoreboard.add_interface(monitor, expected)
    dut.rst.value = 1
    await ClockCycles(dut.clk, 2)
    dut.rst.value = 0
    BackPressure(dut.out_ready, dut.clk, bursts(rng, 6, 6))
    sent = 0
    for number, layer in enumerate(LAYERS):
        if number == 1:
            driver.set_valid_generator(None)
        await RisingEdge(dut.clk)
        dut.zero_out.value, dut.clamp_low.value, dut.clamp_high.value = astuple(layer)
        rows = np.array([*ties(), *extremes(), *random_rows(rng, layer, PER_LAYER)], dtype=np.int64)
        expected.extend(expected_outputs(rows, layer))
        for row in rows.tolist():
            driver.append({field: _bits(dut, field, value) for field, value in zip(FIELDS, row, strict=True)})
        sent += len(rows)
        while expected:
            await ClockCycles(dut.clk, 10)
    cocotb.log.info("compared %d values, %d cycles of back-pressure", sent, monitor.waited)
    assert monitor.stats.received_transactions == sent > 0
    assert monitor.waited > 0
    export()


def _bits(dut: Any, field: str, value: int) -> int:
    return value & ((1 << len(getattr(dut, f"in_{field}"))) - 1)
