"""Find where a wrong output went wrong: the first stage of the datapath that differs from the golden model."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor
from torch.nn.functional import pad

from golden.codes import decode
from golden.compile import CoreConfig, layer_mode, layer_taps, stripe_of
from golden.contract import ACC_WIDTH, ACT_WIDTH, CONTRACT, DELTA, SUM_WIDTH, WINDOW_WIDTH
from golden.integer import LayerTrace
from golden.layer import QuantizedLayer
from tb.compare import Integers

PRODUCT_WIDTH: int = CONTRACT["product"]["width"]


@dataclass(frozen=True)
class Place:
    """An output of a layer."""

    channel: int
    row: int
    column: int


@dataclass(frozen=True)
class Watch:
    """Events that the probes write, as half-open ranges: operands of the array, steps of the drain."""

    compute: range
    drain: range


@dataclass(frozen=True)
class Diagnosis:
    """The first difference on the way to a wrong output; ``cycle`` counts from the accepted descriptor.

    ``last_cycle`` is where the output passed its last stage, or the first difference when it never did.
    """

    stage: str
    cycle: int
    expected: int
    got: int
    last_cycle: int

    def __str__(self) -> str:
        """Return one line for the report."""
        return f"first difference: {self.stage}, expected {self.expected}, got {self.got}, cycle {self.cycle}"


@dataclass(frozen=True)
class _Stage:
    """One probe: its name, its file, field width and sign, the field and the events with their golden values."""

    name: str
    probe: str
    width: int
    signed: bool
    lane: int
    events: range
    expected: list[int]
    details: list[str]


def in_core_order(places: Integers, lanes: int) -> Place:
    """Return the place, of rows (channel, row, column), that the core writes first; ``lanes`` channels in a tile."""
    channel, row, column = places.T
    first = np.lexsort((channel, column, row, channel // lanes))[0]
    return Place(*(int(value) for value in places[first]))


def watch(layer: QuantizedLayer, trace: LayerTrace, config: CoreConfig, place: Place) -> Watch:
    """Return the events of the stripe that holds an output."""
    height, width = trace.output.shape[2:]
    tile = place.channel // config.tile_lanes(layer_mode(layer))
    stripe = stripe_of(place.row * width + place.column, height * width, config.nominal_stripe)
    first, taps = tile * height * width, len(layer_taps(layer, config))
    return Watch(
        compute=range((first + stripe.start) * taps, (first + stripe.stop) * taps),
        drain=range((first + stripe.start) * config.drain_groups, (first + stripe.stop) * config.drain_groups),
    )


def diagnose(
    layer: QuantizedLayer, x: Tensor, trace: LayerTrace, config: CoreConfig, place: Place, folder: Path
) -> Diagnosis | None:
    """Return the first difference in time between the probes of a run and the golden model, None when there is none.

    x: int64 (1, IC, H, W); folder: holds the probes of the events of ``watch``. A stage that an output never
    reached differs in the cycle after its last event, with got = 0.
    """
    differences: list[Diagnosis] = []
    last = 0
    for stage in _stages(layer, x, trace, config, place):
        seen = _read(folder / f"{stage.probe}.probe", stage)
        for event, expected, detail in zip(stage.events, stage.expected, stage.details, strict=True):
            cycle, got = seen.get(event, (last + 1, 0))
            last = max(last, cycle)
            if got != expected or event not in seen:
                name = stage.name + detail + ("" if event in seen else " (never reached)")
                differences.append(Diagnosis(name, cycle, expected, got, 0))
    if not differences:
        return None
    first = min(differences, key=lambda difference: difference.cycle)
    return Diagnosis(first.stage, first.cycle, first.expected, first.got, last)


def _stages(layer: QuantizedLayer, x: Tensor, trace: LayerTrace, config: CoreConfig, place: Place) -> list[_Stage]:
    events = watch(layer, trace, config, place)
    c, width = place.channel, trace.output.shape[3]
    lanes = config.tile_lanes(layer_mode(layer))
    lane, pixel = c % lanes, place.row * width + place.column
    stripe = stripe_of(pixel, trace.output.shape[2] * width, config.nominal_stripe)
    computes = range(events.compute.start + pixel - stripe.start, events.compute.stop, len(stripe))
    group, drained_lane = divmod(lane, config.drained_lanes)
    step = events.drain.start + (pixel - stripe.start) * config.drain_groups + group
    padding = (layer.pad_left, layer.pad_right, layer.pad_top, layer.pad_bottom)
    y, left = place.row * layer.stride, place.column * layer.stride
    kh, kw = layer.kernel
    seen = pad(x[0], padding, value=layer.zero_in)[:, y : y + kh, left : left + kw].numpy()
    seen = seen[c : c + 1] if layer.depthwise else seen
    weights = decode(layer.codes[c : c + 1], layer.metadata[c : c + 1])[0].numpy()
    taps = layer_taps(layer, config)
    parts = [
        np.s_[tap.channels.start : tap.channels.stop, tap.ky, tap.columns.start : tap.columns.stop] for tap in taps
    ]
    sums = [int((seen[part] * weights[part]).sum()) for part in parts]
    windows = [int(seen[part].sum()) for part in parts]
    where = [f" at {tap}" for tap in taps]
    sum_bits = PRODUCT_WIDTH + config.ic_lanes.bit_length() - 1
    term_bits = ACT_WIDTH + config.ic_lanes.bit_length()
    window_lane = lane if layer.depthwise else 0

    def drained(name: str, probe: str, bits: int, signed: bool, values: Tensor) -> _Stage:
        value = int(values[0, c if values.shape[1] > 1 else 0, place.row, place.column])
        return _Stage(name, probe, bits, signed, drained_lane, range(step, step + 1), [value], [""])

    return [
        _Stage("product sum", "product_sum", sum_bits, True, lane, computes, sums, where),
        _Stage("window term", "window_term", term_bits, False, window_lane, computes, windows, where),
        drained("accumulator", "accumulator", ACC_WIDTH, True, trace.accumulator),
        drained("window sum", "window_sum", WINDOW_WIDTH, False, trace.window),
        drained("BCE term", "bce", DELTA["term_width"], True, trace.bce),
        drained("sum of accumulator, BCE term and bias", "total", SUM_WIDTH, True, trace.total),
        drained("requantized output", "output", ACT_WIDTH, False, trace.output),
    ]


def _read(path: Path, stage: _Stage) -> dict[int, tuple[int, int]]:
    """Return cycle and value by event number; unknown bits read as 0."""
    seen = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        number, cycle, digits = line.split()
        word = int("".join(digit if digit in "0123456789abcdef" else "0" for digit in digits.lower()), 16)
        value = word >> (stage.lane * stage.width) & ((1 << stage.width) - 1)
        negative = stage.signed and value >> (stage.width - 1)
        seen[int(number)] = (int(cycle), value - (1 << stage.width) if negative else value)
    return seen
