"""Float layers: refusals, folding of batch normalization, padding."""

from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given
from torch import Tensor, nn

from golden.errors import LayerError
from golden.float_layer import FloatLayer, activate, fold_batch_norm, fully_connected, same_padding


def random(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": random(4, 3, 2)}, "weight of shape"),
        ({"bias": random(3)}, "bias of shape"),
        ({"activation": "gelu"}, "activation 'gelu', expected one of"),
        ({"stride": 3}, "expected stride 1 or 2"),
        ({"groups": 2}, "groups 1 or IC = OC"),
        ({"padding": (0, 0, -1, 0)}, "padding of 0 or more"),
        ({"weight": random(4, 3, 2, 2).log()}, "weight holds NaN or infinity"),
        ({"bias": torch.tensor([0, torch.inf, 0, 0])}, "bias holds NaN or infinity"),
    ],
)
def test_refusals(changes: dict[str, Any], message: str) -> None:
    fields: dict[str, Any] = {"name": "test", "weight": random(4, 3, 2, 2), "bias": random(4)}
    with pytest.raises(LayerError, match=message):
        FloatLayer(**(fields | changes))


@pytest.mark.parametrize("shape", [(1, 4, 5, 5), (3, 5, 5), (1, 3, 1, 5), (0, 3, 5, 5)])
def test_input_that_does_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(LayerError, match="test: "):
        FloatLayer("test", random(4, 3, 2, 2), random(4)).linear_output(torch.zeros(shape))


def test_linear_output() -> None:
    layer = FloatLayer("test", random(3, 1, 2, 2), random(3), groups=3, stride=2, padding=(1, 0, 0, 2))
    x = random(2, 3, 4, 5)
    padded = torch.zeros(2, 3, 5, 7)
    padded[:, :, 1:, :5] = x
    expected = nn.functional.conv2d(padded, layer.weight, layer.bias, stride=2, groups=3)
    assert torch.equal(layer.linear_output(x), expected)
    assert layer.output_shape(x) == tuple(expected.shape)


def test_activation_functions() -> None:
    x = torch.tensor([-1.0, 3.0, 7.0])
    assert activate(x, "linear").tolist() == [-1, 3, 7]
    assert activate(x, "relu").tolist() == [0, 3, 7]
    assert activate(x, "relu6").tolist() == [0, 3, 6]


def test_fully_connected_keeps_the_order_of_flattening() -> None:
    weight, bias, x = random(5, 12), random(5), random(2, 3, 2, 2)
    got = fully_connected("fc", weight, bias).linear_output(x.flatten(1)[:, :, None, None]).flatten(1)
    assert torch.allclose(got, nn.functional.linear(x.flatten(1), weight, bias), atol=1e-6)


def test_folded_batch_norm() -> None:
    conv, norm = nn.Conv2d(3, 4, 2, bias=False), nn.BatchNorm2d(4, eps=1e-3)
    with torch.no_grad():
        for tensor, value in zip(
            norm.state_dict().values(), (random(4), random(4), random(4), random(4).exp()), strict=False
        ):
            tensor.copy_(value)
    norm.eval()
    weight, bias = fold_batch_norm(conv.weight, norm.state_dict(), norm.eps)
    x = random(2, 3, 4, 4)
    assert torch.allclose(nn.functional.conv2d(x, weight, bias), norm(conv(x)), atol=1e-5)


@given(st.integers(1, 300), st.integers(1, 7), st.integers(1, 2))
def test_same_padding(size: int, kernel: int, stride: int) -> None:
    before, after = same_padding(size, kernel, stride)
    assert (size + before + after - kernel) // stride + 1 == -(-size // stride)
    assert 0 <= before <= after <= before + 1
    assert after == 0 or size + before + after - 1 < (-(-size // stride) - 1) * stride + kernel
