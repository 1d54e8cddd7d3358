"""Compile a quantized layer and its input to what the core runs: a descriptor and buffer images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from golden.contract import CODE_WIDTH, DESCRIPTOR, KERNEL_MAX, MODES, PACKED_PIXEL, PARAMETER
from golden.layer import LayerError, QuantizedLayer

Words = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True)
class CoreConfig:
    """Parameters of the core that decide layouts and order; lanes are powers of two, at least 4.

    rq_lanes: requantization lanes, a power of two up to OC_LANES; None for OC_LANES.
    """

    oc_lanes: int = 16
    ic_lanes: int = 16
    stripe: int = 32
    rq_lanes: int | None = None

    def __post_init__(self) -> None:
        """Raise LayerError for lanes or a stripe that the core does not have."""
        for name, lanes in (("OC_LANES", self.oc_lanes), ("IC_LANES", self.ic_lanes)):
            if lanes < 4 or lanes > 64 or lanes & (lanes - 1):
                raise LayerError(f"{name} = {lanes}, expected 4, 8, 16, 32 or 64")
        if self.drained_lanes < 1 or self.drained_lanes & (self.drained_lanes - 1) or self.drain_groups < 1:
            raise LayerError(f"RQ_LANES = {self.drained_lanes}, expected a power of two up to {self.oc_lanes}")
        if self.stripe < 2 or self.stripe > 256:
            raise LayerError(f"STRIPE = {self.stripe}, expected 2..256")

    @property
    def drained_lanes(self) -> int:
        """Return the lanes that are requantized in one cycle."""
        return self.oc_lanes if self.rq_lanes is None else self.rq_lanes

    @property
    def drain_groups(self) -> int:
        """Return the cycles that one pixel's lanes take to be requantized."""
        return self.oc_lanes // self.drained_lanes

    @property
    def nominal_stripe(self) -> int:
        """Return L: a bank holds the 2 L - 1 pixels of the longest last stripe."""
        return (self.stripe + 1) // 2

    def tile_lanes(self, mode: str) -> int:
        """Return the output channels of a tile."""
        return self.depthwise_channels if mode == "depthwise" else self.oc_lanes

    @property
    def depthwise_channels(self) -> int:
        """Return the channels of a depthwise tile."""
        return min(self.oc_lanes, self.ic_lanes)

    @property
    def columns(self) -> int:
        """Return the columns of the depthwise window."""
        return min(KERNEL_MAX, self.ic_lanes)


@dataclass(frozen=True)
class LayerProgram:
    """A compiled layer.

    activations: uint8 (words, IC_LANES) bytes; weights: uint8 (rows, IC_LANES) codes; parameters:
    one packed word per channel; mode: name of the core's mode; pixels: of the output; macs: useful
    multiply-accumulates.
    """

    mode: str
    descriptor: int
    activations: Words
    weights: Words
    parameters: list[int]
    output_words: int
    pixels: int
    macs: int


def layer_mode(layer: QuantizedLayer) -> str:
    """Return the core's mode of a layer: packed where a dense layer has at most 4 input channels."""
    if layer.depthwise:
        return "depthwise"
    return "packed" if layer.channels_in <= PACKED_PIXEL and layer.kernel[1] > 1 else "dense"


