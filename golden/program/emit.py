"""Emission of commands: a program under construction, and the simple transfers every operation is made of."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from golden.compile import Words, pack_parameters, two_a_byte, weight_rows
from golden.contract import PARAMETER_BYTES, TARGETS, TRANSFER
from golden.errors import LayerError
from golden.float_layer import Shape
from golden.layer import QuantizedLayer
from golden.program.commands import LIST_BYTES, Command, Span, Unit, pack_fields
from golden.program.system import SystemConfig
from golden.schedule import choose_stripe, predict_counters

LATENCY = 26
"""Cycles of a transfer beside its beats: command, address, memory, and the way through the unit."""
LAYER_DONE = 1
"""Cycles of a layer beside those it counts itself: its done."""
CHUNKS = 4
"""Parts of the weight buffer that are filled at a time."""


@dataclass(frozen=True)
class Written:
    """What a command writes: channels and rows of a tensor, from a word of the activation buffer on.

    pitch: words from a pixel to the next, row by row.
    """

    tensor: str
    channels: range
    rows: range
    width: int
    base: int
    pitch: int


@dataclass(frozen=True)
class Group:
    """Output channels whose weights are loaded together: the layer of them alone, where its rows and words lie."""

    channels: range
    layer: QuantizedLayer
    rows: int
    weights: int
    parameters: int


@dataclass(frozen=True)
class Loaded:
    """Weights and parameters in their buffers: first row, first word, and what a layer reads of both."""

    row: int
    word: int
    spans: tuple[Span, ...]


@dataclass
class Emitter:
    """Commands so far, what those that compute write, the memory image, and the rings of weights and parameters."""

    system: SystemConfig
    commands: list[Command] = field(default_factory=list)
    written: dict[int, Written] = field(default_factory=dict)
    blocks: list[tuple[int, bytes]] = field(default_factory=list)
    timings: dict[Any, tuple[int, int]] = field(default_factory=dict)
    memory_end: int = 0
    weight_next: int = 0
    weight_last: int = 0
    parameter_next: int = 0

    def reserve(self, size: int) -> int:
        """Return the address of ``size`` bytes of memory."""
        address = self.memory_end
        self.memory_end = -(-(address + size) // LIST_BYTES) * LIST_BYTES
        if self.memory_end >= 1 << 32:
            raise LayerError(f"{self.memory_end} bytes of memory, expected less than 4 GiB")
        return address

    def put(self, data: bytes) -> int:
        """Put bytes into the memory image and return their address."""
        address = self.reserve(len(data))
        self.blocks.append((address, data))
        return address

    def group(self, layer: QuantizedLayer, channels: range, mode: str) -> Group:
        """Put the weights and parameters of a layer's channels into memory; layer: of them alone."""
        rows = weight_rows(layer, self.system.core, mode)
        words = b"".join(word.to_bytes(PARAMETER_BYTES, "little") for word in pack_parameters(layer))
        return Group(channels, layer, len(rows), self.put(two_a_byte(rows).tobytes()), self.put(words))

    def load_group(self, group: Group, number: int) -> Loaded:
        """Load a group's weights and parameters."""
        depth = self.system.depths
        first, spans = self.weight_next, []
        chunk, row_bytes = depth["weight"] // CHUNKS, self.system.word_bytes["weight"]
        done, free = 0, depth["weight"] - self.weight_last  # the rest is the group's before, which may be in use
        while done < group.rows:
            start = (first + done) % depth["weight"]
            count = min(group.rows - done, depth["weight"] - start, chunk)
            if done < free:
                count = min(count, free - done)
            address = group.weights + done * row_bytes
            self.transfer("load", number, "weight", address, (1, count), (0, 1, 0), start)
            spans.append(Span("weight", start, start + count))
            done += count
        self.weight_next, self.weight_last = (first + group.rows) % depth["weight"], group.rows
        words = group.layer.channels_out
        place = self.parameter_next if self.parameter_next + words <= depth["parameter"] else 0
        self.parameter_next = place + words
        self.transfer("load", number, "parameter", group.parameters, (1, words), (0, 1, 0), place)
        return Loaded(first, place, (*spans, Span("parameter", place, place + words)))

    def transfer(
        self,
        unit: Unit,
        number: int,
        target: str,
        address: int,
        size: tuple[int, int],
        steps: tuple[int, int, int],
        base: int,
    ) -> None:
        """Emit a load or store. size: lines, words of a line; steps: pitch in bytes, step and line step in words."""
        lines, words = size
        pitch, step, line_step = steps
        word_bytes, beat = self.system.word_bytes[target], self.system.data_width // 8
        line = words * word_bytes
        memory = Span("memory", address, address + line, lines, pitch)
        buffer = Span(target, base, base + (lines - 1) * line_step + (words - 1) * step + 1)
        starts = (address + i * pitch for i in range(lines))
        beats = sum(-(-(start + line) // beat) - start // beat for start in starts)
        fields = {
            "target": TARGETS[target],
            "address": address,
            "pitch": pitch,
            "lines": lines,
            "words": words,
            "base": base,
            "step": step,
            "line_step": line_step,
        }
        source, sink = (memory, buffer) if unit == "load" else (buffer, memory)
        payload = pack_fields(TRANSFER, number, fields)
        cycles = LATENCY + max(beats, lines * words)
        self.commands.append(Command(unit, payload, number, (source,), (sink,), cycles, beats * beat))

    def compute(self, command: Command, written: Written) -> None:
        """Emit a command of the layer or the vector unit, which writes ``written``."""
        self.written[len(self.commands)] = written
        self.commands.append(command)

    def timing(self, layer: QuantizedLayer, height: int, width: int, mode: str) -> tuple[int, int]:
        """Return the stripe length of a layer on an H x W input and the cycles it takes, which follow from shapes."""
        pads = (layer.pad_top, layer.pad_bottom, layer.pad_left, layer.pad_right)
        key = (tuple(layer.codes.shape), layer.groups, layer.stride, pads, height, width, mode)
        if key not in self.timings:
            stripe = choose_stripe(layer, height, width, self.system.core, mode)
            counters = predict_counters(layer, height, width, self.system.core, stripe, mode)
            self.timings[key] = stripe, counters["cycles"]
        return self.timings[key]


def planes_of(picture: Words, lanes: int) -> bytes:
    """Return a picture, uint8 (C, H, W), as planes of vectors, zero in bytes without a channel."""
    channels, height, width = picture.shape
    full = np.zeros((-(-channels // lanes) * lanes, height, width), dtype=np.uint8)
    full[:channels] = picture
    return full.reshape(-1, lanes, height, width).transpose(0, 2, 3, 1).tobytes()


def picture_of(planes: bytes, shape: Shape, lanes: int) -> Words:
    """Return planes of vectors as a picture, uint8 (C, H, W)."""
    channels, height, width = shape
    full = np.frombuffer(planes, dtype=np.uint8).reshape(-1, height, width, lanes)
    return full.transpose(0, 3, 1, 2).reshape(-1, height, width)[:channels]


def packed_rows(picture: Words, row_bytes: int, pixel: int) -> bytes:
    """Return a picture, uint8 (C, H, W), as rows of pixels of ``pixel`` bytes, zero in bytes without a channel."""
    channels, height, width = picture.shape
    rows = np.zeros((height, row_bytes), dtype=np.uint8)
    rows[:, : width * pixel].reshape(height, width, pixel)[:, :, :channels] = picture.transpose(1, 2, 0)
    return rows.tobytes()
