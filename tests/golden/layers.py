"""Random layers with their inputs, for hypothesis."""

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
import torch
from torch import Tensor

from golden.contract import BIAS_WIDTH, M_WIDTH
from golden.ladder import LEGAL_METADATA, magnitudes
from golden.layer import QuantizedLayer

BIAS_HALF = 1 << (BIAS_WIDTH - 1)
LARGEST, SMALLEST = 7, 15  # codes of the largest magnitude, positive and negative


@dataclass(frozen=True)
class Case:
    """A layer and an input, int64 (1, IC, H, W)."""

    layer: QuantizedLayer
    x: Tensor


def layer_of(codes: Tensor, **changes: Any) -> QuantizedLayer:
    """Return a layer with parameters that hand the accumulator through the clamp, and some fields changed."""
    channels = len(codes)
    fields: dict[str, Any] = {
        "name": "test",
        "codes": codes,
        "metadata": torch.zeros(channels, dtype=torch.int64),
        "delta": torch.zeros(channels, dtype=torch.int64),
        "bias": torch.zeros(channels, dtype=torch.int64),
        "multiplier": torch.full((channels,), 1 << (M_WIDTH - 1)),
        "shift": torch.full((channels,), 3),
    }
    return QuantizedLayer(**(fields | changes))


@st.composite
def cases(draw: st.DrawFn, channels: int = 5, kernel: int = 4, size: int = 6) -> Case:
    """Draw a dense or depthwise layer of up to ``channels`` channels, its kernel and picture, any padding.

    Weights and activations are random or at their extremes; the requantization is over its whole range, or
    such that the outputs spread over the clamp.
    """
    depthwise = draw(st.booleans())
    ic = draw(st.integers(2 if depthwise else 1, channels))
    oc = ic if depthwise else draw(st.integers(1, channels))
    kh, kw = draw(st.integers(1, kernel)), draw(st.integers(1, kernel))
    pads = [draw(st.integers(0, 7)) if draw(st.booleans()) else draw(st.integers(0, k - 1)) for k in (kh, kh, kw, kw)]
    smallest = max(1, kh - pads[0] - pads[1]), max(1, kw - pads[2] - pads[3])
    height, width = (draw(st.integers(side, max(side, size))) for side in smallest)
    generator = torch.Generator().manual_seed(draw(st.integers(0, (1 << 32) - 1)))

    def some(low: int, high: int, *shape: int) -> Tensor:
        return torch.randint(low, high + 1, shape, generator=generator)

    codes = some(0, 15, oc, 1 if depthwise else ic, kh, kw)
    x = some(0, 255, 1, ic, height, width)
    weights = draw(st.sampled_from(("random", "largest", "smallest", "both")))
    activations = draw(st.sampled_from(("random", "low", "high", "both")))
    codes = {
        "random": codes,
        "largest": torch.full_like(codes, LARGEST),
        "smallest": torch.full_like(codes, SMALLEST),
        "both": torch.where(codes > LARGEST, SMALLEST, LARGEST),
    }[weights]
    x = {"random": x, "low": 0 * x, "high": 0 * x + 255, "both": torch.where(x > 127, 255, 0)}[activations]
    spread = draw(st.booleans())
    bits = (255 * magnitudes(max(LEGAL_METADATA))[-1] * codes[0].numel()).bit_length()
    low = draw(st.integers(0, 255))
    layer = layer_of(
        codes,
        metadata=torch.tensor(LEGAL_METADATA)[some(0, len(LEGAL_METADATA) - 1, oc)],
        delta=some(0, 15, oc),
        bias=some(-1000, 1000, oc) if spread else some(-BIAS_HALF, BIAS_HALF - 1, oc),
        multiplier=some(1 << (M_WIDTH - 1), (1 << M_WIDTH) - 1, oc) if spread else some(0, (1 << M_WIDTH) - 1, oc),
        shift=some(max(bits - 6, 0), min(bits + 2, 30), oc) if spread else some(0, 30, oc),
        groups=ic if depthwise else 1,
        stride=draw(st.integers(1, 2)),
        pad_top=pads[0],
        pad_bottom=pads[1],
        pad_left=pads[2],
        pad_right=pads[3],
        zero_in=draw(st.integers(0, 255)),
        zero_out=draw(st.integers(0, 255)),
        clamp_low=0 if spread else low,
        clamp_high=255 if spread else draw(st.integers(low, 255)),
    )
    return Case(layer, x)
