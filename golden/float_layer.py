"""A float layer with its batch normalization folded: what the quantizer starts from."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from golden.errors import LayerError

Shape = tuple[int, int, int]
"""(C, H, W) of a picture or of a tensor without its batch."""
Activation = Literal["linear", "relu", "relu6"]
UPPER_BOUND: dict[str, float] = {"linear": torch.inf, "relu": torch.inf, "relu6": 6.0}


def activate(x: Tensor, activation: Activation) -> Tensor:
    """Apply an activation function."""
    return x if activation == "linear" else x.clamp(0.0, UPPER_BOUND[activation])


@dataclass(frozen=True)
class FloatLayer:
    """One convolution in float, with an activation function behind it.

    weight: (OC, IC / groups, KH, KW); bias: (OC,); padding: pixels of real value 0 at top, bottom,
    left, right. A fully connected layer is a 1x1 convolution on a 1x1 picture, see ``fully_connected``.
    Raises LayerError for shapes that disagree, an unknown activation, NaN or infinity.
    """

    name: str
    weight: Tensor
    bias: Tensor
    groups: int = 1
    stride: int = 1
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    activation: Activation = "linear"

    def __post_init__(self) -> None:
        """Check shapes and values."""
        if self.weight.dim() != 4:
            raise LayerError(f"{self.name}: weight of shape {tuple(self.weight.shape)}, expected (OC, IC, KH, KW)")
        if self.bias.shape != self.weight.shape[:1]:
            raise LayerError(f"{self.name}: bias of shape {tuple(self.bias.shape)}, expected {self.weight.shape[:1]}")
        if self.activation not in UPPER_BOUND:
            raise LayerError(f"{self.name}: activation {self.activation!r}, expected one of {list(UPPER_BOUND)}")
        if self.stride not in (1, 2) or self.groups not in (1, len(self.weight)) or min(self.padding) < 0:
            raise LayerError(
                f"{self.name}: stride {self.stride}, groups {self.groups}, padding {self.padding}: expected stride "
                "1 or 2, groups 1 or IC = OC, padding of 0 or more"
            )
        for field, value in (("weight", self.weight), ("bias", self.bias)):
            if not bool(torch.isfinite(value).all()):
                raise LayerError(f"{self.name}: {field} holds NaN or infinity")

    @property
    def channels_in(self) -> int:
        """Return IC."""
        return self.weight.shape[1] * self.groups

    def output_shape(self, x: Tensor) -> tuple[int, int, int, int]:
        """Return (N, OC, OH, OW) for an input x (N, IC, H, W). Raises LayerError when x does not fit."""
        if x.dim() != 4 or x.shape[1] != self.channels_in or x.numel() == 0:
            raise LayerError(f"{self.name}: input of shape {tuple(x.shape)}, expected (N, {self.channels_in}, H, W)")
        top, bottom, left, right = self.padding
        oh = (x.shape[2] + top + bottom - self.weight.shape[2]) // self.stride + 1
        ow = (x.shape[3] + left + right - self.weight.shape[3]) // self.stride + 1
        if oh < 1 or ow < 1:
            raise LayerError(f"{self.name}: the kernel does not fit a padded {x.shape[2]}x{x.shape[3]} input")
        return x.shape[0], self.weight.shape[0], oh, ow

    def linear_output(self, x: Tensor) -> Tensor:
        """Return the output before the activation function. x: float (N, IC, H, W), padded here with 0.

        Raises LayerError when x does not fit the layer.
        """
        self.output_shape(x)
        top, bottom, left, right = self.padding
        return conv2d(pad(x, (left, right, top, bottom)), self.weight, self.bias, self.stride, groups=self.groups)


def fully_connected(name: str, weight: Tensor, bias: Tensor, activation: Activation = "linear") -> FloatLayer:
    """Return a fully connected layer as a 1x1 convolution. weight: (OC, features); bias: (OC,).

    Its input is (N, features, 1, 1); PyTorch's flattening of (N, C, H, W) is channel-major, so
    ``x.flatten(1)[:, :, None, None]`` keeps the order of the features.
    """
    return FloatLayer(name, weight[:, :, None, None], bias, activation=activation)


def fold_batch_norm(weight: Tensor, norm: dict[str, Tensor], eps: float) -> tuple[Tensor, Tensor]:
    """Fold the normalization behind a convolution into its weight (OC, ...) and bias (OC,).

    norm: PyTorch's names, each (OC,): y = weight (conv - running_mean) / sqrt(running_var + eps) + bias.
    """
    factor = norm["weight"] / torch.sqrt(norm["running_var"] + eps)
    return weight * factor.reshape(-1, *[1] * (weight.dim() - 1)), norm["bias"] - norm["running_mean"] * factor


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's SAME padding (before, after) of one dimension; the odd pixel goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
