"""Every vector of layers of all modes against plain nested loops, with random waiting for weights and banks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import cocotb
import numpy as np

from golden.contract import CONTRACT, PACKED_PIXEL
from golden.schedule import stripe_of
from tb.compare import Comparison, generator
from tb.signals import cycle, drive, sample, start_clock

COORDINATE_BITS: int = CONTRACT["dimension"]["width"] + 2
ADDRESS_BITS: int = CONTRACT["dimension"]["address_width"] + 2
RANDOM_LAYERS = 14
MOST_VECTORS = 1500  # of a random layer
BASE = 0x12345  # address of the picture's first vector
AHEAD = 3  # cycles before `start` in which the constants are stable, but for the last of them
LAST = "origin"
Vector = dict[str, int]
STATE = ("active", "wait_weights", "wait_drain", "issue", "take", "claim")  # of every cycle
EVENTS = (  # of every issue
    *("compute", "window_clear", "address", "row_inside", "column", "kernel_x", "last_vector", "columns"),
    *("first_tap", "stripe_end", "entry", "bank", "length", "tile"),
)


@dataclass(frozen=True)
class Layer:
    """Shape of a layer. channels: IC, and OC as well when depthwise."""

    mode: str
    kernel: tuple[int, int]
    stride: int
    pads: tuple[int, int, int, int]  # top, bottom, left, right
    size: tuple[int, int]  # H, W
    channels: int
    channels_out: int
    nominal: int  # stripe length
    gaps: tuple[int, int] = (0, 0)  # addresses between pixels, and between rows

    @property
    def output(self) -> tuple[int, int]:
        """Return (OH, OW)."""
        top, bottom, left, right = self.pads
        height, width = self.size[0] + top + bottom - self.kernel[0], self.size[1] + left + right - self.kernel[1]
        return height // self.stride + 1, width // self.stride + 1


class Model:
    """The loop nest of a layer on a core of some lanes."""

    def __init__(self, layer: Layer, oc_lanes: int, ic_lanes: int, columns: int) -> None:
        """Derive vectors and tiles."""
        self.layer, self.depthwise, self.packed = layer, layer.mode == "depthwise", layer.mode == "packed"
        self.vectors = 1 if self.packed else -(-layer.channels // ic_lanes)
        self.tile_lanes = min(oc_lanes, ic_lanes) if self.depthwise else oc_lanes
        self.tiles = -(-layer.channels_out // self.tile_lanes)
        self.ic_lanes = ic_lanes
        self.step = columns if self.depthwise else ic_lanes // PACKED_PIXEL if self.packed else 1
        self.pixels = layer.output[0] * layer.output[1]
        self.pitch = 1 if self.packed else self.vectors + layer.gaps[0]
        self.row = layer.size[1] * self.pitch + layer.gaps[1]

    def constants(self) -> Vector:
        """Return the inputs of the walker that are constant during the layer."""
        layer = self.layer
        return {
            "depthwise": int(self.depthwise),
            "packed_in": int(self.packed),
            "kernel_height": layer.kernel[0],
            "kernel_width": layer.kernel[1],
            "two": int(layer.stride == 2),
            "pad_top": layer.pads[0],
            "pad_left": layer.pads[2],
            "stripe": layer.nominal,
            "height": layer.size[0],
            "out_width": layer.output[1],
            "in_vectors": self.vectors,
            "tiles": self.tiles,
            "in_pitch": self.pitch,
            "in_row": self.row,
            "origin": (BASE - layer.pads[0] * self.row - layer.pads[2] * self.pitch) & ((1 << ADDRESS_BITS) - 1),
            "pixels": self.pixels,
        }

    def taps(self) -> list[tuple[int, range, int]]:
        """Return (kernel row, kernel columns, vector) of the taps in order."""
        kh, kw = self.layer.kernel
        return [
            (ky, range(kx, min(kx + self.step, kw)), vector)
            for ky in range(kh)
            for kx in range(0, kw, self.step)
            for vector in range(1 if self.depthwise else self.vectors)
        ]

    def walk(self) -> Iterator[Vector]:
        """Yield the events of every vector."""
        bank = 0
        for tile in range(self.tiles):
            first = 0
            while first < self.pixels:
                stripe = stripe_of(first, self.pixels, self.layer.nominal)
                taps = self.taps()
                for number, tap in enumerate(taps):
                    common = {
                        "first_tap": int(number == 0), "bank": bank, "tile": tile, "length": len(stripe),
                        "kernel_x": tap[1][0], "last_vector": int(self.depthwise or tap[2] == self.vectors - 1),
                    }  # fmt: skip
                    for vector in self._tap(stripe, tap, tile):
                        end = number == len(taps) - 1 and vector["compute"] and vector["entry"] == len(stripe) - 1
                        claim = number == 0 and vector["take"]
                        yield vector | common | {"claim": int(claim), "stripe_end": int(end)}
                bank, first = 1 - bank, stripe.stop

    def _tap(self, stripe: range, tap: tuple[int, range, int], tile: int) -> Iterator[Vector]:
        """Yield the vectors of one tap; depthwise, those of the columns that the window does not hold yet."""
        ky, kernel_columns, vector = tap
        stride, out_width = self.layer.stride, self.layer.output[1]
        columns = len(kernel_columns) if self.depthwise else 1
        if self.depthwise:
            vector = tile * self.tile_lanes // self.ic_lanes
        for entry, pixel in enumerate(stripe):
            new_row = entry == 0 or pixel % out_width == 0
            y = pixel // out_width * stride + ky - self.layer.pads[0]
            fresh = columns if new_row else min(stride, columns)
            for column in range(columns - fresh, columns):
                x = pixel % out_width * stride + kernel_columns[0] + column - self.layer.pads[2]
                begins = new_row and column == 0
                yield {
                    "take": int(entry == 0 and begins),
                    "compute": int(column == columns - 1),
                    "window_clear": int(begins),
                    "address": (BASE + y * self.row + x * self.pitch + vector) & ((1 << ADDRESS_BITS) - 1),
                    "row_inside": int(0 <= y < self.layer.size[0]),
                    "column": x & ((1 << COORDINATE_BITS) - 1),
                    "columns": columns,
                    "entry": entry,
                }


def corners(stripe: int, ic_lanes: int) -> list[Layer]:
    """Return layers at the ends of their shapes."""
    none = (0, 0, 0, 0)
    return [
        Layer("dense", (1, 1), 1, none, (1, 1), 1, 1, 1),
        Layer("dense", (1, 1), 1, none, (1, 1), 3 * ic_lanes, 40, stripe),
        Layer("dense", (1, 1), 1, none, (1, 4095), 1, 1, stripe),
        Layer("dense", (1, 1), 2, none, (4095, 1), 1, 1, 1),
        Layer("dense", (3, 2), 1, (7, 6, 5, 7), (1, 2), ic_lanes + 1, 3, stripe),
        Layer("dense", (7, 7), 2, (3, 3, 3, 3), (2, 3), 2, 5, stripe),
        Layer("depthwise", (7, 7), 1, (3, 3, 3, 3), (3, 5), 2 * ic_lanes + 1, 2 * ic_lanes + 1, stripe),
        Layer("depthwise", (2, 1), 2, (0, 1, 0, 1), (5, 6), 3, 3, stripe),
        Layer("depthwise", (3, 5), 2, (7, 7, 7, 7), (2, 1), 1, 1, 1),
        Layer("depthwise", (2, 7), 2, (1, 2, 1, 2), (5, 15), 5, 5, stripe),
        Layer("packed", (7, 7), 2, (2, 3, 2, 3), (6, 9), 3, 20, stripe),
        Layer("packed", (1, 7), 1, (0, 0, 7, 7), (2, 30), 4, 1, stripe),
    ]


def giants(ic_lanes: int, oc_lanes: int) -> list[tuple[Layer, int]]:
    """Return layers whose sizes and addresses need all their bits, and how many vectors of them are walked."""
    row, pitch, most = (1 << 22) - 1, (1 << 13) - 1, 4095
    tiles = most * min(oc_lanes, ic_lanes)
    patterns = [
        (Layer("dense", (2, 2), 1, (1, 0, 1, 0), (4, 3), 1, 1, 2, (apart, between)), 160)
        for apart, between in ((pitch // 3, row // 3), (pitch // 3 * 2, row // 3 * 2))  # bits 01 01..., and 10 10...
    ]
    return [
        *patterns,
        (Layer("dense", (7, 1), 2, (1, 0, 1, 0), (7, 3), 1, 1, 2, (pitch - 1, row - 3 * pitch)), 160),
        (Layer("dense", (7, 7), 1, (3, 3, 3, 3), (most, most), 1, most * oc_lanes, 1), 160),
        (Layer("dense", (1, 1), 1, (0, 0, 0, 0), (most, most), 1, 1, 2), 160),
        (Layer("dense", (2, 2), 1, (1, 0, 1, 0), (1, 1), pitch * ic_lanes, 1, 1), 2 * pitch + 1),
        (Layer("dense", (1, 1), 1, (0, 0, 0, 0), (1, 1), 1, most * oc_lanes, 1), most + 1),
        (Layer("depthwise", (5, 5), 2, (2, 2, 2, 2), (2, most), 1, tiles, 1, (0, row - most)), 160),
    ]


def random_layers(rng: np.random.Generator, stripe: int, oc_lanes: int, ic_lanes: int) -> Iterator[Layer]:
    """Yield small layers of all modes, none of many more than MOST_VECTORS vectors."""
    for number in range(RANDOM_LAYERS):
        mode = ("dense", "depthwise", "packed")[number % 3]
        kernel = (int(rng.integers(1, 8)), int(rng.integers(1, 8)))
        top, bottom, left, right = (int(rng.integers(0, 8)) for _ in range(4))
        height = max(1, kernel[0] - top - bottom) + int(rng.integers(0, 7))
        width = max(1, kernel[1] - left - right) + int(rng.integers(0, 9))
        channels = int(rng.integers(1, PACKED_PIXEL + 1 if mode == "packed" else 2 * ic_lanes + 3))
        out = channels if mode == "depthwise" else int(rng.integers(1, 2 * oc_lanes + 3))
        nominal, stride = int(rng.integers(1, stripe + 1)), int(rng.integers(1, 3))
        gaps = (int(rng.integers(1 << rng.integers(13))), int(rng.integers(1 << rng.integers(21))))
        layer = Layer(mode, kernel, stride, (top, bottom, left, right), (height, width), channels, out, nominal, gaps)
        reads = kernel[0] * kernel[1] * layer.output[0] * layer.output[1] * channels * out // ic_lanes // oc_lanes
        yield layer if reads < MOST_VECTORS else replace(layer, kernel=(1, 1), channels=1, channels_out=1)


class Surroundings:
    """Loader and drain as the walker sees them: weights come and banks are freed at random."""

    def __init__(self, dut: Any, rng: np.random.Generator) -> None:
        """``eager``: weights and banks are always there in time."""
        self.dut, self.rng, self.eager = dut, rng, bool(rng.integers(3) == 0)
        self.loaded, self.busy = False, [False, False]

    async def cycle(self) -> None:
        """Begin a cycle."""
        self.loaded = self.loaded or self.eager or bool(self.rng.integers(3) == 0)
        self.busy = [busy and not self.eager and bool(self.rng.integers(8)) for busy in self.busy]
        await cycle(self.dut, start=0, loaded=int(self.loaded), bank_busy=self.busy[0] | self.busy[1] << 1)

    def saw(self, vector: Vector) -> None:
        """Take note of the events of a vector."""
        if vector["take"]:
            self.loaded = False
        if vector["claim"]:
            self.busy[vector["bank"]] = True


async def run(dut: Any, comparison: Comparison, model: Model, rng: np.random.Generator, vectors: int | None) -> None:
    """Compare the vectors of a layer, and that nothing follows; or its first ``vectors`` only."""
    around, name = Surroundings(dut, rng), str(model.layer)
    constants = model.constants()
    drive(dut, **{name: value for name, value in constants.items() if name != LAST})
    for _ in range(AHEAD - 1):
        await cycle(dut, loaded=0, bank_busy=0)
    await cycle(dut, loaded=0, bank_busy=0, **{LAST: constants[LAST]})
    await cycle(dut, start=1, clear=0)
    state_name, events_name = str(STATE), str(EVENTS)
    settling = True  # a tap ended in the cycle before: one of a single vector waits
    for number, expected in enumerate(model.walk()):
        if number == vectors:
            return
        take, claim, issue = expected["take"], expected["claim"], 0
        while not issue:
            await around.cycle()
            ready = around.loaded and not (settling and expected["length"] == expected["columns"] == 1)
            weights = int(take and not ready)
            drain = int(claim and ready and around.busy[expected["bank"]])
            settling = False
            issue = int(not weights and not drain)
            state = [1, weights, drain, issue, take & issue, claim & issue]
            comparison.equal(f"{name} vector {number} {state_name}", sample(dut, STATE), state)
        events = [expected[event] for event in EVENTS]
        comparison.equal(f"{name} vector {number} {events_name}", sample(dut, EVENTS), events)
        around.saw(expected)
        settling = bool(expected["compute"]) and expected["entry"] == expected["length"] - 1
    for _ in range(5):
        await around.cycle()
        comparison.equal(f"{name} {STATE} after its end", sample(dut, STATE), [0] * len(STATE))


async def walk_all(dut: Any, layers: list[tuple[Layer, int | None]], rng: np.random.Generator) -> None:
    """Compare layers, or their first vectors, one after the other; each is cleared away, and the next starts afresh."""
    comparison = Comparison()
    oc, ic, columns = (int(getattr(dut, name).value) for name in ("OC_LANES", "IC_LANES", "COLUMNS"))
    start_clock(dut, clear=1, start=0, loaded=0, bank_busy=0)
    await cycle(dut)
    await cycle(dut, clear=0)
    comparison.equal("active and issue after reset", sample(dut, ["active", "issue"]), [0, 0])
    for layer, vectors in layers:
        await run(dut, comparison, Model(layer, oc, ic, columns), rng, vectors)
        await cycle(dut, clear=1, loaded=0)
        await cycle(dut, clear=0)
        comparison.equal(f"{layer} active after clear", int(dut.active.value), 0)
    comparison.done(minimum=1000)


@cocotb.test()
async def test_layers(dut: Any) -> None:
    """Corner layers and random ones; some are cleared in the middle."""
    rng = generator()
    oc, ic, stripe = (int(getattr(dut, name).value) for name in ("OC_LANES", "IC_LANES", "STRIPE"))
    chosen = [*corners(stripe, ic), *random_layers(rng, stripe, oc, ic)]
    cuts = [int(rng.integers(1, MOST_VECTORS)) if number % 4 == 3 else None for number in range(len(chosen))]
    await walk_all(dut, list(zip(chosen, cuts, strict=True)), rng)


@cocotb.test()
async def test_giants(dut: Any) -> None:
    """Layers as large as they may be."""
    await walk_all(dut, [*giants(int(dut.IC_LANES.value), int(dut.OC_LANES.value))], generator())
