"""A quantized layer: everything the core needs to run it, and the overflow proof."""

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from golden.codes import decode
from golden.contract import (
    ACC_WIDTH,
    ACT_MAX,
    BIAS_WIDTH,
    CODE_WIDTH,
    DELTA,
    KERNEL_MAX,
    M_WIDTH,
    SHIFT_MAX,
    WINDOW_WIDTH,
)
from golden.errors import LayerError
from golden.ladder import LEGAL_METADATA


@dataclass(frozen=True)
class QuantizedLayer:
    """One convolution or fully connected layer (KH = KW = H = W = 1) in integers.

    codes: (OC, IC / groups, KH, KW), 4-bit codes. Per channel, all (OC,) int64: metadata (4 bits),
    delta (BCE code), bias, multiplier M, shift sh. ``groups`` is 1 (dense) or IC = OC
    (depthwise). Padding counts pixels at each side and inserts ``zero_in``.
    Raises LayerError when a value is outside the contract or an accumulator could overflow.
    """

    name: str
    codes: Tensor
    metadata: Tensor
    delta: Tensor
    bias: Tensor
    multiplier: Tensor
    shift: Tensor
    groups: int = 1
    stride: int = 1
    pad_top: int = 0
    pad_bottom: int = 0
    pad_left: int = 0
    pad_right: int = 0
    zero_in: int = 0
    zero_out: int = 0
    clamp_low: int = 0
    clamp_high: int = ACT_MAX

    def __post_init__(self) -> None:
        """Check every field against the contract."""
        self._check_shape()
        self._check_ranges()
        prove_no_overflow(self)

    @cached_property
    def weights(self) -> Tensor:
        """Return the integer weights that the codes stand for, int64 of their shape."""
        return decode(self.codes, self.metadata)

    @property
    def depthwise(self) -> bool:
        """Return whether each output channel sees only its own input channel."""
        return self.groups > 1

    @property
    def channels_out(self) -> int:
        """Return OC."""
        return self.codes.shape[0]

    @property
    def channels_in(self) -> int:
        """Return IC."""
        return self.codes.shape[1] * self.groups

    @property
    def kernel(self) -> tuple[int, int]:
        """Return (KH, KW)."""
        return self.codes.shape[2], self.codes.shape[3]

    def output_shape(self, height: int, width: int) -> tuple[int, int]:
        """Return (OH, OW) of an H x W input. Raises LayerError when the kernel does not fit."""
        kh, kw = self.kernel
        oh = (height + self.pad_top + self.pad_bottom - kh) // self.stride + 1
        ow = (width + self.pad_left + self.pad_right - kw) // self.stride + 1
        if oh < 1 or ow < 1:
            raise LayerError(f"{self.name}: a {kh}x{kw} kernel does not fit a padded {height}x{width} input")
        return oh, ow

    def check_input(self, x: Tensor) -> None:
        """Raise LayerError when x is not a batch of inputs, integers 0..255 of shape (N, IC, H, W)."""
        if x.dim() != 4 or x.shape[1] != self.channels_in or x.numel() == 0:
            raise LayerError(f"{self.name}: input of shape {tuple(x.shape)}, expected (N, {self.channels_in}, H, W)")
        if x.is_floating_point() or int(x.min()) < 0 or int(x.max()) > ACT_MAX:
            raise LayerError(f"{self.name}: input outside the integers 0..{ACT_MAX}")

    def _check_shape(self) -> None:
        if self.codes.dim() != 4 or 0 in self.codes.shape:
            raise LayerError(f"{self.name}: codes of shape {tuple(self.codes.shape)}, expected (OC, IC, KH, KW)")
        if max(self.kernel) > KERNEL_MAX:
            raise LayerError(f"{self.name}: kernel {self.kernel}, expected at most {KERNEL_MAX}x{KERNEL_MAX}")
        if self.groups != 1 and (self.groups != self.channels_out or self.codes.shape[1] != 1):
            raise LayerError(f"{self.name}: groups = {self.groups}, expected 1 or IC = OC = {self.channels_out}")
        for field in ("metadata", "delta", "bias", "multiplier", "shift"):
            shape = tuple(getattr(self, field).shape)
            if shape != (self.channels_out,):
                raise LayerError(f"{self.name}: {field} of shape {shape}, expected ({self.channels_out},)")

    def _check_ranges(self) -> None:
        half = 1 << (BIAS_WIDTH - 1)
        pads = torch.tensor([self.pad_top, self.pad_bottom, self.pad_left, self.pad_right])
        zeros = torch.tensor([self.zero_in, self.zero_out, self.clamp_low, self.clamp_high])
        limits = {
            "codes": (self.codes, 0, (1 << CODE_WIDTH) - 1),
            "metadata": (self.metadata, min(LEGAL_METADATA), max(LEGAL_METADATA)),
            "delta": (self.delta, 0, (1 << DELTA["width"]) - 1),
            "bias": (self.bias, -half, half - 1),
            "multiplier": (self.multiplier, 0, (1 << M_WIDTH) - 1),
            "shift": (self.shift, 0, SHIFT_MAX),
            "stride": (torch.tensor(self.stride), 1, 2),
            "padding": (pads, 0, KERNEL_MAX),
            "zero points and clamp": (zeros, 0, ACT_MAX),
        }
        for field, (value, low, high) in limits.items():
            if value.is_floating_point() or int(value.min()) < low or int(value.max()) > high:
                raise LayerError(f"{self.name}: {field} outside its integer range {low}..{high}")
        if not bool(torch.isin(self.metadata, torch.tensor(LEGAL_METADATA)).all()):
            raise LayerError(f"{self.name}: metadata {sorted({*self.metadata.tolist()})}, expected of {LEGAL_METADATA}")
        if self.clamp_low > self.clamp_high:
            raise LayerError(f"{self.name}: clamp {self.clamp_low}..{self.clamp_high} is empty")


