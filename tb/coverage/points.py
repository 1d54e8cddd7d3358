"""The functional cover points and the functions that sample them.

Each sampling function takes arrays, reduces them to the distinct bins with numpy, and samples each bin once: a hit
says that a run reached a bin, not how often. Every run exports all points, so reports name what no run reached.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
from cocotb_coverage.coverage import CoverCross, CoverPoint, coverage_db
from numpy.typing import ArrayLike

from golden.contract import (
    CODE_WIDTH,
    DELTA,
    ERRORS,
    FRACTION,
    KERNEL_MAX,
    LEVEL_BITS,
    LEVELS,
    MODES,
    N2_LSB,
    N2_MAX,
    PARITY_MAX,
    POST_SHIFT,
    SCALED_WIDTH,
    SHIFT_MAX,
)
from golden.ladder import LEGAL_METADATA

FUNCTIONAL_FILE = "functional.xml"
RUNG_MAX = LEVELS - 1 + N2_MAX + PARITY_MAX  # p + (j - 1) + min(j - 1, n2), all at their largest
SIDES = ("top", "bottom", "left", "right")
EXPONENTS = range(1 << DELTA["exponent_bits"])


class LayerInfo(TypedDict):
    """What one layer run through the core exercised."""

    mode: str  # a key of the contract's modes
    kernel: tuple[int, int]  # KH, KW
    stride: int
    pads: Sequence[int]  # amounts given, top, bottom, left, right
    padding_sides: Iterable[str]  # of SIDES, those whose padding an output really touched
    stripe_remainder: bool  # the output pixels are no multiple of the stripe
    single_stripe: bool
    ic_remainder: bool  # channels in are no multiple of IC_LANES
    oc_remainder: bool
    back_pressure: bool
    error: str  # a key of the contract's errors, "none" when the layer ran


@CoverPoint("top.weight.code", vname="code", bins=list(range(1 << CODE_WIDTH)))
@CoverPoint("top.weight.metadata", vname="meta", bins=list(LEGAL_METADATA))
@CoverCross("top.weight.code_metadata", items=["top.weight.code", "top.weight.metadata"])
def _weight(code: int, meta: int) -> None:
    """Sample code and metadata of a weight."""


@CoverPoint("top.product.rung", bins=list(range(RUNG_MAX + 1)))
def _rung(rung: int) -> None:
    """Sample the ladder rung: the shift amount is rung >> 1, 3 x is used when it is odd."""


@CoverPoint("top.product.sign", bins=["positive", "negative"])
def _sign(sign: str) -> None:
    """Sample the sign of a product that is not zero."""


@CoverPoint("top.product.zero", bins=["plus_zero", "minus_zero", "activation"])
def _zero_product(cause: str) -> None:
    """Sample why a product is zero: a code of level 0 with either sign bit, or the activation."""


@CoverPoint("top.bce.coefficient", bins=[(s, e) for s in (0, 1) for e in EXPONENTS if e])
def _coefficient(sign: int, exponent: int) -> None:
    """Sample a BCE coefficient that is not zero."""


@CoverPoint("top.bce.zero", bins=[False, True])
def _bce_zero(zero: bool) -> None:
    """Sample whether a channel's coefficient is zero: it does not use the BCE."""


@CoverPoint("top.requantization.shift", bins=list(range(SHIFT_MAX + 1)))
def _shift(shift: int) -> None:
    """Sample the requantization shift."""


@CoverPoint("top.requantization.saturation", bins=["low", "inside", "high"])
def _saturation(where: str) -> None:
    """Sample saturation of the shifted total."""


@CoverPoint("top.requantization.total", bins=["negative", "zero", "positive"])
def _total(sign: str) -> None:
    """Sample the sign of acc + bce + bias."""


@CoverPoint("top.requantization.rounding", bins=["exact", "up", "down", "tie_positive", "tie_negative"])
def _rounding(kind: str) -> None:
    """Sample how the bits below the point round."""


@CoverPoint("top.requantization.clamp", bins=["low", "inside", "high"])
def _clamp(where: str) -> None:
    """Sample saturation at either end."""


