"""The integer definition of a network's operations without weights: every output bit, in plain int64.

Max pooling, padding and flattening move bytes. Addition, averages and concatenation rescale them, all by
the formula of the contract's section ``glue``, with one shift for all sources of a node and one rounding:

    y = clamp(((sum_i sum_window (x_i - z_i) M_i + 2^(sh-1)) >> sh) + z_y, low, high)
    M_i / 2^sh = s_i / (K s_y)       K pixels in a window of an average, 1 elsewhere

The sum over i is that of ``Add``; ``Concat`` applies the formula to each source alone.
"""

import math
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from golden.affine import Affine, choose_affine
from golden.contract import ACT_MAX, GLUE_M_WIDTH, GLUE_SHIFT_MAX, GLUE_WINDOW_WIDTH
from golden.errors import LayerError
from golden.float_layer import UPPER_BOUND, Shape
from golden.networks.graph import MOVES, Add, AveragePool, Concat, GlobalAverage, Glue, move, windows

INT32_SHIFT = 30  # sums of pools and additions: 7 * 7 * 255 * 65535 + 2^29 < 2^31


@dataclass(frozen=True)
class GlueConstants:
    """Integers of one node without weights, as the formula names them.

    zeros: z_i of each source; multipliers: M_i of each source, none for an operation that moves bytes.
    Raises LayerError when a value is outside the contract.
    """

    zeros: tuple[int, ...]
    multipliers: tuple[int, ...] = ()
    shift: int = 0
    zero_out: int = 0
    clamp_low: int = 0
    clamp_high: int = ACT_MAX

    def __post_init__(self) -> None:
        """Check every field against the contract."""
        limits = {
            "zero points and clamp": ((*self.zeros, self.zero_out, self.clamp_low, self.clamp_high), ACT_MAX),
            "multiplier": (self.multipliers or (0,), (1 << GLUE_M_WIDTH) - 1),
            "shift": ((self.shift,), GLUE_SHIFT_MAX),
        }
        for field, (values, high) in limits.items():
            if not 0 <= min(values) <= max(values) <= high:
                raise LayerError(f"{field} {values} outside the integer range 0..{high}")
        if self.clamp_low > self.clamp_high:
            raise LayerError(f"clamp {self.clamp_low}..{self.clamp_high} is empty")


def encode_ratios(ratios: list[float]) -> tuple[tuple[int, ...], int]:
    """Return M of each positive ratio and the common sh: M / 2^sh nearest to it, the largest M as large as fits.

    A ratio of 2^16 or more becomes 2^16 - 1: one step of its source is past the clamp in either case.
    """
    largest = (1 << GLUE_M_WIDTH) - 1
    shift = min(max(GLUE_M_WIDTH - math.frexp(max(ratios))[1], 0), GLUE_SHIFT_MAX)
    if round(math.ldexp(max(ratios), shift)) > largest and shift:
        shift -= 1
    return tuple(min(round(math.ldexp(ratio, shift)), largest) for ratio in ratios), shift


def glue_affine(op: Glue, sources: list[Affine], output: Tensor) -> Affine:
    """Return the affine map of an operation's output; one that moves bytes keeps its source's.

    output: its real values for the calibration pictures. Raises LayerError for NaN or infinity.
    """
    return sources[0] if isinstance(op, MOVES) else choose_affine(output)


def glue_constants(op: Glue, sources: list[Affine], output: Affine, shape: Shape) -> GlueConstants:
    """Return the integer constants of an operation without weights.

    sources, output: affine maps; shape: (C, H, W) of the first source. Raises LayerError when an average
    has more pixels than its sum holds.
    """
    zeros = tuple(affine.zero for affine in sources)
    if isinstance(op, MOVES):
        return GlueConstants(zeros, zero_out=output.zero)
    pixels = 1
    if isinstance(op, GlobalAverage):
        pixels = shape[1] * shape[2]
    elif isinstance(op, AveragePool):
        pixels = op.kernel[0] * op.kernel[1]
    if pixels * ACT_MAX >= 1 << (GLUE_WINDOW_WIDTH - 1):
        raise LayerError(f"an average of {pixels} pixels could leave {GLUE_WINDOW_WIDTH} bits")
    multipliers, shift = encode_ratios([affine.scale / (pixels * output.scale) for affine in sources])
    activation = op.activation if isinstance(op, Add) else "linear"
    return GlueConstants(
        zeros,
        multipliers,
        shift,
        output.zero,
        clamp_low=0 if activation == "linear" else output.zero,
        clamp_high=round(min(UPPER_BOUND[activation] / output.scale + output.zero, ACT_MAX)),
    )


def run_glue(op: Glue, constants: GlueConstants, sources: list[Tensor]) -> Tensor:
    """Return the output bytes of an operation without weights, (N, C, H, W) of the sources' integer type.

    sources: bytes of any integer type. Sums are int64, or int32 where every sum of the contract fits it.
    """
    zero = constants.zeros[0]
    if isinstance(op, MOVES):
        return move(op, sources[0], zero, 0)
    kind = torch.int64 if isinstance(op, GlobalAverage) or constants.shift > INT32_SHIFT else torch.int32
    shifted = [x.to(kind) - z for x, z in zip(sources, constants.zeros, strict=True)]
    if isinstance(op, GlobalAverage):
        shifted = [shifted[0].sum((2, 3), keepdim=True)]
    elif isinstance(op, AveragePool):
        shifted = [reduce(torch.add, windows(shifted[0], op, 0))]
    scaled = [x.mul_(multiplier) for x, multiplier in zip(shifted, constants.multipliers, strict=True)]
    total = torch.cat(scaled, 1) if isinstance(op, Concat) else reduce(torch.add, scaled)
    rounded = (total + (1 << constants.shift >> 1)) >> constants.shift
    return (rounded + constants.zero_out).clamp(constants.clamp_low, constants.clamp_high).to(sources[0].dtype)
