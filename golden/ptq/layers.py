"""One layer of the pipeline: from its float weights and what reaches it to its integers."""

from functools import reduce

import torch
from torch import Tensor

from golden.affine import Affine, choose_affine
from golden.codes import encode
from golden.float_layer import FloatLayer, activate
from golden.ptq.compensate import Rows
from golden.ptq.damping import chosen_damping, round_damped
from golden.ptq.moments import Sums, choose_pixels, gather_sums
from golden.ptq.options import PtqOptions
from golden.ptq.targets import validated_weights
from golden.quantize import (
    Chosen,
    Quantized,
    assemble_layer,
    check_calibration,
    encode_delta,
    quantize_layer,
    smallest_scales,
)

LARGEST = 6144  # taps of a window whose moments fit the memory


def halves_of_sums(
    layer: FloatLayer, x: Tensor, input: Affine, real: Tensor, shape: tuple[int, ...], options: PtqOptions
) -> list[Sums]:
    """Return the sums over every second picture, and over the others if there is more than one."""
    generator = torch.Generator().manual_seed(options.seed)
    limit = options.windows if layer.groups == 1 else options.channel_windows
    pixels = choose_pixels(shape, limit, generator)
    parts = [slice(first, None, 2) for first in range(min(len(x), 2))]
    return [gather_sums(layer, x[part], input, real[part], pixels[part], shape[3]) for part in parts]


def choose_codes(layer: FloatLayer, halves: list[Sums], smallest: Tensor, options: PtqOptions) -> Chosen:
    """Return compensated codes. halves: sums of ``halves_of_sums``; smallest: the least scales, (OC,)."""
    weight = layer.weight.double().reshape(layer.groups, -1, layer.weight[0].numel())
    square, least = reduce(Sums.__add__, halves).moments().square, smallest.reshape(weight.shape[:2])
    target = validated_weights(weight, *halves) if options.float_targets and len(halves) == 2 else weight
    damping = chosen_damping(target, halves, least, options)
    return chosen_of(layer, round_damped(target, square, damping, least, options))


def chosen_of(layer: FloatLayer, rows: Rows) -> Chosen:
    """Return rounded rows, one a channel, as codes."""
    integers, metadata, scale, delta = (
        part.flatten(0, 1) for part in (rows.integers, rows.metadata, rows.scale, rows.delta)
    )
    codes = encode(integers.reshape(layer.weight.shape), metadata)
    return Chosen(codes, metadata, scale.double(), encode_delta(delta))


def quantize_calibrated(
    layer: FloatLayer, x: Tensor, input: Affine, real: Tensor, target: Tensor, options: PtqOptions
) -> Quantized:
    """Quantize a layer as ``options`` say.

    x: the bytes that reach it for the calibration pictures, (N, IC, H, W), of the map ``input``; real: the float
    network's values there; target: its output before the activation function, (N, OC, OH, OW). Raises LayerError as
    ``quantize_layer`` does. A layer of more than LARGEST taps is rounded to nearest.
    """
    if not options.compensated or layer.weight[0].numel() > LARGEST:
        return quantize_layer(layer, x, input, target, options.dynamic, options.static, options.weighted)
    check_calibration(layer, x, target)
    output = choose_affine(activate(target, layer.activation))
    halves = halves_of_sums(layer, x, input, real, tuple(target.shape), options)
    chosen = choose_codes(layer, halves, smallest_scales(layer, target, input, output), options)
    mean = target.mean((0, 2, 3), dtype=torch.float64) if options.static else None
    return assemble_layer(layer, chosen, x, input, output, mean)