@CoverPoint("top.layer.mode", vname="mode", bins=list(MODES))
@CoverPoint("top.layer.stride", vname="stride", bins=[1, 2])
@CoverCross("top.layer.mode_stride", items=["top.layer.mode", "top.layer.stride"])
@CoverPoint("top.layer.kernel_height", vname="kernel_height", bins=list(range(1, KERNEL_MAX + 1)))
@CoverPoint("top.layer.kernel_width", vname="kernel_width", bins=list(range(1, KERNEL_MAX + 1)))
@CoverPoint("top.layer.asymmetric_padding", vname="asymmetric", bins=[False, True])
@CoverPoint("top.layer.stripe_remainder", vname="stripe_remainder", bins=[False, True])
@CoverPoint("top.layer.single_stripe", vname="single_stripe", bins=[False, True])
@CoverPoint("top.layer.ic_remainder", vname="ic_remainder", bins=[False, True])
@CoverPoint("top.layer.oc_remainder", vname="oc_remainder", bins=[False, True])
@CoverPoint("top.layer.back_pressure", vname="back_pressure", bins=[False, True])
def _layer(
    mode: str,
    stride: int,
    kernel_height: int,
    kernel_width: int,
    asymmetric: bool,
    stripe_remainder: bool,
    single_stripe: bool,
    ic_remainder: bool,
    oc_remainder: bool,
    back_pressure: bool,
) -> None:
    """Sample a layer that ran to its end."""


@CoverPoint("top.layer.padding", bins=["none", *SIDES])
def _padding(side: str) -> None:
    """Sample a side whose padding was touched."""


@CoverPoint("top.layer.error", bins=[name for name in ERRORS if name != "none"])
def _error(name: str) -> None:
    """Sample a layer refused with this error."""


def sample_arithmetic(code: ArrayLike, meta: ArrayLike, activation: ArrayLike) -> None:
    """Sample weights met by activations, arrays that broadcast against each other; metadata must be legal."""
    columns = [column.ravel() for column in np.broadcast_arrays(code, meta, np.asarray(activation) == 0)]
    for c, m, zero in np.unique(np.stack(columns, 1), axis=0).tolist():
        level, negative, n2, parity = c & ((1 << LEVEL_BITS) - 1), c >> LEVEL_BITS, m >> N2_LSB, m & 1
        _weight(c, m)
        if level == 0:
            _zero_product("minus_zero" if negative else "plus_zero")
        elif zero:
            _zero_product("activation")
        else:
            _rung(parity + level - 1 + min(level - 1, n2))
            _sign("negative" if negative else "positive")


def sample_bce(delta: ArrayLike) -> None:
    """Sample BCE codes."""
    for word in np.unique(delta).tolist():
        exponent = word & (len(EXPONENTS) - 1)
        _bce_zero(not exponent)
        if exponent:
            _coefficient(word >> DELTA["sign_bit"] & 1, exponent)


def sample_requantization(
    total: ArrayLike, multiplier: ArrayLike, shift: ArrayLike, zero_out: int, low: int, high: int
) -> None:
    """Sample requantizations; total, multiplier and shift are arrays that broadcast, the rest a layer's constants."""
    arrays = np.broadcast_arrays(total, multiplier, shift)
    t, m, sh = (array.astype(np.int64).ravel() for array in arrays)
    half, end = 1 << (POST_SHIFT - 1), 1 << (SCALED_WIDTH - 1)
    shifted = (t << FRACTION) >> sh
    scaled = shifted.clip(-end, end - 1)
    below_point = (scaled * m) & ((1 << POST_SHIFT) - 1)
    offset = ((scaled * m + half) >> POST_SHIFT) + zero_out
    saturation = np.select([shifted < -end, shifted >= end], ["low", "high"], "inside")
    rounding = np.select(
        [below_point == 0, (below_point == half) & (t < 0), below_point == half, below_point > half],
        ["exact", "tie_negative", "tie_positive", "up"],
        "down",
    )
    clamped = np.select([offset < low, offset > high], ["low", "high"], "inside")
    sign = np.select([t < 0, t > 0], ["negative", "positive"], "zero")
    for sample, values in (
        (_shift, sh),
        (_saturation, saturation),
        (_rounding, rounding),
        (_clamp, clamped),
        (_total, sign),
    ):
        for value in np.unique(values).tolist():
            sample(value)


def sample_layer(info: LayerInfo) -> None:
    """Sample a layer run through the core, or refused by it. Raises ValueError for a name outside the contract."""
    sides = list(info["padding_sides"])
    unknown = [side for side in sides if side not in SIDES]
    if info["error"] not in ERRORS or (info["mode"] not in MODES and info["error"] == "none") or unknown:
        raise ValueError(f"mode {info['mode']!r}, error {info['error']!r}, sides {sides}: not names of the contract")
    if info["error"] != "none":
        _error(info["error"])
        return
    top, bottom, left, right = info["pads"]
    _layer(
        info["mode"],
        info["stride"],
        *info["kernel"],
        top != bottom or left != right,
        info["stripe_remainder"],
        info["single_stripe"],
        info["ic_remainder"],
        info["oc_remainder"],
        info["back_pressure"],
    )
    for side in sides or ["none"]:
        _padding(side)


def export(path: Path = Path(FUNCTIONAL_FILE)) -> None:
    """Write everything sampled in this process; a bench writes it into its run folder, the working directory."""
    coverage_db.export_to_xml(str(path))
