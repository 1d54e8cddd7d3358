"""Vector commands with the words they read and write: every kind of golden/networks/glue.py, and windows beyond it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from golden.contract import ACT_MAX, ACT_WIDTH, GLUE_M_WIDTH, GLUE_SHIFT_MAX, GLUE_STRIDE_MAX, VECTOR, VECTOR_MODES
from golden.networks.glue import GlueConstants, run_glue
from golden.networks.graph import Add, AveragePool, Concat, GlobalAverage, Glue, MaxPool, PadPicture, output_shape
from tb.compare import pack

Fields = dict[str, int]
Words = dict[int, int]
ADDRESS_END = 1 << VECTOR.widths["base_a"]
M_MAX = (1 << GLUE_M_WIDTH) - 1
DIMENSION_MAX = (1 << VECTOR.widths["height"]) - 1
KINDS = ("add", "clamped add", "average", "global average", "max", "every nth", "padding", "scale", "window", "windows")


@dataclass(frozen=True)
class Job:
    """A command, the buffer's words that it may read, and what it must write, in order: (address, word)."""

    kind: str
    fields: Fields
    memory: Words
    expected: list[tuple[int, int]]

    @property
    def command(self) -> int:
        """Return the packed payload."""
        return VECTOR.pack(**self.fields)


