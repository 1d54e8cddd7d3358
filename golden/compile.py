"""Compile a quantized layer and its input to what the core runs: a descriptor and buffer images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from golden.contract import CODE_WIDTH, DESCRIPTOR, MODES, PACKED_PIXEL, PARAMETER
from golden.errors import LayerError
from golden.layer import QuantizedLayer
from golden.schedule import CoreConfig, choose_stripe, layer_mode

Words = np.ndarray[Any, np.dtype[np.uint8]]
Addresses = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Placement:
    """Where a layer finds its input and puts its output, in words; see the descriptor's fields.

    The input's ring are the words ring_end - ring_words to ring_end - 1.
    """

    activation_base: int
    in_pitch: int
    in_row: int
    ring_end: int
    ring_words: int
    out_pitch: int
    weight_base: int = 0
    parameter_base: int = 0
    output_base: int = 0

    def in_ring(self, addresses: Addresses) -> Addresses:
        """Return addresses from activation_base on as they lie in the ring."""
        return np.where(addresses >= self.ring_end, addresses - self.ring_words, addresses)


def compact(layer: QuantizedLayer, height: int, width: int, config: CoreConfig) -> Placement:
    """Return the placement of an H x W input from word 0 on, pixel behind pixel, and of such an output."""
    packed = layer_mode(layer) == "packed"
    pitch = 1 if packed else -(-layer.channels_in // config.ic_lanes)
    words = -(-height * width * PACKED_PIXEL // config.ic_lanes) if packed else height * width * pitch
    return Placement(0, pitch, width * pitch, words, words, -(-layer.channels_out // config.oc_lanes))


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


def pack_descriptor(
    layer: QuantizedLayer, height: int, width: int, stripe: int, place: Placement, mode: str = ""
) -> int:
    """Return the descriptor of a layer on an H x W input. mode: the core's, that of ``layer_mode`` when empty.

    Raises LayerError when a size does not fit its field.
    """
    oh, ow = layer.output_shape(height, width)
    try:
        return DESCRIPTOR.pack(
            mode=MODES[mode or layer_mode(layer)],
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
            activation_base=place.activation_base,
            weight_base=place.weight_base,
            parameter_base=place.parameter_base,
            output_base=place.output_base,
            in_pitch=place.in_pitch,
            in_row=place.in_row,
            ring_end=place.ring_end,
            ring_words=place.ring_words,
            out_pitch=place.out_pitch,
        )
    except ValueError as error:
        raise LayerError(f"{layer.name}: {error}") from error


def pack_parameters(layer: QuantizedLayer) -> list[int]:
    """Return the parameter word of each output channel."""
    fields = ("metadata", "delta", "bias", "multiplier", "shift")
    columns = (getattr(layer, field).tolist() for field in fields)
    return [PARAMETER.pack(**dict(zip(fields, row, strict=True))) for row in zip(*columns, strict=True)]


def weight_rows(layer: QuantizedLayer, config: CoreConfig, mode: str = "") -> Words:
    """Return the layer's codes as rows of the weight buffer, uint8 (rows, IC_LANES). mode: as in pack_descriptor."""
    pack = {"dense": _dense_rows, "packed": _packed_rows, "depthwise": _depthwise_rows}[mode or layer_mode(layer)]
    return pack(layer.codes.numpy().astype(np.uint8), config).reshape(-1, config.ic_lanes)


def compile_layer(
    layer: QuantizedLayer, x: Tensor, config: CoreConfig, seed: int = 0, place: Placement | None = None
) -> LayerProgram:
    """Compile a layer with its input x, int64 (1, IC, H, W); bytes without a channel are random.

    The output must lie at word 0. Raises LayerError when x is no input of the layer, or a size does not fit its field
    of the descriptor.
    """
    layer.check_input(x)
    if x.shape[0] != 1:
        raise LayerError(f"{layer.name}: {x.shape[0]} inputs, expected one")
    height, width = x.shape[2], x.shape[3]
    oh, ow = layer.output_shape(height, width)
    place = place or compact(layer, height, width, config)
    stripe = choose_stripe(layer, height, width, config)
    mode = layer_mode(layer)
    image = _activation_words(x[0].numpy().astype(np.uint8), mode, config, place, np.random.default_rng(seed))
    return LayerProgram(
        mode=mode,
        stripe=stripe,
        descriptor=pack_descriptor(layer, height, width, stripe, place),
        activations=image,
        weights=weight_rows(layer, config),
        parameters=pack_parameters(layer),
        output_words=oh * ow * place.out_pitch,
        pixels=oh * ow,
        macs=oh * ow * layer.codes.numel(),
    )


def output_tensor(words: Words, channels: int, height: int, width: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the output buffer (words, OC_LANES) as (OC, OH, OW) int64."""
    nhwc = words.reshape(height, width, -1)[:, :, :channels]
    return nhwc.transpose(2, 0, 1).astype(np.int64)


def two_a_byte(codes: Words) -> Words:
    """Return rows of 4-bit codes as bytes, two codes in each, the first in the low half."""
    return codes[:, 0::2] | (codes[:, 1::2] << np.uint8(CODE_WIDTH))


def hex_lines(fields: Words, width: int) -> str:
    """Return words of packed fields (words, fields) as lines for $readmemh, field 0 lowest; width 4 or 8 bits."""
    if width == CODE_WIDTH:
        fields = two_a_byte(fields)
    return "\n".join(row.tobytes().hex() for row in np.ascontiguousarray(fields[:, ::-1])) + "\n"


def _padded(array: Words, axis: int, multiple: int) -> Words:
    """Append zeros so that the size of an axis is a multiple."""
    extra = [(0, 0)] * array.ndim
    extra[axis] = (0, -array.shape[axis] % multiple)
    return np.pad(array, extra)


def _activation_words(x: Words, mode: str, config: CoreConfig, place: Placement, rng: np.random.Generator) -> Words:
    """Return the buffer up to the end of the ring with the input x (IC, H, W) at its place, random elsewhere."""
    channels, height, width = x.shape
    memory = rng.integers(0, 256, (place.ring_end, config.ic_lanes), dtype=np.uint8)
    pitch = 1 if mode == "packed" else place.in_pitch
    pixel = np.arange(height)[:, None] * place.in_row + np.arange(width) * pitch
    channel = np.arange(channels)[:, None, None]
    if mode == "packed":
        word, byte = divmod(pixel * PACKED_PIXEL + channel, config.ic_lanes)
    else:
        word, byte = pixel + channel // config.ic_lanes, channel % config.ic_lanes
    memory[place.in_ring(place.activation_base + word), byte] = x
    return memory


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
