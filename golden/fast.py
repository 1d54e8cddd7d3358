"""A faster way to the golden model's outputs for whole networks, equal to it bit for bit.

Every value on the way is an integer (or one over a power of two) that its floating-point type holds
exactly, so neither the order of a sum nor a fused multiply-add changes a bit:

- sums of products in float32 while the layer's largest partial sum is below 2^24, else in float64;
- the total in float64: |acc + bce + bias| < 2^27, in steps of 1, then shifted by a power of two;
- t M and the rounding bit in float32: |t M + half| < 2^24.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from golden.contract import ACT_MAX, FRACTION, POST_SHIFT, SCALED_WIDTH
from golden.integer import delta_value
from golden.layer import QuantizedLayer, prove_no_overflow

FLOAT32_EXACT = 1 << 24
SCALED_END = 1 << (SCALED_WIDTH - 1)
SLICE = 1 << 20  # outputs of one convolution call
CHUNK = 1 << 17  # outputs of one pass of the drain, so that they stay in the cache
REMEMBERED = 512  # layers whose constants are kept


@dataclass(frozen=True)
class Constants:
    """A layer's constants in the types of the fast path.

    weights: (OC, IC / groups, KH, KW), in the type of the sums; ones: a kernel that sums a window's bytes, or None
    where every delta is 0. Of the drain, (OC,), t = saturated(floor((acc + bce) scale + offset)) and
    y = clamp(floor(t factor + 1/2)) + z_y: delta, scale = 2^(fraction - sh) and offset = bias scale in float64;
    factor = M / 2^post_shift in float32.
    """

    weights: Tensor
    ones: Tensor | None
    delta: Tensor
    scale: Tensor
    offset: Tensor
    factor: Tensor


def exact_type(layer: QuantizedLayer) -> torch.dtype:
    """Return the type in which the accumulators and window sums of a layer are exact."""
    largest = max(int(prove_no_overflow(layer).abs().max()), layer.codes[0].numel() * ACT_MAX)
    return torch.float32 if largest < FLOAT32_EXACT else torch.float64


@lru_cache(REMEMBERED)
def constants(layer: QuantizedLayer) -> Constants:
    """Return the constants of a layer."""
    kind = exact_type(layer)
    delta = delta_value(layer.delta)
    ones = torch.ones(layer.channels_out if layer.depthwise else 1, 1, *layer.kernel, dtype=kind)
    return Constants(
        weights=layer.weights.to(kind),
        ones=ones if bool(delta.any()) else None,
        delta=delta,
        scale=torch.ldexp(torch.ones_like(delta), FRACTION - layer.shift),
        offset=torch.ldexp(layer.bias.double(), FRACTION - layer.shift),
        factor=layer.multiplier.float() / (1 << POST_SHIFT),
    )


def convolve(x: Tensor, weights: Tensor, stride: int, groups: int) -> Tensor:
    """Convolve with sums of products only: NNPACK would transform the picture (Winograd) and round."""
    with torch.backends.nnpack.flags(enabled=False):
        return conv2d(x, weights, stride=stride, groups=groups)


def sums(layer: QuantizedLayer, x: Tensor) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Yield accumulators (n, OC, OH, OW) and window sums for a few pictures at a time.

    x: bytes of any type, (N, IC, H, W). The window sums, (n, OC or 1, OH, OW), are None for a layer
    without dynamic correction. Both hold integers in a floating-point type.
    """
    weights, ones = constants(layer).weights, constants(layer).ones
    oh, ow = layer.output_shape(x.shape[2], x.shape[3])
    sides = (layer.pad_left, layer.pad_right, layer.pad_top, layer.pad_bottom)
    for part in torch.split(x, max(SLICE // (layer.channels_out * oh * ow), 1)):
        padded = part.to(weights.dtype, memory_format=torch.channels_last)
        if any(sides):
            padded = pad(padded, sides, value=float(layer.zero_in))
        window = None
        if ones is not None:
            window = padded if layer.depthwise else padded.sum(1, keepdim=True)
            if layer.kernel != (1, 1) or layer.stride > 1:
                window = convolve(window, ones, layer.stride, len(ones))
        yield convolve(padded, weights, layer.stride, layer.groups), window


def rows(x: Tensor) -> Tensor:
    """Return (N, C, H, W) as (N H W, C)."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def corrected_rows(layer: QuantizedLayer, x: Tensor) -> Iterator[Tensor]:
    """Yield acc + bce of ``golden.integer.run_layer`` as float64 (pixels, OC), chunk by chunk, pixels in order."""
    delta = constants(layer).delta
    height = max(CHUNK // layer.channels_out, 1)
    for accumulator, window in sums(layer, x):
        parts = torch.split(rows(accumulator), height)
        if window is None:
            yield from (part.double() for part in parts)
            continue
        for part, seen in zip(parts, torch.split(rows(window), height), strict=True):
            yield torch.mul(seen.double(), delta).trunc_().add_(part)


def corrected_mean(layer: QuantizedLayer, x: Tensor) -> Tensor:
    """Return the mean of acc + bce over pictures and pixels, float64 (OC,). x: as in ``run_fast``."""
    oh, ow = layer.output_shape(x.shape[2], x.shape[3])
    return torch.stack([part.sum(0) for part in corrected_rows(layer, x)]).sum(0) / (len(x) * oh * ow)


def run_fast(layer: QuantizedLayer, x: Tensor) -> Tensor:
    """Return the output of ``golden.integer.run_layer``, uint8 (N, OC, OH, OW). x: bytes of any type, unchecked."""
    oh, ow = layer.output_shape(x.shape[2], x.shape[3])
    output = torch.empty(len(x), oh, ow, layer.channels_out, dtype=torch.uint8)
    place = output.reshape(-1, layer.channels_out)
    drain = constants(layer)
    half = torch.full_like(drain.factor, 0.5)
    low, high = layer.clamp_low - layer.zero_out, layer.clamp_high - layer.zero_out
    done = 0
    for part in corrected_rows(layer, x):
        scaled = torch.addcmul(drain.offset, part, drain.scale, out=part).floor_().clamp_(-SCALED_END, SCALED_END - 1)
        rounded = torch.addcmul(half, scaled.float(), drain.factor).floor_().clamp_(low, high)
        place[done : done + len(part)] = rounded.add_(layer.zero_out) if layer.zero_out else rounded
        done += len(part)
    return output.permute(0, 3, 1, 2)
