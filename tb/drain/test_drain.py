"""Stripes of random layers through the drain to a stream with back-pressure, every byte against golden.integer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cocotb
import numpy as np
import torch
from cocotb.triggers import ClockCycles, FallingEdge, RisingEdge
from cocotb_bus.scoreboard import Scoreboard
from torch import Tensor

from golden.contract import (
    ACC_WIDTH,
    ACT_MAX,
    ACT_WIDTH,
    DELTA,
    M_WIDTH,
    META_WIDTH,
    PARAMETER,
    POINT,
    SHIFT_MAX,
    WINDOW_WIDTH,
)
from golden.integer import bce_term, requantize
from tb.compare import generator, pack
from tb.coverage.points import export, sample_bce, sample_requantization
from tb.signals import drive, start_clock
from tb.streams import BackPressure, StreamMonitor, bursts

LAYERS = 24
ACC_HALF = 1 << (ACC_WIDTH - 1)
BIAS_MAX = 1 << 20
FIELDS = ("address", "lanes", "data")


@dataclass(frozen=True)
class Lanes:
    """Parameters of the module."""

    oc: int
    ic: int
    rq: int
    stripe: int


@dataclass(frozen=True)
class Layer:
    """What the drain knows of a layer."""

    depthwise: int
    tiles: int
    pixels: int
    output_base: int
    gap: int
    zero_out: int
    clamp_low: int
    clamp_high: int

    def tile_lanes(self, lanes: Lanes) -> int:
        """Return the channels of a tile."""
        return min(lanes.oc, lanes.ic) if self.depthwise else lanes.oc

    def out_pitch(self, lanes: Lanes) -> int:
        """Return the words from an output pixel to the next, ``gap`` more than it has."""
        return -(-self.tiles * self.tile_lanes(lanes) // lanes.oc) + self.gap


@dataclass(frozen=True)
class Tile:
    """Parameters of a tile's channels and their values, all int64: (OC,), and (pixels, OC) for acc and window."""

    parameters: dict[str, Tensor]
    acc: Tensor
    window: Tensor
    y: Tensor


def random_layer(rng: np.random.Generator, lanes: Lanes) -> Layer:
    """Return a layer of a few tiles and stripes."""
    low, high = sorted(int(value) for value in rng.choice([0, 3, 100, 200, ACT_MAX], 2))
    return Layer(
        depthwise=int(rng.integers(2)),
        tiles=int(rng.integers(1, 6)),
        pixels=int(rng.choice([1, *rng.integers(1, 4 * lanes.stripe, 4)])),
        output_base=int(rng.integers(1 << 20)),
        gap=int(rng.choice([0, 0, 1, 5])),
        zero_out=int(rng.integers(ACT_MAX + 1)),
        clamp_low=low,
        clamp_high=high,
    )


