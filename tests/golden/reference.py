"""The arithmetic contract in plain Python, written from docs/contract.md and not from golden/: slow and obvious."""

import math
from dataclasses import dataclass
from fractions import Fraction

from torch import Tensor

from golden.layer import QuantizedLayer

LADDER = [2, 3, 4, 6, 8, 12, 16, 24]

Planes = list[list[list[int]]]


def magnitude_list(n2: int, parity: int) -> list[int]:
    """Walk the ladder from rung ``parity``: n2 steps of two rungs, then steps of one."""
    rung, found = parity, []
    for step in range(7):
        found.append(LADDER[rung])
        rung += 2 if step < n2 else 1
    return found


def weight(code: int, meta: int) -> int:
    """Return the integer weight of a code."""
    level = code % 8
    magnitude = 0 if level == 0 else magnitude_list(meta // 2, meta % 2)[level - 1]
    return -magnitude if code >= 8 else magnitude


def coefficient(delta: int) -> Fraction:
    """Return the value of a BCE code."""
    exponent, sign = delta % 8, delta // 8
    value = Fraction(2**exponent, 2**6) if exponent else Fraction(0)
    return -value if sign else value


def half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves up."""
    return math.floor(value + Fraction(1, 2))


def requantized(total: int, multiplier: int, shift: int, zero: int, low: int, high: int) -> int:
    """Return the output byte of a total: floor, saturate to 14 bits, multiply, round."""
    t = min(max(math.floor(Fraction(total * 2**8, 2**shift)), -(2**13)), 2**13 - 1)
    return min(max(half_up(Fraction(t * multiplier, 2**10)) + zero, low), high)


@dataclass(frozen=True)
class Trace:
    """The values of one picture, [oc][oy][ox]; the window sum is repeated for every channel."""

    accumulator: Planes
    window: Planes
    bce: Planes
    total: Planes
    output: Planes


def run(layer: QuantizedLayer, x: Tensor) -> Trace:
    """Run a layer on one picture, (IC, H, W), output by output."""
    picture: Planes = x.tolist()
    codes = layer.codes.tolist()
    height, width = len(picture[0]), len(picture[0][0])
    kh, kw = len(codes[0][0]), len(codes[0][0][0])
    oh = math.floor(Fraction(height + layer.pad_top + layer.pad_bottom - kh, layer.stride)) + 1
    ow = math.floor(Fraction(width + layer.pad_left + layer.pad_right - kw, layer.stride)) + 1

    def pixel(channel: int, row: int, column: int) -> int:
        y, x = row - layer.pad_top, column - layer.pad_left
        return picture[channel][y][x] if 0 <= y < height and 0 <= x < width else layer.zero_in

    fields = [[[[0] * ow for _ in range(oh)] for _ in codes] for _ in range(5)]
    accumulator, window, bce, total, output = fields
    for oc, kernels in enumerate(codes):
        channels = [oc] if layer.groups > 1 else list(range(len(picture)))
        meta, delta, bias, multiplier, shift = (
            int(values[oc]) for values in (layer.metadata, layer.delta, layer.bias, layer.multiplier, layer.shift)
        )
        for oy in range(oh):
            for ox in range(ow):
                for index, channel in enumerate(channels):
                    for ky in range(kh):
                        for kx in range(kw):
                            seen = pixel(channel, oy * layer.stride + ky, ox * layer.stride + kx)
                            accumulator[oc][oy][ox] += seen * weight(kernels[index][ky][kx], meta)
                            window[oc][oy][ox] += seen
                bce[oc][oy][ox] = math.trunc(coefficient(delta) * window[oc][oy][ox])
                total[oc][oy][ox] = accumulator[oc][oy][ox] + bce[oc][oy][ox] + bias
                output[oc][oy][ox] = requantized(
                    total[oc][oy][ox], multiplier, shift, layer.zero_out, layer.clamp_low, layer.clamp_high
                )
    return Trace(accumulator, window, bce, total, output)
