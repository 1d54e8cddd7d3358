"""The order in which the core works on a layer: modes, tiles, taps, stripes, and the cycles they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from golden.contract import DESCRIPTOR, KERNEL_MAX, PACKED_PIXEL
from golden.errors import LayerError

if TYPE_CHECKING:  # what schedules need not import torch
    from golden.layer import QuantizedLayer

CHECK = 13
"""Cycles of the descriptor check."""
FLOW = 10
"""Cycles from the last operand to done, less the drain of its stripe."""
HANDOVER = 4
"""Cycles from a stripe's last operand to its drain, and from the drain's end to a free bank."""
STRIPE_SHORTEST = 8
"""Shortest stripe that the compiler chooses, where the banks hold it."""


@dataclass(frozen=True)
class CoreConfig:
    """Parameters of the core that decide layouts and order; lanes are powers of two, at least 4.

    rq_lanes: requantization lanes, a power of two up to OC_LANES; None for half of OC_LANES, at least 1.
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
        return max(self.oc_lanes // 2, 1) if self.rq_lanes is None else self.rq_lanes

    @property
    def drain_groups(self) -> int:
        """Return the cycles that one pixel's lanes take to be requantized."""
        return self.oc_lanes // self.drained_lanes

    @property
    def longest_stripe(self) -> int:
        """Return the largest L: a bank holds it, and the descriptor's field."""
        return min(self.stripe, (1 << DESCRIPTOR.widths["stripe"]) - 1)

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


def layer_mode(layer: "QuantizedLayer") -> str:
    """Return the core's mode of a layer: packed where a dense layer has at most 4 input channels."""
    if layer.depthwise:
        return "depthwise"
    return "packed" if layer.channels_in <= PACKED_PIXEL and layer.kernel[1] > 1 else "dense"


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


def layer_taps(layer: "QuantizedLayer", config: CoreConfig, mode: str = "") -> list[Tap]:
    """Return the taps of a pixel in the core's order: kernel row, columns, channels of ``codes``.

    mode: the core's, that of ``layer_mode`` when empty.
    """
    mode = mode or layer_mode(layer)
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
    """Return the stripe of a pixel: L pixels while 2 L remain, then two halves of the rest, or one of at most L."""
    whole = max(pixels // nominal - 1, 0) * nominal
    if pixel < whole:
        start = pixel // nominal * nominal
        return range(start, start + nominal)
    rest = pixels - whole
    middle = pixels if rest <= nominal else whole + (rest + 1) // 2
    return range(whole, middle) if pixel < middle else range(middle, pixels)


def stripes(pixels: int, nominal: int) -> list[range]:
    """Return the stripes of a tile, in order."""
    cut = [stripe_of(0, pixels, nominal)]
    while cut[-1].stop < pixels:
        cut.append(stripe_of(cut[-1].stop, pixels, nominal))
    return cut


def tap_cycles(stripe: range, columns: int, depthwise: bool, stride: int, out_width: int) -> int:
    """Return the cycles of a tap on a stripe: one a pixel, and the columns that fill the depthwise window."""
    if not depthwise:
        return len(stripe)
    rows = _rows(stripe, out_width)
    return rows * columns + (len(stripe) - rows) * min(stride, columns)


def _rows(stripe: range, out_width: int) -> int:
    """Return the rows that a stripe has pixels in."""
    return (stripe.stop - 1) // out_width - stripe.start // out_width + 1


def _settling(taps: Sequence[int], oc_lanes: int) -> int:
    """Return the waits of taps of one cycle right behind one that hid the loading of their weights."""
    return sum(before >= oc_lanes and cycles == 1 for before, cycles in pairwise(taps))


def predict_counters(
    layer: "QuantizedLayer", height: int, width: int, config: CoreConfig, nominal: int, mode: str = ""
) -> dict[str, int]:
    """Return the core's counters for an H x W input and the stripe length L, without back-pressure.

    mode: the core's, that of ``layer_mode`` when empty.

    Exact while every stripe is drained before the last tap of another begins. Else the wait for the drain is computed
    stripe by stripe, from two banks that take turns and one drain, and the wait of a tile's parameters for the slot of
    the tile two before is left out, which matters for layers of a few hundred cycles.
    """
    mode, (oh, ow) = mode or layer_mode(layer), layer.output_shape(height, width)
    tiles = -(-layer.channels_out // config.tile_lanes(mode))
    columns = [len(tap.columns) for tap in layer_taps(layer, config, mode)]
    cut = stripes(oh * ow, nominal)
    lanes, kinds = config.oc_lanes, [(len(stripe), _rows(stripe, ow)) for stripe in cut]  # which decide the cycles
    taps = {
        kind: [tap_cycles(stripe, k, mode == "depthwise", layer.stride, ow) for k in columns]
        for kind, stripe in dict(zip(kinds, cut, strict=True)).items()
    }
    needed = {kind: sum(max(n, lanes) for n in of_tap) + _settling(of_tap, lanes) for kind, of_tap in taps.items()}
    computing = [needed[kind] for kind in kinds]
    drains = [len(stripe) * config.drain_groups for stripe in cut]
    now, drained, free, waited = 0, 0, [0, 0], 0
    for number in range(tiles * len(cut)):
        stripe, bank = number % len(cut), number % 2
        waited += max(free[bank] - now, 0)
        now = max(free[bank], now) + computing[stripe]
        drained = free[bank] = max(now + HANDOVER, drained) + drains[stripe]
    busy, passed = oh * ow * len(columns), sum(sum(taps[kind]) for kind in kinds)
    counters = {
        "setup": CHECK,
        "busy": tiles * busy,
        "window": tiles * (passed - busy),
        "weights": config.oc_lanes + tiles * (sum(computing) - passed) - max(config.oc_lanes - taps[kinds[-1]][-1], 0),
        "drain": waited,
        "tail": drains[-1] + FLOW,
    }
    return counters | {"cycles": sum(counters.values())}


def choose_stripe(layer: "QuantizedLayer", height: int, width: int, config: CoreConfig, mode: str = "") -> int:
    """Return the stripe length L of the fewest predicted cycles, among those that cut a tile about equally."""
    oh, ow = layer.output_shape(height, width)
    longest = config.longest_stripe
    counts = {-(-oh * ow // length) for length in range(min(STRIPE_SHORTEST, longest), longest + 1)}
    costs: dict[int, int] = {
        length: predict_counters(layer, height, width, config, length, mode)["cycles"]
        for length in {-(-oh * ow // count) for count in counts}
    }
    return min((cost, length) for length, cost in costs.items())[1]