class JobMaker:
    """Draws jobs for a buffer of words of ``lanes`` bytes."""

    def __init__(self, rng: np.random.Generator, lanes: int) -> None:
        """Use the run's generator."""
        self.rng, self.lanes = rng, lanes

    def below(self, high: int, low: int = 0) -> int:
        """Return a number of low..high-1."""
        return int(self.rng.integers(low, high))

    def pick(self, *values: int) -> int:
        """Return one of the values."""
        return values[self.below(len(values))]

    def byte(self) -> int:
        """Return a byte, often an extreme one."""
        return self.pick(0, ACT_MAX, self.below(ACT_MAX + 1), self.below(ACT_MAX + 1))

    def picture(self, vectors: int, height: int, width: int) -> Tensor:
        """Return bytes of (1, C, H, W), int64, some of them extreme."""
        shape = (1, vectors * self.lanes, height, width)
        values = self.rng.integers(0, ACT_MAX + 1, shape)
        extreme = self.rng.choice([0, ACT_MAX], shape)
        return torch.from_numpy(np.where(self.rng.random(shape) < self.pick(0, 0, 1) / 2, extreme, values))

    def constants(self, sources: int, pixels: int) -> Fields:
        """Return zero points, multipliers, shift and clamp; mostly such that outputs differ."""
        multipliers = [self.pick(self.below(M_MAX + 1), self.below(M_MAX + 1), M_MAX, 1) for _ in range(sources)]
        fitting = min(max((max(multipliers) * pixels).bit_length() - self.below(3), 0), GLUE_SHIFT_MAX)
        low, high = self.pick(0, self.byte()), self.pick(ACT_MAX, self.byte())
        return {
            "zero_a": self.byte(),
            "zero_b": self.byte(),
            "multiplier_a": multipliers[0],
            "multiplier_b": multipliers[-1],
            "shift": self.pick(*[fitting] * 4, 0, GLUE_SHIFT_MAX, *self.rng.integers(GLUE_SHIFT_MAX, size=3).tolist()),
            "zero_out": self.byte(),
            "clamp_low": min(low, high),
            "clamp_high": max(low, high),
        }

    def layout(self, shape: tuple[int, int, int], out: tuple[int, int]) -> Fields:
        """Return addresses for pictures of (vectors, H, W) and outputs of (OH, OW); rings that wrap now and then."""
        vectors, height, width = shape
        last = out[0] * out[1] - 1

        def pitch(pixels: int) -> int:
            most = min((1 << VECTOR.widths["pitch_a"]) - 1, (ADDRESS_END - vectors) // max(pixels, 1))
            return vectors + self.pick(0, self.below(4), self.below(most - vectors + 1))

        pitch_a = pitch(4 * width * height)
        row_a = width * pitch_a + self.pick(
            0, self.below(9), self.below((ADDRESS_END // 2) // height - width * pitch_a)
        )
        span = (height - 1) * row_a + (width - 1) * pitch_a + vectors
        base_a = self.below(ADDRESS_END - span)
        ring_end, ring_words = ADDRESS_END - 1, 0
        if self.below(2):
            base_a = self.below(ADDRESS_END - 1, span)
            ring_end = min(base_a + 1 + self.below(span), ADDRESS_END - 1)
            ring_words = min(span + self.below(9), ring_end)
        pitch_b, out_pitch = pitch(last), pitch(last)
        return {
            "base_a": base_a, "pitch_a": pitch_a, "row_a": row_a, "ring_end": ring_end, "ring_words": ring_words,
            "base_b": self.below(ADDRESS_END - last * pitch_b - vectors + 1), "pitch_b": pitch_b,
            "output_base": self.below(ADDRESS_END - last * out_pitch - vectors + 1), "out_pitch": out_pitch,
        }  # fmt: skip

    def glue(self, kind: str) -> tuple[Glue, tuple[int, int]]:
        """Return an operation and the size of a picture that it fits."""
        size = (self.below(9, 1), self.below(9, 1))
        kernel = (self.below(4, 1), self.below(4, 1))
        sides = tuple(self.below(kernel[side // 2]) for side in range(4))
        size_of_pool = (max(size[0], kernel[0]), max(size[1], kernel[1]))
        stride = self.below(GLUE_STRIDE_MAX + 1, 1) if self.below(3) == 0 else self.below(3, 1)
        pool = (kernel, stride, (sides[0], sides[1], sides[2], sides[3]))
        choices: dict[str, tuple[Glue, tuple[int, int]]] = {
            "add": (Add(), size),
            "clamped add": (Add("relu6"), size),
            "average": (AveragePool(*pool), size_of_pool),
            "global average": (GlobalAverage(), size),
            "max": (MaxPool(*pool), size_of_pool),
            "every nth": (MaxPool((1, 1), stride), size),
            "padding": (PadPicture(self.below(4), self.below(4), self.below(4), self.below(4)), size),
            "scale": (Concat(), size),
        }
        return choices[kind]

    def job(self, kind: str) -> Job:
        """Return a random command of a kind, with the golden's output; "window" and "windows" go beyond the glue."""
        if kind in ("window", "windows"):
            return self.window(len(kind) - len("window") + 1)
        op, size = self.glue(kind)
        shape = (self.below(4, 1), *size)
        sources = [self.picture(*shape) for _ in range(2 if isinstance(op, Add) else 1)]
        out = output_shape(op, [(shape[0] * self.lanes, *size)] * len(sources))[1:]
        pads = (op.padding[0], op.padding[2]) if isinstance(op, AveragePool | MaxPool) else (0, 0)
        kernel, stride = (op.kernel, op.stride) if isinstance(op, AveragePool | MaxPool) else ((1, 1), 1)
        if isinstance(op, PadPicture):
            pads = (op.top, op.left)
        if isinstance(op, GlobalAverage):
            kernel = size
        moves = isinstance(op, MaxPool | PadPicture)
        fields = {
            "mode": VECTOR_MODES["max" if moves else "sum"], "sources": len(sources),
            "kernel_height": kernel[0], "kernel_width": kernel[1], "stride": stride,
            "pad_top": pads[0], "pad_left": pads[1], "height": size[0], "width": size[1],
            "out_height": out[0], "out_width": out[1], "vectors": shape[0],
            **self.constants(len(sources), kernel[0] * kernel[1]), **self.layout(shape, (out[0], out[1])),
        }  # fmt: skip
        zeros = (fields["zero_a"], fields["zero_b"])[: len(sources)]
        multipliers = (fields["multiplier_a"], fields["multiplier_b"])[: len(sources)]
        shared = (fields["shift"], fields["zero_out"], fields["clamp_low"], fields["clamp_high"])
        constants = GlueConstants(zeros) if moves else GlueConstants(zeros, multipliers, *shared)
        return self.place(kind, fields, sources, run_glue(op, constants, sources))

    def window(self, sources: int) -> Job:
        """Return windows that may lie outside the picture, and two sources of which one is padded."""
        sum_mode = sources == 2 or self.below(2)
        most = self.pick(6, 6, DIMENSION_MAX + 1)  # of kernel and padding
        kernel = (1, 1) if sources == 2 else (self.below(most, 1), self.below(most, 1))
        shape, out = (self.below(3, 1), self.below(5, 1), self.below(5, 1)), (self.below(5, 1), self.below(5, 1))
        if self.below(8) == 0:  # a deep pixel
            shape, out = (self.below(1024, 300), 1, 1), (1, 1)
        elif self.below(4) == 0:  # a long picture
            size, kernel = self.below(DIMENSION_MAX + 1, DIMENSION_MAX // 2), (1, 1)
            column = self.below(2)
            shape = (1, size, 1) if column else (1, 1, size)
            out = (size // GLUE_STRIDE_MAX, 1) if column else (1, size // GLUE_STRIDE_MAX)
        fields = {
            "mode": VECTOR_MODES["sum" if sum_mode else "max"], "sources": sources,
            "kernel_height": kernel[0], "kernel_width": kernel[1], "stride": self.below(GLUE_STRIDE_MAX + 1, 1),
            "pad_top": self.below(most), "pad_left": self.below(most), "height": shape[1], "width": shape[2],
            "out_height": out[0], "out_width": out[1], "vectors": shape[0],
            **self.constants(sources, kernel[0] * kernel[1]), **self.layout(shape, out),
        }  # fmt: skip
        pictures = [self.picture(*shape), self.picture(shape[0], *out)][:sources]
        return self.place("windows" if sources == 2 else "window", fields, pictures, plain(fields, pictures))

    def place(self, kind: str, fields: Fields, sources: list[Tensor], output: Tensor) -> Job:
        """Return the job with its words at their addresses."""
        memory = dict(first_source(fields, self.words(sources[0])))
        if len(sources) == 2:
            memory |= in_order(fields["base_b"], fields["pitch_b"], self.words(sources[1]))
        expected = list(in_order(fields["output_base"], fields["out_pitch"], self.words(output)))
        return Job(kind, fields, memory, expected)

    def words(self, picture: Tensor) -> list[list[list[int]]]:
        """Return the words of a picture (1, C, H, W), by row, column and vector."""
        _, channels, height, width = picture.shape
        lanes = picture[0].reshape(channels // self.lanes, self.lanes, height, width).permute(2, 3, 0, 1).tolist()
        return [[[pack(word, ACT_WIDTH) for word in pixel] for pixel in row] for row in lanes]


def first_source(fields: Fields, words: list[list[list[int]]]) -> Iterator[tuple[int, int]]:
    """Yield address and word of each word of the first source."""
    for y, row in enumerate(words):
        for x, pixel in enumerate(row):
            for vector, word in enumerate(pixel):
                address = fields["base_a"] + y * fields["row_a"] + x * fields["pitch_a"] + vector
                yield address - (fields["ring_words"] if address >= fields["ring_end"] else 0), word


def in_order(base: int, pitch: int, words: list[list[list[int]]]) -> Iterator[tuple[int, int]]:
    """Yield address and word of pixels that lie ``pitch`` words apart, row by row."""
    pixels = [pixel for row in words for pixel in row]
    for number, pixel in enumerate(pixels):
        for vector, word in enumerate(pixel):
            yield base + number * pitch + vector, word


def plain(fields: Fields, pictures: list[Tensor]) -> Tensor:
    """Return the output of a command by its definition, pixel by pixel. pictures: (1, C, H, W), int64."""
    x, rows, columns = pictures[0], range(fields["height"]), range(fields["width"])
    output = torch.zeros(1, x.shape[1], fields["out_height"], fields["out_width"], dtype=torch.int64)
    half = (1 << fields["shift"]) >> 1
    for oy in range(fields["out_height"]):
        for ox in range(fields["out_width"]):
            y, left = oy * fields["stride"] - fields["pad_top"], ox * fields["stride"] - fields["pad_left"]
            window = [
                x[0, :, row, column]
                for row in rows[max(y, 0) : max(y + fields["kernel_height"], 0)]
                for column in columns[max(left, 0) : max(left + fields["kernel_width"], 0)]
            ]
            if fields["mode"] == VECTOR_MODES["max"]:
                largest = torch.stack(window).amax(0) if window else torch.tensor(fields["zero_a"])
                output[0, :, oy, ox] = largest
                continue
            total = sum(((value - fields["zero_a"]) * fields["multiplier_a"] for value in window), torch.tensor(half))
            if fields["sources"] == 2:
                total = total + (pictures[1][0, :, oy, ox] - fields["zero_b"]) * fields["multiplier_b"]
            y_out = (total >> fields["shift"]) + fields["zero_out"]
            output[0, :, oy, ox] = y_out.clamp(fields["clamp_low"], fields["clamp_high"])
    return output