def random_tile(rng: np.random.Generator, layer: Layer, oc: int) -> Tile:
    """Return parameters and sums, most of which give outputs in or near the clamp's range."""

    def draw(low: int, high: int, *shape: int) -> Tensor:
        return torch.from_numpy(rng.integers(low, high, shape))

    parameters = {
        "metadata": draw(0, 1 << META_WIDTH, oc),
        "delta": draw(0, 1 << DELTA["width"], oc),
        "bias": draw(-BIAS_MAX, BIAS_MAX, oc),
        "multiplier": draw(1, 1 << M_WIDTH, oc),
        "shift": draw(0, SHIFT_MAX + 1, oc),
    }
    delta, bias, multiplier, shift = (parameters[name] for name in ("delta", "bias", "multiplier", "shift"))
    bounds = (layer.zero_out, layer.clamp_low, layer.clamp_high)
    window = draw(0, 1 << WINDOW_WIDTH, layer.pixels, oc) >> draw(0, WINDOW_WIDTH, layer.pixels, oc)
    target = draw(layer.clamp_low - 20, layer.clamp_high + 21, layer.pixels, oc) - layer.zero_out
    term = bce_term(delta, window)
    acc = ((target << (shift + POINT)) // multiplier - term - bias).clamp(-ACC_HALF, ACC_HALF - 1)
    total = acc + term + bias
    sample_bce(delta.numpy())
    sample_requantization(total.numpy(), multiplier.numpy(), shift.numpy(), *bounds)
    return Tile(parameters, acc, window, requantize(total, multiplier, shift, *bounds))


def transfers(layer: Layer, lanes: Lanes, number: int, tile: Tile, pixels: range) -> Iterator[dict[str, int]]:
    """Yield the expected transfers of a stripe: per pixel, one for each group of RQ lanes."""
    channels = layer.tile_lanes(lanes)
    word, part = divmod(number * channels, lanes.oc)
    for pixel in pixels:
        for group in range(0, lanes.oc, lanes.rq):
            data = {part + lane: int(tile.y[pixel, lane]) for lane in range(group, min(group + lanes.rq, channels))}
            yield {
                "address": layer.output_base + pixel * layer.out_pitch(lanes) + word,
                "lanes": sum(1 << place for place in data),
                "data": sum(value << (ACT_WIDTH * place) for place, value in data.items()),
            }


class Feeder:
    """Walker and loader as the drain sees them: fills free banks and parameter slots and hands stripes over."""

    def __init__(self, dut: Any, lanes: Lanes, expected: list[dict[str, int]], rng: np.random.Generator) -> None:
        """Start with everything free."""
        self.dut, self.lanes, self.expected, self.rng = dut, lanes, expected, rng
        self.banks, self.slots = [False, False], [False, False]  # in use
        self.frees = 0

    async def cycle(self, **inputs: int) -> None:
        """Begin a cycle, with nothing filled or handed over but what is given, and see what becomes free."""
        await RisingEdge(self.dut.clk)
        drive(self.dut, **({"start": 0, "clear": 0, "fill_enable": 0, "parameter_enable": 0, "full": 0} | inputs))
        await FallingEdge(self.dut.clk)
        for name, used in (("bank_free", self.banks), ("tile_free", self.slots)):
            free = int(getattr(self.dut, name).value)
            for place in range(2):
                if free >> place & 1:
                    assert used[place], f"{name} of {place}, which is not in use"
                    used[place] = False
                    self.frees += 1

    async def run(self, layer: Layer, stripes: int | None) -> int:
        """Run a layer and wait for its end, or hand over ``stripes`` of them; return the stripes and tiles given."""
        lanes = self.lanes
        fields = ("depthwise", "pixels", "output_base", "zero_out", "clamp_low", "clamp_high")
        constants = {name: getattr(layer, name) for name in fields}
        self.banks, self.slots, self.frees = [False, False], [False, False], 0
        await self.cycle(start=1, out_pitch=layer.out_pitch(lanes), **constants)
        given = bank = 0
        for number in range(layer.tiles):
            tile = random_tile(self.rng, layer, lanes.oc)
            await self._parameters(tile, number & 1)
            first = 0
            while first < layer.pixels:
                length = int(self.rng.integers(1, min(lanes.stripe, layer.pixels - first) + 1))
                pixels = range(first, first + length)
                await self._stripe(tile, bank, pixels, list(transfers(layer, lanes, number, tile, pixels)))
                bank, first, given = 1 - bank, first + length, given + 1
                if given == stripes:
                    return given
        while self.expected:
            await self.cycle()
        await self.cycle()
        assert int(self.dut.idle.value) == 1, "not idle at the end of a layer"
        assert self.frees == given + layer.tiles, (
            f"{self.frees} times free, expected {given} banks, {layer.tiles} slots"
        )
        return given

    async def _parameters(self, tile: Tile, slot: int) -> None:
        while self.slots[slot]:
            await self.cycle()
        self.slots[slot] = True
        for lane in range(self.lanes.oc):
            word = PARAMETER.pack(**{name: int(values[lane]) for name, values in tile.parameters.items()})
            await self.cycle(parameter_enable=1, parameter_slot=slot, parameter_lane=lane, parameter_word=word)

    async def _stripe(self, tile: Tile, bank: int, pixels: range, expected: list[dict[str, int]]) -> None:
        while self.banks[bank]:
            await self.cycle()
        self.banks[bank] = True
        for entry, pixel in enumerate(pixels):
            sums, windows = pack(tile.acc[pixel].tolist(), ACC_WIDTH), pack(tile.window[pixel].tolist(), WINDOW_WIDTH)
            await self.cycle(
                fill_enable=1, fill_bank=bank, fill_entry=entry, fill_sums=sums, fill_windows=windows
            )  # fmt: skip
        for _ in range(int(self.rng.integers(4))):
            await self.cycle()
        self.expected.extend(expected)
        await self.cycle(full=1, full_bank=bank, full_length=len(pixels))


@cocotb.test(timeout_time=20, timeout_unit="ms")
async def test_layers(dut: Any) -> None:
    """Dense and depthwise layers, some cleared in the middle, and the next one starts afresh."""
    rng = generator()
    lanes = Lanes(*(int(getattr(dut, name).value) for name in ("OC_LANES", "IC_LANES", "RQ_LANES", "STRIPE")))
    expected: list[dict[str, int]] = []
    monitor = StreamMonitor(dut, "out", dut.clk, FIELDS, reset=dut.clear)
    scoreboard = Scoreboard(dut)
    scoreboard.add_interface(monitor, expected)
    start_clock(dut, clear=1, start=0, fill_enable=0, parameter_enable=0, full=0, out_ready=0)
    await ClockCycles(dut.clk, 2)
    feeder = Feeder(dut, lanes, expected, rng)
    await feeder.cycle(clear=1)
    await feeder.cycle()
    assert int(dut.idle.value) == 1, "not idle after reset"
    assert int(dut.out_valid.value) == 0, "out_valid after reset"
    pressure = BackPressure(dut.out_ready, dut.clk, bursts(rng, 8, 6))
    stripes = 0
    for number in range(LAYERS):
        if number == LAYERS // 2:
            pressure.stop()
            dut.out_ready.value = 1
        cut = int(rng.integers(1, 4)) if number % 4 == 3 else None
        stripes += await feeder.run(random_layer(rng, lanes), cut)
        if cut is not None:
            for _ in range(int(rng.integers(12))):
                await feeder.cycle()
            await feeder.cycle(clear=1)
            expected.clear()
            for _ in range(8):
                await feeder.cycle()
            assert int(dut.idle.value) == 1, "not idle after clear"
    received = monitor.stats.received_transactions
    cocotb.log.info(
        "compared %d transfers of %d stripes, %d cycles of back-pressure", received, stripes, monitor.waited
    )
    assert received >= stripes >= LAYERS
    assert monitor.waited > 0
    export()
