"""Rows and parameters of random layers in their order, with a walker and a drain that keep the loader waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cocotb
import numpy as np

from golden.schedule import stripe_of
from tb.compare import Comparison, generator
from tb.signals import cycle, drive, sample, start_clock

LAYERS = 24
SLOT_CYCLES = (1, 20, 100)  # that the drain needs for a parameter slot, on average
QUIET_CYCLES = 10
Row = dict[str, int]
READ = ("weight_address", "parameter_read_enable", "claim")  # in the cycle of read_enable
ROW = ("row", "row_first", "row_channel", "row_slot")  # one cycle later


@dataclass(frozen=True)
class Layer:
    """What the loader knows of a layer; tile_lanes: channels of a tile, fewer than OC_LANES only when depthwise."""

    depthwise: int
    stripe: int
    pixels: int
    taps: int
    channels_out: int
    weight_base: int
    parameter_base: int
    tile_lanes: int

    @property
    def tiles(self) -> int:
        """Return the tiles of output channels."""
        return -(-self.channels_out // self.tile_lanes)

    def rows(self, lanes: int, depth: int) -> Iterator[Row]:
        """Yield the rows in the order tile, stripe, tap, lane."""
        for tile in range(self.tiles):
            first = 0
            while first < self.pixels:
                for tap in range(self.taps):
                    for lane in range(lanes):
                        row = self._row(tile, tap, lane, lanes, first == 0 and tap == 0)
                        yield row | {"weight_address": row["weight_address"] % depth}
                first = stripe_of(first, self.pixels, self.stripe).stop

    def _row(self, tile: int, tap: int, lane: int, lanes: int, first: bool) -> Row:
        channel = tile * self.tile_lanes + lane
        return {
            "weight_address": self.weight_base + (tile * self.taps + tap) * lanes + lane,
            "parameter_read_enable": int(first),
            "parameter_address": self.parameter_base + channel,
            "claim": int(first and lane == 0),
            "row": lane,
            "row_first": int(first),
            "row_channel": int(lane < self.tile_lanes and channel < self.channels_out),
            "row_slot": tile & 1,
            "row_index": channel,
        }


def layers(rng: np.random.Generator, lanes: int, depth: int) -> Iterator[Layer]:
    """Yield corner layers and random ones."""
    yield Layer(0, 1, 1, 1, 1, 0, 0, lanes)
    yield Layer(0, 8, 50, 1, 5 * lanes + 1, 100, 7, lanes)
    for _ in SLOT_CYCLES:
        yield Layer(0, 8, 3, 1, 6 * lanes, 5, 5, lanes)
    yield Layer(1, 8, 3, 2, 3, depth - 2 * lanes * 3, (1 << 24) - 3, max(1, lanes // 4))
    for _ in range(LAYERS):
        depthwise = int(rng.integers(2))
        tile_lanes = lanes >> int(rng.integers(3)) if depthwise else lanes
        channels = int(rng.integers(1, 3 * tile_lanes + 1))
        pixels = int(rng.choice([1, 2, int(rng.integers(1, 20))]))
        bases = (int(rng.choice([rng.integers(1000), depth - rng.integers(1, 200)])), int(rng.integers(1000)))
        yield Layer(depthwise, int(rng.integers(1, 9)), pixels, int(rng.integers(1, 4)), channels, *bases, tile_lanes)


class Surroundings:
    """The walker, which takes taps, at once or at random, and the drain, which frees parameter slots."""

    def __init__(self, rng: np.random.Generator, slot_cycles: int) -> None:
        """Start with all slots free."""
        self.rng, self.eager, self.slot_cycles = rng, bool(rng.integers(3) == 0), slot_cycles
        self.busy = [0, 0]

    def slots(self) -> int:
        """Free slots, and return ``slot_busy`` of the next cycle."""
        self.busy = [busy & int(bool(self.rng.integers(self.slot_cycles))) for busy in self.busy]
        return self.busy[0] | self.busy[1] << 1

    def takes(self, loaded: bool) -> int:
        """Return ``take``, which needs a loaded tap."""
        return int(loaded and (self.eager or bool(self.rng.integers(3) == 0)))


def check_row(dut: Any, comparison: Comparison, what: str, last: Row | None) -> None:
    """Compare the row of the read in the last cycle, or that there is none."""
    comparison.equal(f"{what} row_valid", int(dut.row_valid.value), int(last is not None))
    if last is not None:
        comparison.equal(f"{what} {ROW}", sample(dut, ROW), [last[field] for field in ROW])
        if last["row_channel"]:
            comparison.equal(f"{what} row_index", int(dut.row_index.value), last["row_index"])


async def run(dut: Any, comparison: Comparison, layer: Layer, around: Surroundings, cut: int | None) -> None:
    """Compare every row of a layer, or stop after ``cut`` of them."""
    lanes, depth, name = int(dut.OC_LANES.value), int(dut.WEIGHT_ROWS.value), str(layer)
    constants = {field: getattr(layer, field) for field in layer.__dataclass_fields__}
    drive(dut, tiles=layer.tiles, **constants)
    await cycle(dut, start=1, take=0, slot_busy=0)
    loaded = False
    last: Row | None = None  # the row read in the last cycle
    for number, expected in enumerate(layer.rows(lanes, depth)):
        if number == cut:
            return
        what = f"{name} row {number}"
        read = 0
        while not read:
            take, busy = around.takes(loaded), around.slots()
            await cycle(dut, start=0, take=take, slot_busy=busy)
            comparison.equal(f"{what} loaded", int(dut.loaded.value), int(loaded))
            check_row(dut, comparison, what, last)
            # a tap begins when the last one is taken and, the first of a tile, when its slot is free
            begins = expected["row"] == 0
            blocked = begins and ((loaded and not take) or (expected["claim"] and busy >> expected["row_slot"] & 1))
            read = int(not blocked)
            comparison.equal(f"{what} read_enable", int(dut.read_enable.value), read)
            loaded = loaded and not take
            last = expected if read else None
        comparison.equal(f"{what} {READ}", sample(dut, READ), [expected[field] for field in READ])
        if expected["parameter_read_enable"] and expected["row_channel"]:
            comparison.equal(f"{what} parameter", int(dut.parameter_address.value), expected["parameter_address"])
        if expected["claim"]:
            comparison.equal(f"{what} claim_slot", int(dut.claim_slot.value), expected["row_slot"])
            around.busy[expected["row_slot"]] = 1
        loaded = loaded or expected["row"] == lanes - 1
    for _ in range(QUIET_CYCLES):
        take = around.takes(loaded)
        await cycle(dut, take=take, slot_busy=around.slots())
        check_row(dut, comparison, f"{name} at its end", last)
        comparison.equal(f"{name} end: loaded, reads, claim", sample(dut, ["loaded", "read_enable", "claim"]),
                         [int(loaded), 0, 0])  # fmt: skip
        loaded, last = loaded and not take, None


@cocotb.test()
async def test_layers(dut: Any) -> None:
    """Corner layers and random ones; some are cleared in the middle, and the next one starts afresh."""
    comparison, rng = Comparison(), generator()
    start_clock(dut, clear=1, start=0, take=0, slot_busy=0)
    await cycle(dut)
    await cycle(dut, clear=0)
    for number, layer in enumerate(layers(rng, int(dut.OC_LANES.value), int(dut.WEIGHT_ROWS.value))):
        cut = int(rng.integers(1, 60)) if number % 4 == 3 else None
        around = Surroundings(rng, SLOT_CYCLES[number % len(SLOT_CYCLES)])
        await run(dut, comparison, layer, around, cut)
        await cycle(dut, clear=1, take=0)
        await cycle(dut, clear=0)
        idle = sample(dut, ["loaded", "read_enable", "parameter_read_enable", "claim", "row_valid"])
        comparison.equal(f"{layer} after clear", idle, [0] * 5)
    comparison.done(minimum=1000)