def channel_slice(layer: QuantizedLayer, first: int, stop: int) -> QuantizedLayer:
    """Return the layer with its output channels from ``first`` on and before ``stop`` only, as far as they exist."""
    fields = ("codes", "metadata", "delta", "bias", "multiplier", "shift")
    channels = min(stop, layer.channels_out) - first
    groups = channels if layer.depthwise else 1
    return replace(layer, groups=groups, **{field: getattr(layer, field)[first:stop] for field in fields})


def first_channels(layer: QuantizedLayer, count: int) -> QuantizedLayer:
    """Return the layer with its first output channels only (all, when it has no more than ``count``)."""
    return channel_slice(layer, 0, count)


def prove_no_overflow(layer: QuantizedLayer) -> Tensor:
    """Return each channel's accumulator bound (OC, 2): lowest and highest partial sum for any input.

    Every partial sum lies between ACT_MAX times the sum of the negative weights and ACT_MAX times
    the sum of the positive ones. Raises LayerError when a channel could leave ACC_WIDTH bits, or
    the window sum WINDOW_WIDTH bits.
    """
    weights = layer.weights.reshape(layer.channels_out, -1)
    low = ACT_MAX * weights.clamp(max=0).sum(1)
    high = ACT_MAX * weights.clamp(min=0).sum(1)
    half = 1 << (ACC_WIDTH - 1)
    bad = torch.nonzero((low < -half) | (high > half - 1))
    if len(bad):
        raise LayerError(f"{layer.name}: the accumulator of channel {int(bad[0])} could leave {ACC_WIDTH} bits")
    if weights.shape[1] * ACT_MAX >= 1 << WINDOW_WIDTH:
        raise LayerError(f"{layer.name}: the window sum of {weights.shape[1]} taps could leave {WINDOW_WIDTH} bits")
    return torch.stack([low, high], 1)
