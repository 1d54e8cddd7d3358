"""Second moments of the windows that reach a layer: what rounding errors of its weights cost."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from golden.float_layer import FloatLayer

BATCH = 1 << 24


@dataclass(frozen=True)
class Moments:
    """Moments of a layer's windows, K taps each, float64.

    square: (G, K, K), of the quantized input with itself; cross: (G, K, K), of the float input with
    the quantized one. Both inputs are real values over one unit. G is 1 for a dense layer, whose rows
    of weights all see the same windows, and OC for a depthwise one.
    """

    square: Tensor
    cross: Tensor


def positions(layer: FloatLayer, shape: tuple[int, ...], limit: int, generator: torch.Generator) -> Tensor:
    """Draw output pixels of each picture, int64 (N, P): all of them, or about ``limit`` in all."""
    count, _, oh, ow = shape
    each = min(max(-(-limit // count), 1), oh * ow)
    if each == oh * ow:
        return torch.arange(oh * ow).expand(count, -1)
    return torch.stack([torch.randperm(oh * ow, generator=generator)[:each] for _ in range(count)])


def windows(layer: FloatLayer, x: Tensor, chosen: Tensor, width: int) -> Tensor:
    """Gather windows. x: (N, IC, H, W), real 0 where padded; chosen: (N, P) output pixels of rows of ``width``.

    Returns (N P, IC, KH KW).
    """
    top, bottom, left, right = layer.padding
    padded = pad(x, (left, right, top, bottom)).permute(0, 2, 3, 1)
    rows, columns = chosen // width * layer.stride, chosen % width * layer.stride
    picture = torch.arange(len(x))[:, None]
    taps = [
        padded[picture, rows + ky, columns + kx].flatten(0, 1)
        for ky in range(layer.weight.shape[2])
        for kx in range(layer.weight.shape[3])
    ]
    return torch.stack(taps, 2)


def gather_moments(layer: FloatLayer, x: Tensor, y: Tensor, chosen: Tensor, width: int, centred: bool) -> Moments:
    """Accumulate the moments of quantized inputs x and float inputs y, each real (N, IC, H, W) over one unit."""
    k = layer.weight[0].numel()
    groups = layer.groups
    square = torch.zeros(groups, k, k, dtype=torch.float64)
    cross = torch.zeros_like(square)
    mean_x = torch.zeros(groups, k, dtype=torch.float64)
    mean_y = torch.zeros_like(mean_x)
    step = max(BATCH // (chosen.shape[1] * k * groups), 1)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        u, v = (windows(layer, t[part].float(), chosen[part], width) for t in (x, y))
        if groups == 1:
            u, v = u.flatten(1)[None], v.flatten(1)[None]
        else:
            u, v = (t.permute(1, 2, 0).contiguous().mT for t in (u, v))
        square += (u.mT @ u).double()
        cross += (v.mT @ u).double()
        mean_x += u.sum(1).double()
        mean_y += v.sum(1).double()
    count = chosen.numel()
    square, cross, mean_x, mean_y = square / count, cross / count, mean_x / count, mean_y / count
    if centred:
        square -= mean_x[:, :, None] * mean_x[:, None, :]
        cross -= mean_y[:, :, None] * mean_x[:, None, :]
    return Moments(square, cross)
