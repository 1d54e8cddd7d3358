"""Reader of a network that dlib has serialized.

The format is that of dlib's ``serialize`` functions (its serialize.h, and tensor.h, core.h, layers.h of
its dnn folder). An integer is a byte that holds its sign (bit 7) and its number of bytes (bits 3:0), then
these bytes, lowest first; a string is its length and its characters; a real number is two integers,
mantissa and binary exponent; a boolean is a character; a tensor is its version, its four dimensions and its
float32 values. A file holds the loss, a version for each layer, the input layer, then every layer from
the input to the output: its name, its fields, three booleans and three tensors that only training fills.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from golden.errors import LayerError

INPUT_LAYER = b"input_rgb_image_sized"
LONGEST_INTEGER = 8
TENSOR_VERSION = 2
FLAGS = 3
TRAINING_TENSORS = 3

# layer: integers before its tensor of weights, integers behind it (None: it has no tensor)
FIELDS: dict[str, tuple[int, int | None]] = {
    "con_4": (0, 25),  # behind: OC, KH, KW, stride (2), padding (2), two shapes (5 each), four rates (2 each)
    "affine_": (0, 11),  # behind: two shapes and a mode
    "fc_2": (2, 19),  # before: OC, IC; behind: two shapes, mode of the bias, four rates
    "relu_": (0, None),
    "add_prev_": (0, None),
    "max_pool_2": (6, None),  # KH, KW, stride (2), padding (2)
    "avg_pool_2": (6, None),
}


@dataclass(frozen=True)
class DlibLayer:
    """A layer of the file: its name there, its integers, and its weights (flat float32, empty for none)."""

    name: str
    integers: tuple[int, ...]
    weights: Tensor


@dataclass(frozen=True)
class DlibNetwork:
    """A file's input (mean of red, green and blue, in bytes; height and width) and its layers in order."""

    mean: tuple[float, ...]
    size: tuple[int, int]
    layers: list[DlibLayer]


class _Reader:
    """Takes values from the bytes of a file. Raises LayerError where they end or make no sense."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.data = path.read_bytes()
        except OSError as error:
            raise self.error(str(error.strerror)) from None
        self.position = self.data.find(INPUT_LAYER) + len(INPUT_LAYER)
        if self.position < len(INPUT_LAYER):
            raise self.error("no layer input_rgb_image_sized")

    def error(self, what: str) -> LayerError:
        return LayerError(f"{self.path}: {what}; expected dlib's face recognition ResNet as dlib serializes it")

    def take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if len(taken) < count:
            raise self.error(f"ends at byte {len(self.data)}, in the middle of a layer")
        self.position += count
        return taken

    def integer(self) -> int:
        head = self.take(1)[0]
        if not 1 <= head & 0x7F <= LONGEST_INTEGER:
            raise self.error(f"no integer at byte {self.position - 1}")
        value = int.from_bytes(self.take(head & 0x7F), "little")
        return -value if head & 0x80 else value

    def integers(self, count: int) -> tuple[int, ...]:
        return tuple(self.integer() for _ in range(count))

    def real(self) -> float:
        mantissa, exponent = self.integers(2)
        return mantissa * 2.0**exponent

    def tensor(self) -> Tensor:
        version, *shape = self.integers(5)
        if version != TENSOR_VERSION or min(shape) < 0:
            raise self.error(f"no tensor before byte {self.position}")
        values = np.frombuffer(self.take(4 * prod(shape)), dtype="<f4")
        return torch.from_numpy(values.astype(np.float32))

    def layer(self) -> DlibLayer:
        name = self.take(self.integer()).decode("ascii", "replace")
        if name not in FIELDS:
            raise self.error(f"unknown layer {name!r} before byte {self.position}")
        before, behind = FIELDS[name]
        integers = self.integers(before)
        weights = torch.empty(0) if behind is None else self.tensor()
        integers += self.integers(behind or 0)
        self.take(FLAGS)
        for _ in range(TRAINING_TENSORS):
            self.tensor()
        return DlibLayer(name, integers, weights)


def read_dlib(path: Path) -> DlibNetwork:
    """Read a network. Raises LayerError when there is no file or it holds something else."""
    reader = _Reader(path)
    mean = tuple(reader.real() for _ in range(3))
    height, width = reader.integers(2)
    layers = [reader.layer()]
    reader.integer()  # samples per picture, behind the first layer only
    while reader.position < len(reader.data):
        layers.append(reader.layer())
    return DlibNetwork(mean, (height, width), layers)
