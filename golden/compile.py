"""Compile a quantized layer and its input to what the core runs: a descriptor and buffer images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from golden.contract import CODE_WIDTH, DESCRIPTOR, MODES, PACKED_PIXEL, PARAMETER
from golden.layer import LayerError, QuantizedLayer
from golden.schedule import CoreConfig, choose_stripe, layer_mode

Words = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True)
class LayerProgram:
    """A compiled layer.

    activations: uint8 (words, IC_LANES) bytes; weights: uint8 (rows, IC_LANES) codes; parameters:
    one packed word per channel; mode: name of the core's mode; stripe: nominal, L; pixels: of the
    output; macs: useful multiply-accumulates.
    """

    mode: str
    stripe: int
    descriptor: int
    activations: Words
    weights: Words
    parameters: list[int]
    output_words: int
    pixels: int
    macs: int


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
    stripe = choose_stripe(layer, height, width, config)
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
            stripe=stripe,
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
        stripe=stripe,
        descriptor=descriptor,
        activations=_activation_words(x[0].numpy().astype(np.uint8), mode, config, np.random.default_rng(seed)),
        weights=pack(codes, config).reshape(-1, config.ic_lanes),
        parameters=parameters,
        output_words=oh * ow * out_vectors,
        pixels=oh * ow,
        macs=oh * ow * codes.size,
    )


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
