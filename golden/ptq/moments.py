"""Second moments of the windows that reach a layer: what rounding errors of its weights cost at its output."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from golden.affine import Affine
from golden.float_layer import FloatLayer

BATCH = 1 << 24  # values gathered at a time
FLOOR = 1e-3
ROUNDING = 1 / 12  # variance of what rounding to bytes leaves


@dataclass(frozen=True)
class Moments:
    """Covariances of a layer's windows of K inputs, float64, in units of the input's scale.

    square: (G, K, K), of the bytes that reach the layer; cross: (G, K, K), rows of the float inputs, columns of the
    bytes. G is 1 for a dense layer, whose rows of weights all see the same windows, and OC for a depthwise one.
    """

    square: Tensor
    cross: Tensor


@dataclass(frozen=True)
class Sums:
    """Sums over windows from which covariances follow: of products, (G, K, K), and of bytes and floats, (G, K)."""

    square: Tensor
    cross: Tensor
    bytes: Tensor
    floats: Tensor
    count: int

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums over both sets of windows."""
        return Sums(*(getattr(self, name) + getattr(other, name) for name in vars(self)))

    def moments(self) -> Moments:
        """Return the covariances."""
        bytes, floats = self.bytes / self.count, self.floats / self.count
        return Moments(
            self.square / self.count - bytes[:, :, None] * bytes[:, None],
            self.cross / self.count - floats[:, :, None] * bytes[:, None],
        )


def damper(square: Tensor) -> Tensor:
    """Return what damping adds to the diagonal of moments (G, K, K), times its factor: positive, (G, K).

    The inputs' own variances; for inputs that the pictures do not excite a FLOOR of their mean, and ROUNDING.
    """
    variance = square.diagonal(dim1=1, dim2=2)
    return variance + FLOOR * variance.mean(1, keepdim=True) + ROUNDING


def choose_pixels(shape: tuple[int, ...], limit: int, generator: torch.Generator) -> Tensor:
    """Draw output pixels, int64 (N, P): every one, or as many of each picture as make about ``limit``.

    shape: (N, OC, OH, OW) of the output.
    """
    pictures, pixels = shape[0], shape[2] * shape[3]
    each = -(-limit // pictures)
    if each >= pixels:
        return torch.arange(pixels).expand(pictures, -1)
    return torch.stack([torch.randperm(pixels, generator=generator)[:each] for _ in range(pictures)])


def windows(layer: FloatLayer, x: Tensor, pixels: Tensor, width: int, fill: int = 0) -> Tensor:
    """Gather windows, (N P, IC, KH KW).

    x: (N, IC, H, W), padded with ``fill``; pixels: (N, P), in output rows of ``width``.
    """
    top, bottom, left, right = layer.padding
    padded = pad(x, (left, right, top, bottom), value=fill).permute(0, 2, 3, 1).contiguous()
    rows, columns = pixels // width * layer.stride, pixels % width * layer.stride
    picture = torch.arange(len(x))[:, None]
    _, _, kh, kw = layer.weight.shape
    taps = [padded[picture, rows + ky, columns + kx].flatten(0, 1) for ky in range(kh) for kx in range(kw)]
    return torch.stack(taps, 2)


def as_rows(layer: FloatLayer, gathered: Tensor) -> Tensor:
    """Return windows (P, IC, KH KW) as (G, P, K), float32."""
    if layer.groups == 1:
        return gathered.flatten(1)[None].float()
    return gathered.permute(1, 2, 0).float().contiguous().mT


def gather_sums(layer: FloatLayer, x: Tensor, input: Affine, real: Tensor, pixels: Tensor, width: int) -> Sums:
    """Return the sums over some windows.

    x: bytes (N, IC, H, W) of the map ``input``; real: the float inputs, alike; pixels, width: as in ``windows``.
    """
    groups, k = layer.groups, layer.weight[0].numel()
    square, cross = (torch.zeros(groups, k, k, dtype=torch.float64) for _ in range(2))
    bytes, floats = (torch.zeros(groups, k, dtype=torch.float64) for _ in range(2))
    step = max(BATCH // (pixels.shape[1] * k * groups), 1)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        u = as_rows(layer, windows(layer, x[part], pixels[part], width, input.zero)) - input.zero
        v = as_rows(layer, windows(layer, real[part], pixels[part], width)) / input.scale
        middle = u.mean(1, keepdim=True).round()  # near which float32 products keep covariances of little spread
        u, v, middle = u - middle, v - middle, middle.double()
        here, there = (values.sum(1, keepdim=True, dtype=torch.float64) for values in (u, v))
        both = u.shape[1] * middle
        square += (u.mT @ u).double() + middle.mT @ here + (here + both).mT @ middle
        cross += (v.mT @ u).double() + middle.mT @ here + (there + both).mT @ middle
        bytes += (here + both)[:, 0]
        floats += (there + both)[:, 0]
    return Sums(square, cross, bytes, floats, pixels.numel())
