"""Operands of random pictures in all modes, against direct indexing of the picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cocotb
import numpy as np

from golden.contract import ACT_MAX, ACT_WIDTH, KERNEL_MAX, PACKED_PIXEL
from tb.compare import Comparison, Integers, fields, generator, pack
from tb.signals import cycle, drive, start_clock

PICTURES = 12  # of each mode
VECTORS = 60  # of a picture
OUTSIDE = 8  # pixels around the picture
POSITION = ("row_inside", "column", "kernel_x", "kernel_width", "last_vector")  # a cycle before the words


@dataclass(frozen=True)
class Lanes:
    """Parameters of the module."""

    oc: int
    ic: int
    columns: int
    row_sum: int

    @property
    def channels(self) -> int:
        """Return the channels of a depthwise tile."""
        return min(self.oc, self.ic)


@dataclass(frozen=True)
class Operand:
    """Inputs of one vector, and what they give: x (OC lanes, the IC lanes that matter), window (the lanes that do)."""

    inputs: dict[str, int]
    x: Integers
    window: Integers


class Picture:
    """A picture (H, W, IC) with its zero point."""

    def __init__(self, rng: np.random.Generator, channels: int) -> None:
        """Draw it; a fourth of the pictures holds extremes only."""
        self.rng = rng
        self.height, self.width = (int(size) for size in rng.integers(1, 12, 2))
        shape = (self.height, self.width, channels)
        extreme = rng.integers(4) == 0
        self.pixels = rng.choice([0, ACT_MAX], shape) if extreme else rng.integers(0, ACT_MAX + 1, shape)
        self.zero = int(rng.integers(0, ACT_MAX + 1))

    def place(self) -> tuple[int, int]:
        """Return a row and column in or around the picture."""
        low, high = -OUTSIDE, OUTSIDE
        return int(self.rng.integers(low, self.height + high)), int(self.rng.integers(low, self.width + high))

    def inside(self, y: int, x: int) -> bool:
        """Return whether a place is in the picture."""
        return 0 <= y < self.height and 0 <= x < self.width

    def at(self, y: int, x: int) -> Integers:
        """Return the channels at a place, the zero point outside."""
        zeros = np.full(self.pixels.shape[2], self.zero)
        return self.pixels[y, x] if self.inside(y, x) else zeros

    def noise(self, count: int) -> Integers:
        """Return what a buffer may hold where no channel is."""
        return self.rng.integers(0, ACT_MAX + 1, count)

    def constants(self) -> dict[str, int]:
        """Return the inputs that hold for the whole picture."""
        return {"width": self.width, "zero_in": self.zero, "channels_in": self.pixels.shape[2]}

    def position(self, y: int, x: int) -> dict[str, int]:
        """Return the inputs of a place."""
        return {"row_inside": int(0 <= y < self.height), "column": x}


def dense(rng: np.random.Generator, picture: Picture, lanes: Lanes) -> Iterator[Operand]:
    """Yield vectors of random places."""
    channels = picture.pixels.shape[2]
    for _ in range(VECTORS):
        y, x = picture.place()
        vector = int(rng.integers(-(-channels // lanes.ic)))
        first = vector * lanes.ic
        there = picture.at(y, x)[first : first + lanes.ic]
        word = picture.noise(lanes.ic)
        if picture.inside(y, x):
            word[: len(there)] = there
        expected = np.append(there, np.zeros(lanes.ic - len(there), np.int64))
        last = int(first + lanes.ic >= channels)
        inputs = picture.position(y, x) | {"word": pack(word, ACT_WIDTH), "last_vector": last}
        yield Operand(inputs, np.tile(expected, (lanes.oc, 1)), np.array([expected.sum()]))


def packed(rng: np.random.Generator, picture: Picture, lanes: Lanes) -> Iterator[Operand]:
    """Yield vectors whose pixels lie across two words, of random places and parts of the kernel."""
    channels, per_word = picture.pixels.shape[2], lanes.ic // PACKED_PIXEL
    memory = picture.noise((picture.height * picture.width + 3 * per_word) * PACKED_PIXEL).reshape(-1, PACKED_PIXEL)
    memory[: picture.height * picture.width, :channels] = picture.pixels.reshape(-1, channels)
    kernel_width = int(rng.integers(1, KERNEL_MAX + 1))
    for _ in range(VECTORS):
        y, x = picture.place()
        kernel_x = int(rng.integers(kernel_width)) // per_word * per_word
        position = y * picture.width + x
        start = position // per_word * per_word
        words = [memory[(start + pixel) % len(memory)] for pixel in range(2 * per_word)]  # outside: any words
        expected = np.zeros((per_word, PACKED_PIXEL), np.int64)
        for pixel in range(min(per_word, kernel_width - kernel_x)):
            expected[pixel, :channels] = picture.at(y, x + pixel)
        flat = np.concatenate(words)
        inputs = picture.position(y, x) | {
            "word": pack(flat[: lanes.ic], ACT_WIDTH),
            "word_next": pack(flat[lanes.ic :], ACT_WIDTH),
            "pixel_select": 1 << position % per_word,
            "kernel_x": kernel_x,
            "kernel_width": kernel_width,
        }
        yield Operand(inputs, np.tile(expected.ravel(), (lanes.oc, 1)), np.array([expected.sum()]))


def depthwise(rng: np.random.Generator, picture: Picture, lanes: Lanes) -> Iterator[Operand]:
    """Yield row segments: consecutive columns from a cleared window on."""
    channels = picture.pixels.shape[2]
    for _ in range(VECTORS // 6):
        y, x = picture.place()
        tile = int(rng.integers(-(-channels // lanes.channels)))
        first = tile * lanes.channels
        vector = first // lanes.ic * lanes.ic
        columns = int(rng.integers(1, lanes.columns + 1))
        held = np.zeros((lanes.oc, lanes.columns), np.int64)
        real = np.arange(lanes.oc) < min(lanes.channels, channels - first)  # the other lanes hold nothing
        for step in range(int(rng.integers(1, 2 * lanes.columns))):
            word = picture.noise(lanes.ic)
            if picture.inside(y, x + step):
                there = picture.pixels[y, x + step, vector : vector + lanes.ic]
                word[: len(there)] = there
            newest = np.zeros(lanes.oc, np.int64)
            newest[real] = picture.at(y, x + step)[first : first + lanes.channels]
            held = np.concatenate([held[:, 1:], newest[:, None]], 1)
            inputs = picture.position(y, x + step) | {
                "word": pack(word, ACT_WIDTH),
                "columns": columns,
                "tile": tile,
                "window_clear": int(step == 0),
            }
            yield Operand(inputs, held[real], held[real, -columns:].sum(1))


def check_operands(dut: Any, comparison: Comparison, lanes: Lanes, what: str, operand: Operand) -> None:
    """Compare the operands of a vector."""
    rows, columns = operand.x.shape
    for name, width, factor in (("x", ACT_WIDTH, 1), ("x3", ACT_WIDTH + 2, 3)):
        got = fields(int(getattr(dut, name).value), width, lanes.oc * lanes.ic, signed=False)
        comparison.equal(f"{what} {name}", got.reshape(lanes.oc, -1)[:rows, :columns], factor * operand.x)


def check_window(dut: Any, comparison: Comparison, lanes: Lanes, what: str, operand: Operand) -> None:
    """Compare the sums of a vector."""
    window = fields(int(dut.window.value), lanes.row_sum, lanes.oc, signed=False)
    comparison.equal(f"{what} window", window[: len(operand.window)], operand.window)


@cocotb.test()
async def test_pictures(dut: Any) -> None:
    """Pictures of every mode in turn, with cycles without a vector, in which the operands stay."""
    comparison, rng = Comparison(), generator()
    lanes = Lanes(*(int(getattr(dut, name).value) for name in ("OC_LANES", "IC_LANES", "COLUMNS", "ROW_SUM")))
    start_clock(dut, valid=0, window_clear=0, word=0, word_next=0, kernel_x=0, kernel_width=1, columns=1)
    drive(dut, last_vector=0, tile=0, row_inside=0, column=0)
    modes = {"dense": dense, "packed": packed, "depthwise": depthwise}
    for number in range(PICTURES * len(modes)):
        mode = list(modes)[number % len(modes)]
        channels = int(rng.integers(1, PACKED_PIXEL + 1 if mode == "packed" else 2 * lanes.ic + 3))
        picture = Picture(rng, channels)
        constants = {"depthwise": int(mode == "depthwise"), "packed_in": int(mode == "packed")} | picture.constants()
        gaps = bool(rng.integers(2))
        steps: list[Operand | None] = [None]
        for operand in modes[mode](rng, picture, lanes):
            while gaps and rng.integers(3) == 0:
                steps.append(None)
            steps.append(operand)
        await cycle(dut, valid=0, start=1, pixel_select=1, **constants)
        shown: list[Operand | None] = [None, None]  # whose window and whose operands are there
        for now, following in pairwise([*steps, None, None, None]):
            inputs = {"start": 0, "valid": int(following is not None), "word": pack(picture.noise(lanes.ic), ACT_WIDTH)}
            if now is not None:
                inputs |= now.inputs
            position = {"column": picture.place()[1]} if following is None else following.inputs
            inputs |= {name: value for name, value in position.items() if name in POSITION}
            await cycle(dut, **inputs)
            what = f"{mode} {picture.constants()}"
            window, operands = shown
            if window is not None:
                check_window(dut, comparison, lanes, what, window)
            if operands is not None:
                check_operands(dut, comparison, lanes, what, operands)
            shown = [operands, now or operands]
    comparison.done(minimum=PICTURES * VECTORS)
