"""Modules read by torch.export compute what they did; what the accelerator has not is refused by name and place."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from golden.affine import Affine
from golden.errors import LayerError
from golden.float_layer import FloatLayer
from golden.frontend import import_module
from golden.networks.graph import Add, Concat, Flatten, Graph, MaxPool, PadChannels, last_output, real_outputs
from tests.golden.frontend.models import MODELS, CifarResNet, Lambda, build


def operations(graph: Graph) -> list[str]:
    return [type(node.op).__name__ for node in graph.nodes]


@pytest.mark.parametrize("name", MODELS)
def test_computes_what_the_module_does(name: str) -> None:
    model, example = build(name)
    graph = import_module(model, example)
    x = torch.randn(3, *example.shape[1:], generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = model(x).flatten(1)
    got = last_output(graph, real_outputs(graph, x))
    assert float(expected.abs().max()) > 0.01
    assert float((got - expected).abs().max()) < 1e-4 * float(expected.abs().max())


def test_batch_norm_and_relu_vanish_into_layers() -> None:
    graph = import_module(*build("cifar_resnet_a"))
    layers = [node.op for node in graph.nodes if isinstance(node.op, FloatLayer)]
    assert len(layers) == 1 + 2 * 5 + 1
    adds = [node.op for node in graph.nodes if isinstance(node.op, Add)]
    assert adds == [Add("relu")] * 5
    assert [node.op for node in graph.nodes if isinstance(node.op, MaxPool)] == [MaxPool((1, 1), 2)] * 2
    assert [node.op for node in graph.nodes if isinstance(node.op, PadChannels)] == [
        PadChannels(4, 4),
        PadChannels(8, 8),
    ]
    assert graph.nodes[1].name == "layers.0.conv1"
    assert graph.shape == (3, 32, 32)


def test_operations_of_other_styles() -> None:
    assert "Flatten" in operations(import_module(*build("mnist")))
    vgg = import_module(*build("vgg"))
    assert "Flatten" not in operations(vgg)
    assert next(node.kind for node in vgg.nodes if node.name == "classifier.0") == "conv 4x4 s1"
    squeeze = import_module(*build("squeeze"))
    assert operations(squeeze).count("FloatLayer") == 5
    assert any(isinstance(node.op, Concat) for node in squeeze.nodes)
    oddities = import_module(*build("oddities"))
    assert "unread" not in [node.name for node in oddities.nodes]
    assert {"twice", "twice_2"} < {node.name for node in oddities.nodes}


def test_features_beyond_the_channels_are_split_in_columns() -> None:
    model = nn.Sequential(nn.Conv2d(1, 64, 1), nn.Flatten(), nn.Linear(64 * 144, 3)).eval()
    x = torch.randn(1, 1, 12, 12)
    graph = import_module(model, x)
    assert next(node.op for node in graph.nodes if isinstance(node.op, Flatten)) == Flatten(2)
    assert torch.allclose(last_output(graph, real_outputs(graph, x)), model(x).detach(), atol=1e-4)


def test_input_affine() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU()).eval()
    x = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8)
    assert import_module(model, x, Affine(0.5, 3)).input == Affine(0.5, 3)
    covering = import_module(model, x).input
    assert float((covering.dequantize(covering.quantize(x)) - x).abs().max()) <= covering.scale


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 2)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)

    def forward(self, x: Tensor) -> Tensor:
        tokens: Tensor = self.encoder(self.patches(x).flatten(2).transpose(1, 2))
        return tokens.mean(1)


class Branching(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(x)
        return y if y.sum() > 0 else -y


class Block(nn.Module):
    """A module with the operator under test inside, so that its place is ``inner``."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.inner(self.conv(x))
        return y


def inner(function: Callable[[Tensor], Tensor]) -> nn.Module:
    return Block(Lambda(function))


