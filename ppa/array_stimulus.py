"""Stimulus of the whole array: rows of weights and parameters, operands, accumulation and requantization of stripes."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from golden.contract import ACC_WIDTH, ACT_WIDTH, CODE_WIDTH, PARAMETER, POINT
from golden.integer import bce_term, delta_value, requantize
from golden.quantize import encode_delta, encode_ratio
from golden.schedule import CoreConfig
from ppa.blocks import WEIGHT_WIDTHS, Design, baseline_widths
from ppa.operands import OFFSET, SIGNED_ACTIVATIONS, Burst, Operands, bursts, random_place, real_operands
from ppa.stimulus import Stimulus, pack

CONFIG = CoreConfig()
LAYERS = ("resnet_fashion block0.conv1", "efficientnet_lite0 blocks.1.project", "efficientnet_lite0 blocks.8.expand")
SHORT = LAYERS[:1]
"""Layers with glitches: their simulation of a whole array takes minutes."""
STRIPES = 2
"""Stripes of every layer: while the second one computes, the first one drains."""
DRAIN = 5
"""Cycles of the requantization pipeline."""
LOAD = CONFIG.oc_lanes + 1
"""Cycles before a layer's first operand."""


@dataclass(frozen=True)
class Parameters:
    """Per-channel constants of a tile for a design, int64 (OC_LANES,)."""

    metadata: Tensor
    delta: Tensor
    bias: Tensor
    multiplier: Tensor
    shift: Tensor

    def words(self) -> list[int]:
        """Return the parameter word of each lane."""
        columns = {name: getattr(self, name).tolist() for name in PARAMETER.widths}
        return [PARAMETER.pack(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def tile_parameters(operands: Operands, design: Design, tile: int) -> Parameters:
    """Return a tile's constants, so that the outputs of a multiplier design are about ours: rescaled by the weights."""
    layer, of_tile = operands.layer, slice(tile * CONFIG.oc_lanes, (tile + 1) * CONFIG.oc_lanes)
    metadata, delta, bias = layer.metadata[of_tile], layer.delta[of_tile], layer.bias[of_tile]
    multiplier, shift = layer.multiplier[of_tile], layer.shift[of_tile]
    if design != "ours":
        weights = operands.weights[design][of_tile].flatten(1)
        size = operands.weights["ours"][of_tile].flatten(1).abs().sum(1).double() / weights.abs().sum(1).double()
        multiplier, shift = encode_ratio(torch.ldexp(multiplier.double(), -shift - POINT) * size)
        own, corrected = operands.weights["ours"][of_tile].flatten(1), delta_value(delta)
        delta = encode_delta(corrected / size)
        real = (bias + layer.zero_in * (own.sum(1) + own.shape[1] * corrected)) / size  # without the zero point
        real -= layer.zero_in * (weights.sum(1) + own.shape[1] * delta_value(delta))
        bias = real.round().long() + (OFFSET * weights.sum(1) if design == SIGNED_ACTIVATIONS else 0)
    return Parameters(metadata, delta, bias, multiplier, shift)


def array_stimulus(
    design: Design,
    seed: int = 0,
    change: Callable[[Operands], Operands] = lambda operands: operands,
    layers: Sequence[str] = LAYERS,
) -> Stimulus:
    """Return some hundred cycles of the array on some layers: STRIPES stripes of a tile each, drained as they end.

    ``layers``: of LAYERS, in their order. The first ones' stripes are the same whatever follows. ``change`` makes other
    layers of them: those that a variant of the array can compute.
    Accumulators are outside the array: their entries come from and go to this stimulus. Warm-up is the first layer's
    load. Between two layers the array waits until the last stripe has drained.
    """
    chosen, frames = random.Random(seed), Frames(design)
    for number, operands in enumerate(o for o in real_operands() if o.name in layers):
        tile, stripe = random_place(operands, CONFIG, chosen, STRIPES)
        frames.layer(change(operands), tile, stripe, number % 2)
    return frames.stimulus()


class Frames:
    """The cycles of a stimulus of the array while they are laid out."""

    HELD = (
        "vector", "row", "codes", "row_slot", "row_parameters", "previous", "previous_window", "read_select",
        "read_group", "drained", "drained_window", "zero_out", "clamp_low", "clamp_high",
    )  # fmt: skip
    PULSES = ("vector_valid", "enable", "row_valid", "row_first", "swap", "first", "drain")

    def __init__(self, design: Design) -> None:
        self.design = design
        self.accumulator_bits = int(baseline_widths(design).get("ACCUMULATOR_WIDTH", ACC_WIDTH))
        self.frames: list[dict[str, int]] = []
        self.expected: list[dict[str, int]] = []
        self.warmup = 0

    def at(self, cycle: int) -> dict[str, int]:
        """Return a cycle's inputs, to be filled."""
        while len(self.frames) <= cycle:
            self.frames.append({})
            self.expected.append({})
        return self.frames[cycle]

    def layer(self, operands: Operands, tile: int, first_stripe: int, slot: int) -> None:
        """Append STRIPES stripes of a tile, or as many as there are."""
        layer, start = operands.layer, len(self.frames)
        parameters = tile_parameters(operands, self.design, tile)
        taps = list(self._taps(operands, tile, first_stripe))
        self.at(start).update(zero_out=layer.zero_out, clamp_low=layer.clamp_low, clamp_high=layer.clamp_high)
        self._rows(taps[0], parameters, slot, start, load_parameters=True)
        self.warmup = self.warmup or start + LOAD
        cycle, drained = start + LOAD, start
        sums = windows = torch.zeros(0)
        for index, burst in enumerate(taps):
            self.at(cycle)["swap"] = 1
            if index + 1 < len(taps):
                self._rows(taps[index + 1], parameters, slot, cycle, load_parameters=False)
            if burst.first:
                sums = torch.zeros(len(burst.x), CONFIG.oc_lanes, dtype=torch.int64)
                windows = torch.zeros(len(burst.x), dtype=torch.int64)
            sums, windows = self._operands(burst, cycle, sums, windows)
            cycle += max(len(burst.x), CONFIG.oc_lanes)
            if burst.last:
                drained = self._drain(operands, parameters, slot, sums, windows, max(cycle + 2, drained))
        self.at(drained + DRAIN)

    def _taps(self, operands: Operands, tile: int, first_stripe: int) -> list[Burst]:
        found: list[Burst] = []
        for burst in bursts(operands, self.design, CONFIG, tile, first_stripe):
            found.append(burst)
            if sum(b.last for b in found) == STRIPES:
                break
        return found

    def _rows(self, burst: Burst, parameters: Parameters, slot: int, cycle: int, *, load_parameters: bool) -> None:
        """Write a tap's rows of weights from a cycle on, with a tile's first tap its parameters too."""
        ours = self.design == "ours"
        rows = burst.codes if ours else burst.weights
        width = CODE_WIDTH if ours else WEIGHT_WIDTHS[self.design]
        words = parameters.words()
        for row in range(CONFIG.oc_lanes):
            frame = self.at(cycle + row)
            frame.update(row_valid=1, row=row, codes=pack(rows[row].tolist(), width), row_slot=slot)
            if load_parameters:
                frame.update(row_first=1, row_parameters=words[row])

    def _operands(self, burst: Burst, cycle: int, sums: Tensor, windows: Tensor) -> tuple[Tensor, Tensor]:
        """Stream a tap's vectors and return the accumulators and S of its pixels."""
        seen = burst.x + (OFFSET if self.design == SIGNED_ACTIVATIONS else 0)  # S is of the bytes
        added, window = sums + burst.x @ burst.weights.T, windows + seen.sum(1)
        for pixel in range(len(burst.x)):
            self.at(cycle + pixel).update(vector=pack(burst.x[pixel].tolist(), ACT_WIDTH), vector_valid=1)
            self.at(cycle + pixel + 1)["enable"] = 1
            now = self.at(cycle + pixel + 2)
            now.update(first=int(burst.first), previous=self._entry(sums[pixel]), previous_window=int(windows[pixel]))
            self.expected[cycle + pixel + 2].update(next=self._entry(added[pixel]), next_window=int(window[pixel]))
        return added, window

    def _drain(
        self, operands: Operands, parameters: Parameters, slot: int, sums: Tensor, windows: Tensor, cycle: int
    ) -> int:
        """Requantize a stripe, a group of lanes a cycle, and return the cycle after its last one."""
        layer, p, lanes = operands.layer, parameters, CONFIG.drained_lanes
        total = sums + bce_term(p.delta, windows[:, None]) + p.bias
        outputs = requantize(total, p.multiplier, p.shift, layer.zero_out, layer.clamp_low, layer.clamp_high)
        for pixel in range(len(sums)):
            for group in range(CONFIG.drain_groups):
                now = self.at(cycle)
                now.update(
                    drained=self._entry(sums[pixel]),
                    drained_window=int(windows[pixel]),
                    drain=1,
                    read_group=1 << group,
                    read_select=1 << CONFIG.drain_groups * slot + group,
                )
                self.at(cycle + DRAIN)
                own = outputs[pixel, group * lanes : (group + 1) * lanes]
                self.expected[cycle + DRAIN]["y"] = pack(own.tolist(), ACT_WIDTH)
                cycle += 1
        return cycle

    def _entry(self, lanes: Tensor) -> int:
        return pack(lanes.tolist(), self.accumulator_bits)

    def stimulus(self) -> Stimulus:
        """Return what was laid out: ports keep their values until the next one, pulses last a cycle."""
        inputs: dict[str, list[int]] = {name: [] for name in (*self.PULSES, *self.HELD)}
        for frame in self.frames:
            for name, values in inputs.items():
                before = values[-1] if values and name in self.HELD else 0
                values.append(frame.get(name, before))
        expected = {name: [frame.get(name) for frame in self.expected] for name in ("next", "next_window", "y")}
        macs = CONFIG.oc_lanes * CONFIG.ic_lanes * sum(inputs["vector_valid"][self.warmup :])
        operations = macs / (len(self.frames) - self.warmup)
        return Stimulus("stripes of real layers", inputs, expected, operations, self.warmup, "clk")
