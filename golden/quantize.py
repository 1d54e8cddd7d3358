"""The quantizer: a float layer and calibration activations to a layer in integers."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from golden.affine import Affine, choose_affine
from golden.codes import decode, encode
from golden.contract import ACT_MAX, BIAS_WIDTH, DELTA, FRACTION, M_WIDTH, POINT, SHIFT_MAX
from golden.errors import LayerError
from golden.fast import corrected_mean
from golden.float_layer import UPPER_BOUND, FloatLayer, activate
from golden.integer import delta_numerator, delta_value
from golden.layer import QuantizedLayer
from golden.weights import search_weights

IMPORTANCE_FLOOR = 0.01


@dataclass(frozen=True)
class Quantized:
    """A quantized layer and the affine map of its output bytes."""

    layer: QuantizedLayer
    output: Affine


def encode_delta(delta: Tensor) -> Tensor:
    """Return the nearest BCE code of each coefficient, int64 (OC,).

    delta: real (OC,), in units of the integer weight grid. The nearest of 0 and what
    ``golden.integer.delta_numerator`` decodes; a tie goes to the smaller magnitude, zero is code 0.
    """
    sign = 1 << DELTA["sign_bit"]
    codes = torch.arange(sign)
    values, order = delta_numerator(codes).double().sort()
    middles = (values[1:] + values[:-1]) / 2
    index = torch.searchsorted(middles, delta.double().abs() * (1 << DELTA["frac"]))
    nearest = codes[order][index]
    return torch.where((delta < 0) & (nearest > 0), nearest | sign, nearest)


def largest_ratio() -> float:
    """Return the largest s_x s_w / s_y that M and sh can stand for."""
    return ((1 << M_WIDTH) - 1) / 2.0**POINT


def encode_ratio(ratio: Tensor) -> tuple[Tensor, Tensor]:
    """Return M and sh, int64 (OC,), with M / 2^(sh + POINT) nearest to each positive ratio and M as large as fits.

    Raises LayerError when a ratio rounds to more than ``largest_ratio``.
    """
    shift = (M_WIDTH - POINT - torch.frexp(ratio.double()).exponent.long()).clamp(max=SHIFT_MAX)
    multiplier = torch.ldexp(ratio.double(), shift + POINT).round().long()
    carried = multiplier == 1 << M_WIDTH
    multiplier, shift = torch.where(carried, multiplier >> 1, multiplier), shift - carried.long()
    if int(shift.min()) < 0:
        raise LayerError(f"requantization ratio {float(ratio.max()):g}: expected at most {largest_ratio():g}")
    return multiplier, shift


def input_importance(layer: FloatLayer, x: Tensor, input: Affine) -> Tensor | None:
    """Return the mean square of each real input channel, (1, IC, 1, 1), as weight of a weight's error.

    None for a depthwise layer: all weights of a channel see the same input. IMPORTANCE_FLOOR times the
    mean over the channels keeps channels alive that the calibration pictures do not excite.
    """
    if layer.groups > 1:
        return None
    square = (x.double() - input.zero).square().mean((0, 2, 3))[None, :, None, None]
    floor = IMPORTANCE_FLOOR * square.mean()
    return square + (floor if floor > 0 else 1.0)


def smallest_scales(layer: FloatLayer, target: Tensor, input: Affine, output: Affine) -> Tensor:
    """Return per channel the smallest weight scale, float64 (OC,), at which bias and shift fit.

    The bias b / (s_x s_w) may take an eighth of its range, which leaves room for the zero points and
    the correction; M has its full precision while s_x s_w / s_y >= 2^(M_WIDTH - 1 - POINT - SHIFT_MAX).
    """
    reach = torch.maximum(layer.bias.abs(), target.abs().amax((0, 2, 3))).double()
    for_bias = reach / (input.scale * 2.0 ** (BIAS_WIDTH - 4))
    for_shift = output.scale / input.scale * 2.0 ** (M_WIDTH - 1 - POINT - SHIFT_MAX)
    return for_bias.clamp(min=for_shift)


def check_calibration(layer: FloatLayer, x: Tensor, target: Tensor) -> None:
    """Raise LayerError when calibration input and output do not fit the layer or hold NaN."""
    expected = layer.output_shape(x)
    if tuple(target.shape) != expected:
        raise LayerError(f"{layer.name}: calibration output of shape {tuple(target.shape)}, expected {expected}")
    if not bool(torch.isfinite(target).all()):
        raise LayerError(f"{layer.name}: calibration output holds NaN or infinity")


@dataclass(frozen=True)
class Chosen:
    """What stands for a layer's weights: s_w (q + delta).

    codes: (OC, IC / groups, KH, KW) of q; metadata, delta (codes): int64 (OC,); scale s_w: float64 (OC,).
    """

    codes: Tensor
    metadata: Tensor
    scale: Tensor
    delta: Tensor


def reachable(output: Affine, unit: float) -> Affine:
    """Return ``output``, with a larger step when M would not fit a total whose unit s_x s_w is ``unit``.

    The channel of that unit loses nothing, for one more in its total is many such steps; the others share the step.
    """
    return replace(output, scale=max(output.scale, unit / largest_ratio()))


def round_to_nearest(layer: FloatLayer, importance: Tensor | None, smallest: Tensor, dynamic: bool) -> Chosen:
    """Round each weight to the nearest code; delta is the mean error of a channel, or 0 if not ``dynamic``.

    importance: as in ``search_weights``; smallest: the least scale allowed, (OC,).
    """
    metadata, fitted = search_weights(layer.weight, importance)
    scale = torch.maximum(fitted, smallest)
    grid = layer.weight.double() / scale[:, None, None, None]
    codes = encode(grid, metadata)
    mean_error = (grid - decode(codes, metadata)).mean((1, 2, 3))
    return Chosen(codes, metadata, scale, encode_delta(mean_error if dynamic else torch.zeros_like(mean_error)))


def assemble_layer(
    layer: FloatLayer, chosen: Chosen, x: Tensor, input: Affine, output: Affine, mean: Tensor | None
) -> Quantized:
    """Return the integer layer of chosen weights; only its bias depends on the calibration.

    x: the bytes that reach it, (N, IC, H, W), of the map ``input``; mean: the mean output wanted of each channel
    before the activation function, (OC,), or None for the float layer's bias:

        total = sum x q + delta S + bias        output before the activation = s_x s_w total
        bias  = b / (s_x s_w) - z_x (sum q + delta K) + static correction      K taps in a window

    s_x s_w is here what the requantization's M makes of it. Half of what BCE term and shift cut off goes to the bias.

    The static correction makes the mean over x equal to ``mean``, so it also holds what delta's coding leaves over.
    """
    output = reachable(output, input.scale * float(chosen.scale.max()))
    multiplier, shift = encode_ratio(input.scale * chosen.scale / output.scale)
    top, bottom, left, right = layer.padding
    draft = QuantizedLayer(
        name=layer.name,
        codes=chosen.codes,
        metadata=chosen.metadata,
        delta=chosen.delta,
        bias=torch.zeros_like(chosen.delta),
        multiplier=multiplier,
        shift=shift,
        groups=layer.groups,
        stride=layer.stride,
        pad_top=top,
        pad_bottom=bottom,
        pad_left=left,
        pad_right=right,
        zero_in=input.zero,
        zero_out=output.zero,
        clamp_low=0 if layer.activation == "linear" else output.zero,
        clamp_high=round(min(UPPER_BOUND[layer.activation] / output.scale + output.zero, ACT_MAX)),
    )
    unit = torch.ldexp(multiplier.double(), -shift - POINT) * output.scale  # s_x s_w, as M has it
    if mean is not None:
        bias = mean.double() / unit - corrected_mean(draft, x)
    else:
        weights = decode(chosen.codes, chosen.metadata)
        coefficient = delta_value(chosen.delta)
        bias = layer.bias.double() / unit
        bias -= input.zero * (weights.sum((1, 2, 3)) + coefficient * weights[0].numel())
        bias += coefficient.sign() * (1 - coefficient.abs()).clamp(min=0) / 2  # half of what the term's point cuts off
    half = (torch.ldexp(torch.ones_like(bias), shift - FRACTION) - 1).clamp(min=0) / 2  # of what the shift cuts off
    return Quantized(replace(draft, bias=(bias + half).round().long()), output)


def quantize_layer(
    layer: FloatLayer,
    x: Tensor,
    input: Affine,
    target: Tensor,
    dynamic: bool = True,
    static: bool = True,
    weighted: bool = True,
) -> Quantized:
    """Quantize a convolution or fully connected layer, each weight to its nearest code.

    x: the bytes that reach the layer for some calibration pictures, (N, IC, H, W), with their
    affine map ``input``; target: the float output for the same pictures before the activation
    function, (N, OC, OH, OW). ``dynamic`` off sets delta to 0, ``static`` off leaves out the static
    correction, ``weighted`` off counts every weight's error alike. Channels of zeros and dead channels get
    the smallest scale at which the bias fits. Raises LayerError for NaN, shapes that disagree, or a
    layer outside the contract.
    """
    check_calibration(layer, x, target)
    output = choose_affine(activate(target, layer.activation))
    smallest = smallest_scales(layer, target, input, output)
    importance = input_importance(layer, x, input) if weighted else None
    chosen = round_to_nearest(layer, importance, smallest, dynamic)
    mean = target.mean((0, 2, 3), dtype=torch.float64) if static else None
    return assemble_layer(layer, chosen, x, input, output, mean)


def quantize_float_layer(layer: FloatLayer, x: Tensor) -> tuple[Quantized, Affine, Tensor]:
    """Quantize any single layer from its real calibration inputs alone.

    x: float (N, IC, H, W); also (N, IC), or (N, C, H, W) with C H W = IC, which is flattened
    channel-major as PyTorch does. Returns the quantized layer, the
    affine map of its input and the input's bytes, int64 (N, IC, H, W).
    Raises LayerError for NaN, shapes that disagree, or a layer outside the contract.
    """
    if x.numel() and x.dim() > 1 and x.shape[1] != layer.channels_in and x[0].numel() == layer.channels_in:
        x = x.flatten(1)[:, :, None, None]
    target = layer.linear_output(x)
    affine = choose_affine(x)
    levels = affine.quantize(x)
    return quantize_layer(layer, levels, affine, target), affine, levels
