"""Affine unsigned 8-bit quantization of activations, per tensor: x_real = scale * (x - zero)."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from golden.contract import ACT_MAX
from golden.errors import LayerError

BINS = 1 << 14
CHUNK = 1 << 22  # values counted at a time
CLIPS = 16
SMALLEST_CLIP = 0.25


@dataclass(frozen=True)
class Affine:
    """The map between bytes and real values.

    scale: real value of one step, more than 0; zero: the byte of real value 0, 0..255. Raises LayerError for others.
    """

    scale: float
    zero: int

    def __post_init__(self) -> None:
        """Check both."""
        if not (0 < self.scale < math.inf and 0 <= self.zero <= ACT_MAX):
            raise LayerError(
                f"map of bytes with scale {self.scale} and zero point {self.zero}, expected a scale of more than 0 "
                f"and a zero point of 0..{ACT_MAX}"
            )

    def quantize(self, x: Tensor) -> Tensor:
        """Return clamp(floor(x / scale + 1/2) + zero, 0, 255), int64."""
        return ((x.double() / self.scale + 0.5).floor() + self.zero).clamp(0, ACT_MAX).long()

    def dequantize(self, x: Tensor) -> Tensor:
        """Return the real values of bytes, float64."""
        return (x.double() - self.zero) * self.scale


def choose_affine(x: Tensor) -> Affine:
    """Choose the affine map of a tensor by the smallest squared error over clipped ranges.

    x: real values behind the activation function, any shape. The range always holds 0, so that
    padding is exact; a tensor without negative values gets zero point 0, a constant 0 scale 1. Both
    ends of the range are searched over CLIPS fractions, from SMALLEST_CLIP to 1, of the extremes, on
    all values, of a large tensor as a histogram of BINS bins. Raises LayerError for NaN or infinity.
    """
    if not bool(torch.isfinite(x).all()):
        raise LayerError("activations hold NaN or infinity")
    flat = x.flatten()
    low, high = min(float(flat.min()), 0.0), max(float(flat.max()), 0.0)
    if high == low:
        return Affine(1.0, 0)
    values, counts = _histogram(flat, low, high)
    clips = torch.linspace(SMALLEST_CLIP, 1.0, CLIPS, dtype=torch.float64)
    lows, highs = low * clips if low < 0 else torch.zeros(1).double(), high * clips
    best, chosen = torch.inf, Affine(1.0, 0)
    for bottom in lows.tolist():
        for top in highs.tolist():
            scale = (top - bottom) / ACT_MAX
            candidate = Affine(scale, round(-bottom / scale))
            error = float((candidate.dequantize(candidate.quantize(values)) - values).square() @ counts)
            if error < best:
                best, chosen = error, candidate
    return chosen


def _histogram(x: Tensor, low: float, high: float) -> tuple[Tensor, Tensor]:
    """Return values and how often each occurs, both float64: those of x, (N,), or for many the middles of BINS bins."""
    if x.numel() <= BINS:
        return x.double(), torch.ones(x.numel(), dtype=torch.float64)
    counts = torch.zeros(BINS, dtype=torch.float64)
    for part in torch.split(x, CHUNK):
        counts += torch.histc(part.double(), BINS, low, high)
    return low + (torch.arange(BINS, dtype=torch.float64) + 0.5) * ((high - low) / BINS), counts
