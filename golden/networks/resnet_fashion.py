"""A small ResNet for Fashion-MNIST, trained by ``python -m golden.networks.train_fashion``."""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from golden.affine import Affine
from golden.data.idx import fashion_mnist
from golden.data.preparation import Preparation
from golden.float_layer import Activation, FloatLayer, fully_connected
from golden.networks.graph import INPUT, Add, GlobalAverage, Graph, Node
from golden.tasks import CALIBRATION, Task, classification

WEIGHTS = Path(__file__).with_name("resnet_fashion.safetensors")
WIDTHS = (16, 32, 64)
CLASSES = 10
PIXEL = Affine(1 / 255, 0)
SHAPE = (1, 28, 28)
REPRESENTATIVES = [
    "stem",
    "block0.conv0",
    "block0.conv1",
    "block1.conv0",
    "block1.conv1",
    "block1.shortcut",
    "block2.conv0",
    "block2.conv1",
    "block2.shortcut",
    "classifier",
]


def build(tensors: dict[str, Tensor]) -> Graph:
    """Build the network from folded weights ``<layer>.weight`` and ``<layer>.bias``.

    A stem, then per width one block of two 3x3 convolutions; where the block halves the picture, a
    1x1 convolution of stride 2 on the shortcut. Mean over the picture, then the classifier.
    """
    nodes: list[Node] = []

    def conv(name: str, kind: str, source: str, stride: int, relu: bool) -> str:
        weight = tensors[f"{name}.weight"]
        padding = (weight.shape[2] // 2,) * 4
        activation: Activation = "relu" if relu else "linear"
        layer = FloatLayer(name, weight, tensors[f"{name}.bias"], 1, stride, padding, activation)
        nodes.append(Node(name, kind, layer, (source,)))
        return name

    source = conv("stem", "stem", INPUT, 1, relu=True)
    for number in range(len(WIDTHS)):
        block, stride = f"block{number}", 1 if number == 0 else 2
        inner = conv(f"{block}.conv0", "conv3x3", source, stride, relu=True)
        inner = conv(f"{block}.conv1", "conv3x3", inner, 1, relu=False)
        if stride == 2:
            source = conv(f"{block}.shortcut", "shortcut", source, stride, relu=False)
        nodes.append(Node(f"{block}.add", "add", Add("relu"), (inner, source)))
        source = f"{block}.add"
    nodes.append(Node("average", "average", GlobalAverage(), (source,)))
    classifier = fully_connected("classifier", tensors["classifier.weight"], tensors["classifier.bias"])
    nodes.append(Node("classifier", "classifier", classifier, ("average",)))
    return Graph("resnet_fashion", PIXEL, nodes, SHAPE)


def graph() -> Graph:
    """Return the trained float network."""
    return build(load_file(WEIGHTS))


def calibration_pictures() -> Tensor:
    """Return unlabelled training pictures, uint8 (N, 1, 28, 28)."""
    return load_file(WEIGHTS)["pictures.calibration"]


def sample_pictures() -> Tensor:
    """Return pictures of the test split, uint8 (N, 1, 28, 28)."""
    return load_file(WEIGHTS)["pictures.sample"]


def sample_labels() -> Tensor:
    """Return the classes of the sample pictures, int64 (N,)."""
    return load_file(WEIGHTS)["pictures.sample_labels"].long()


def task(data: Path | None, calibration: int | None, seed: int) -> Task:
    """Return the classification of Fashion-MNIST's test pictures, calibrated with training pictures."""
    return classification(graph(), data or fashion_mnist(), Preparation(), calibration or CALIBRATION, seed)