def compile_layer(layer: QuantizedLayer, x: Tensor, config: CoreConfig, seed: int = 0) -> LayerProgram:
    """Compile a layer with its input x, int64 (1, IC, H, W); bytes without a channel are random.

    Raises LayerError when x is no input of the layer, or a size does not fit its field of the descriptor.
    """
    layer.check_input(x)
    if x.shape[0] != 1:
        raise LayerError(f"{layer.name}: {x.shape[0]} inputs, expected one")
    mode = layer_mode(layer)
    height, width = x.shape[2], x.shape[3]
    oh, ow = layer.output_shape(height, width)
    out_vectors = -(-layer.channels_out // config.oc_lanes)
    try:
        descriptor = DESCRIPTOR.pack(
            mode=MODES[mode],
            kernel_height=layer.kernel[0],
            kernel_width=layer.kernel[1],
            stride=layer.stride,
            pad_top=layer.pad_top,
            pad_bottom=layer.pad_bottom,
            pad_left=layer.pad_left,
            pad_right=layer.pad_right,
            zero_in=layer.zero_in,
            zero_out=layer.zero_out,
            clamp_low=layer.clamp_low,
            clamp_high=layer.clamp_high,
            stripe=config.nominal_stripe,
            height=height,
            width=width,
            out_height=oh,
            out_width=ow,
            channels_in=layer.channels_in,
            channels_out=layer.channels_out,
            activation_base=0,
            weight_base=0,
            parameter_base=0,
            output_base=0,
        )
    except ValueError as error:
        raise LayerError(f"{layer.name}: {error}") from error
    parameters = [
        PARAMETER.pack(metadata=m, delta=d, bias=b, multiplier=k, shift=s)
        for m, d, b, k, s in zip(
            *(getattr(layer, f).tolist() for f in ("metadata", "delta", "bias", "multiplier", "shift")), strict=True
        )
    ]
    codes = layer.codes.numpy().astype(np.uint8)
    pack = {"dense": _dense_rows, "packed": _packed_rows, "depthwise": _depthwise_rows}[mode]
    return LayerProgram(
        mode=mode,
        descriptor=descriptor,
        activations=_activation_words(x[0].numpy().astype(np.uint8), mode, config, np.random.default_rng(seed)),
        weights=pack(codes, config).reshape(-1, config.ic_lanes),
        parameters=parameters,
        output_words=oh * ow * out_vectors,
        pixels=oh * ow,
        macs=oh * ow * codes.size,
    )


@dataclass(frozen=True)
class Tap:
    """What one weight setting of the array multiplies at a pixel: one kernel row of columns, some input channels."""

    ky: int
    columns: range
    channels: range

    def __str__(self) -> str:
        """Return kernel row, columns and channels, as ranges where there are several."""
        kx, ic = (str(r[0]) if len(r) == 1 else f"{r[0]}..{r[-1]}" for r in (self.columns, self.channels))
        return f"ky {self.ky}, kx {kx}, input channel {ic}"


def layer_taps(layer: QuantizedLayer, config: CoreConfig) -> list[Tap]:
    """Return the taps of a pixel in the core's order: kernel row, columns, channels of ``codes``."""
    mode = layer_mode(layer)
    kh, kw = layer.kernel
    step = {"dense": 1, "packed": config.ic_lanes // PACKED_PIXEL, "depthwise": config.columns}[mode]
    channels = layer.codes.shape[1]
    vector = channels if mode != "dense" else config.ic_lanes
    return [
        Tap(ky, range(kx, min(kx + step, kw)), range(ic, min(ic + vector, channels)))
        for ky in range(kh)
        for kx in range(0, kw, step)
        for ic in range(0, channels, vector)
    ]


def stripe_of(pixel: int, pixels: int, nominal: int) -> range:
    """Return the stripe of a pixel: L pixels each, the last one with all that remain below 2 L."""
    start = min(pixel // nominal, max(pixels // nominal - 1, 0)) * nominal
    return range(start, pixels if pixels - start < 2 * nominal else start + nominal)


def output_tensor(words: Words, channels: int, height: int, width: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the output buffer (words, OC_LANES) as (OC, OH, OW) int64."""
    nhwc = words.reshape(height, width, -1)[:, :, :channels]
    return nhwc.transpose(2, 0, 1).astype(np.int64)


def hex_lines(fields: Words, width: int) -> str:
    """Return words of packed fields (words, fields) as lines for $readmemh, field 0 lowest; width 4 or 8 bits."""
    if width == CODE_WIDTH:
        fields = fields[:, 0::2] | (fields[:, 1::2] << np.uint8(CODE_WIDTH))
    return "\n".join(row.tobytes().hex() for row in np.ascontiguousarray(fields[:, ::-1])) + "\n"


def _padded(array: Words, axis: int, multiple: int) -> Words:
    """Append zeros so that the size of an axis is a multiple."""
    extra = [(0, 0)] * array.ndim
    extra[axis] = (0, -array.shape[axis] % multiple)
    return np.pad(array, extra)


def _activation_words(x: Words, mode: str, config: CoreConfig, rng: np.random.Generator) -> Words:
    channels, height, width = x.shape
    lanes = PACKED_PIXEL if mode == "packed" else config.ic_lanes
    vectors = -(-channels // lanes)
    image = rng.integers(0, 256, (height, width, vectors * lanes), dtype=np.uint8)
    image[:, :, :channels] = x.transpose(1, 2, 0)
    flat = image.reshape(-1)
    tail = rng.integers(0, 256, -flat.size % config.ic_lanes, dtype=np.uint8)
    return np.concatenate([flat, tail]).reshape(-1, config.ic_lanes)


def _dense_rows(codes: Words, config: CoreConfig) -> Words:
    """Rows in the order OC tile, ky, kx, IC vector, OC lane."""
    full = _padded(_padded(codes, 0, config.oc_lanes), 1, config.ic_lanes)
    oc, ic, kh, kw = full.shape
    split = full.reshape(oc // config.oc_lanes, config.oc_lanes, ic // config.ic_lanes, config.ic_lanes, kh, kw)
    return split.transpose(0, 4, 5, 2, 1, 3)


def _packed_rows(codes: Words, config: CoreConfig) -> Words:
    """Rows in the order OC tile, ky, kx group, OC lane; lane = pixel of the group * 4 + channel."""
    pixels = config.ic_lanes // PACKED_PIXEL
    full = _padded(_padded(_padded(codes, 0, config.oc_lanes), 1, PACKED_PIXEL), 3, pixels)
    oc, _, kh, kw = full.shape
    split = full.reshape(oc // config.oc_lanes, config.oc_lanes, PACKED_PIXEL, kh, kw // pixels, pixels)
    return split.transpose(0, 3, 4, 1, 5, 2)


def _depthwise_rows(codes: Words, config: CoreConfig) -> Words:
    """Rows in the order channel tile, ky, kx group, OC lane; the group's columns right-aligned in the window."""
    full = _padded(codes[:, 0], 0, config.depthwise_channels)
    channels, kh, kw = full.shape
    tiles, groups = channels // config.depthwise_channels, -(-kw // config.columns)
    rows = np.zeros((tiles, kh, groups, config.oc_lanes, config.ic_lanes), dtype=np.uint8)
    for group in range(groups):
        taps = full[:, :, group * config.columns : (group + 1) * config.columns]
        split = taps.reshape(tiles, config.depthwise_channels, kh, -1).transpose(0, 2, 1, 3)
        rows[:, :, group, : config.depthwise_channels, config.columns - split.shape[3] : config.columns] = split
    return rows