REFUSED: dict[str, tuple[nn.Module, str]] = {
    "transformer": (Attention(), r"operator aten\.transpose\.int .*Supported: convolution"),
    "layer norm": (Block(nn.LayerNorm(8)), r"aten\.layer_norm\.default in module 'inner': not supported"),
    "leaky relu": (Block(nn.LeakyReLU()), r"aten\.leaky_relu\.default in module 'inner'"),
    "hard tanh": (Block(nn.Hardtanh()), r"'inner': clamp from -1\.0 to 1\.0, expected 0 to infinity or to 6"),
    "sigmoid": (inner(torch.sigmoid), r"aten\.sigmoid\.default in module 'inner'"),
    "softmax": (
        inner(lambda x: x.mean((2, 3)).softmax(1)),
        r"aten\.softmax\.int in module 'inner': .* take the network without it",
    ),
    "gate": (inner(lambda x: x * x.mean((2, 3), keepdim=True)), r"a product of two tensors"),
    "stride": (Block(nn.Conv2d(4, 4, 3, stride=3)), r"'inner': inner: stride 3"),
    "uneven stride": (Block(nn.Conv2d(4, 4, 3, stride=(1, 2))), r"stride \(1, 2\), expected the same"),
    "kernel": (Block(nn.Conv2d(4, 4, 8, padding=4)), r"kernel \(8, 8\), expected at most 7x7"),
    "groups": (Block(nn.Conv2d(4, 4, 3, groups=2)), r"groups 2 of 4 channels, expected 1 or IC = OC"),
    "multiplier": (Block(nn.Conv2d(4, 8, 3, groups=4)), r"groups 4"),
    "dilation": (Block(nn.Conv2d(4, 4, 3, dilation=2)), r"dilation \(2, 2\), expected 1"),
    "transposed": (Block(nn.ConvTranspose2d(4, 4, 3)), r"aten\.conv_transpose2d\.input in module 'inner'"),
    "reflection": (Block(nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")), r"padding mode 'reflect'"),
    "crop": (inner(lambda x: x[:, :, 1:-1, 1:-1]), r"aten\.slice\.Tensor .*expected ::step of rows or columns"),
    "half slice": (inner(lambda x: x[:, :, ::2]), r"expected a mean or a slice over both rows and columns"),
    "channel slice": (inner(lambda x: x[:, :2]), r"slice 0:2:1 of axis 1"),
    "negative padding": (inner(lambda x: F.pad(x, (-1, 0, 0, 0))), r"negative padding cuts the map"),
    "padding of ones": (inner(lambda x: F.pad(x, (1, 0, 0, 0), value=1.0)), r"padding with 1\.0, expected with 0"),
    "pool": (Block(nn.MaxPool2d(8)), r"'inner'.*pool of kernel \(8, 8\)"),
    "uncounted padding": (Block(nn.AvgPool2d(3, 2, 1, count_include_pad=False)), r"does not count padding"),
    "rounded average": (Block(nn.AvgPool2d(3, 2, ceil_mode=True)), r"size is rounded up"),
    "adaptive": (Block(nn.AdaptiveAvgPool2d(3)), r"output \(3, 3\) of a 8x8 map, expected divisors"),
    "shuffle": (inner(lambda x: x.view(2, 2, 2, 8, 8).transpose(1, 2).reshape(2, 4, 8, 8)), r"aten\.view\.default"),
    "mean of channels": (inner(lambda x: x.mean(1, keepdim=True)), r"mean over the axes \(1,\)"),
    "concatenated rows": (inner(lambda x: torch.cat((x, x), 2)), r"expected along the channels"),
    "linear on rows": (Block(nn.Linear(8, 2)), r"input of shape \(4, 8, 8\), expected \(features\)"),
    "batches mixed": (inner(lambda x: x.flatten(0, 1).unsqueeze(0)), r"output of shape \(8, 8, 8\) for 2 pictures"),
    "batch norm of features": (
        inner(lambda x: F.batch_norm(x.flatten(1), torch.zeros(256), torch.ones(256))),
        r"constants on a fl",
    ),
    "weights from the input": (inner(lambda x: F.conv2d(x, x)), r"weights that depend on the input"),
    "branches": (Branching(), r"torch\.export cannot trace it .*do not depend on the values"),
    "no layers": (nn.Identity(), r"the output is the input"),
    "constant": (Lambda(lambda x: torch.ones(2, 3)), r"expected one tensor that depends on the input"),
    "two outputs": (Lambda(lambda x: (x.relu(), x)), r"2 outputs, expected one"),  # type: ignore[arg-type,return-value]
    "its own error": (Block(nn.Linear(9, 2)), r"it fails on an input of shape \(2, 3, 8, 8\) \(RuntimeError"),
    "3d": (Lambda(lambda x: F.conv3d(x[:, None], torch.ones(1, 1, 1, 3, 3))[:, 0]), r"aten\.unsqueeze"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_operator_and_place(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    model, message = REFUSED[case]
    with pytest.raises(LayerError, match=message) as raised:
        import_module(model.eval(), torch.randn(2, 3, 8, 8))
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_refuses_modules_and_examples_that_are_not_ready() -> None:
    model, example = build("mobilenet_v2")
    with pytest.raises(LayerError, match=r"example input torch\.float32 of shape \(3, 32, 32\), expected float \(N, C"):
        import_module(model, example[0])
    with pytest.raises(LayerError, match=r"example input torch\.uint8"):
        import_module(model, example.byte())
    with pytest.raises(LayerError, match="example input holds NaN"):
        import_module(model, example / 0)
    with pytest.raises(LayerError, match="is in training mode, expected model"):
        import_module(model.train(), example)
    model.eval().features[0][0].weight.data[0] = torch.nan  # type: ignore[index,union-attr]
    with pytest.raises(LayerError, match=r"features\.0\.0\.weight holds NaN"):
        import_module(model, example)


class Wrapped(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> dict[str, Tensor | None]:
        return {"scores": self.model(x), "loss": None}


def test_outputs_in_a_structure_and_other_precisions() -> None:
    model, example = build("mobilenet_v2")
    expected = import_module(model, example)
    for other, given in ((Wrapped(model), example), (deepcopy(model).double(), example.double())):
        graph = import_module(other.eval(), given, expected.input)
        assert torch.equal(
            last_output(graph, real_outputs(graph, example)), last_output(expected, real_outputs(expected, example))
        )
    import_module(deepcopy(model).bfloat16(), example.bfloat16())
    assert next(model.parameters()).dtype == torch.float32


def test_statistics_that_are_none() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).eval()
    nn.init.constant_(model[1].running_var, -1)  # type: ignore[arg-type]
    with pytest.raises(LayerError, match="Sequential: 0: weight holds NaN or infinity"):
        import_module(model, torch.randn(1, 3, 8, 8))


def test_constant_channels_and_a_single_picture() -> None:
    model = CifarResNet().eval()
    nn.init.zeros_(model.conv1.weight[0])
    nn.init.zeros_(model.bn1.running_var[:1])  # type: ignore[index]
    graph = import_module(model, torch.randn(1, 3, 32, 32))
    assert torch.isfinite(last_output(graph, real_outputs(graph, torch.randn(1, 3, 32, 32)))).all()
