"""The integer golden model: the definition of every output bit, in plain int64."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from golden.codes import decode
from golden.contract import DELTA, FRACTION, POST_SHIFT, SCALED_WIDTH
from golden.layer import QuantizedLayer


@dataclass(frozen=True)
class LayerTrace:
    """Output of a layer and the values on the way, all int64 of shape (N, OC, OH, OW).

    ``window`` is (N, 1, OH, OW) for a dense layer: S does not depend on the output channel.
    """

    accumulator: Tensor
    window: Tensor
    bce: Tensor
    total: Tensor
    output: Tensor


def delta_numerator(delta: Tensor) -> Tensor:
    """Decode BCE codes to integers: value * 2^frac = (-1)^sign * 2^exponent, or 0 when the exponent is."""
    exponent = delta & ((1 << DELTA["exponent_bits"]) - 1)
    magnitude = torch.where(exponent > 0, 1 << exponent, 0)
    return torch.where(delta >> DELTA["sign_bit"] & 1 == 1, -magnitude, magnitude)


def delta_value(delta: Tensor) -> Tensor:
    """Decode BCE codes to coefficients, float64, exact, in units of the integer weights."""
    return delta_numerator(delta).double() / (1 << DELTA["frac"])


def bce_term(delta: Tensor, window: Tensor) -> Tensor:
    """Return delta * S without what is behind its point: the BCE's correction of the accumulator, towards zero."""
    numerator = delta_numerator(delta)
    return numerator.sign() * (numerator.abs() * window >> DELTA["frac"])


def requantize(total: Tensor, multiplier: Tensor, shift: Tensor, zero_out: int, low: int, high: int) -> Tensor:
    """Return clamp(((t M + 2^(post_shift-1)) >> post_shift) + z_y, low, high), t as in ``scaled``."""
    rounded = (scaled(total, shift) * multiplier + (1 << (POST_SHIFT - 1))) >> POST_SHIFT
    return (rounded + zero_out).clamp(low, high)


def scaled(total: Tensor, shift: Tensor) -> Tensor:
    """Return t = floor(total * 2^fraction / 2^sh), saturated to the signed range of its width."""
    end = 1 << (SCALED_WIDTH - 1)
    return ((total << FRACTION) >> shift).clamp(-end, end - 1)


def run_layer(layer: QuantizedLayer, x: Tensor) -> LayerTrace:
    """Run one layer on activations x, int64 (N, IC, H, W) of values 0..255.

    acc = sum over the receptive field of x * weight; S = sum of x over it; padding is zero_in.
    Raises LayerError when x has another shape or range.
    """
    layer.check_input(x)
    oh, ow = layer.output_shape(x.shape[2], x.shape[3])
    padding = (layer.pad_left, layer.pad_right, layer.pad_top, layer.pad_bottom)
    padded = pad(x.long(), padding, value=layer.zero_in).permute(0, 2, 3, 1).contiguous()
    weights = decode(layer.codes, layer.metadata)
    accumulator = torch.zeros(x.shape[0], oh, ow, layer.channels_out, dtype=torch.int64)
    window = torch.zeros(x.shape[0], oh, ow, layer.channels_in if layer.depthwise else 1, dtype=torch.int64)
    s = layer.stride
    for ky in range(layer.kernel[0]):
        for kx in range(layer.kernel[1]):
            seen = padded[:, ky : ky + s * (oh - 1) + 1 : s, kx : kx + s * (ow - 1) + 1 : s]
            if layer.depthwise:
                accumulator += seen * weights[:, 0, ky, kx]
                window += seen
            else:
                accumulator += seen @ weights[:, :, ky, kx].T
                window += seen.sum(-1, keepdim=True)
    bce = bce_term(layer.delta, window)
    total = accumulator + bce + layer.bias
    output = requantize(total, layer.multiplier, layer.shift, layer.zero_out, layer.clamp_low, layer.clamp_high)
    return LayerTrace(*(t.permute(0, 3, 1, 2) for t in (accumulator, window, bce, total, output)))
