"""Stimuli of single elements: what one AE, one multiplier, one 3x and one decoder of the array see of real layers."""

import random
from collections.abc import Iterator

from golden.contract import CODE_WIDTH, CONTRACT, LEVEL_BITS, N2_LSB, N2_MAX, PARITY_LSB, RUNGS
from golden.schedule import CoreConfig
from ppa.blocks import Design
from ppa.operands import Burst, bursts, random_place, real_operands
from ppa.stimulus import Stimulus

CONFIG = CoreConfig()
CYCLES = 3000
"""Cycles of every layer."""
FOLLOWED = 8
"""AEs of every layer, one after another."""
LEVEL = (1 << LEVEL_BITS) - 1
SHIFT = (1 << CONTRACT["ladder"]["shift_bits"]) - 1
EXPONENTS = (RUNGS + 1) // 2
"""Exponents of the magnitudes, from 0 on: lines of a one-hot exponent."""


def controls(code: int, meta: int) -> tuple[int, int, int, int]:
    """Return what the weight decoder makes of a code: two, three, negative, shift; the last for level 0 too."""
    level, n2 = code & LEVEL, min(meta >> N2_LSB, N2_MAX)
    step = (level - 1) & LEVEL
    rung = step + min(step, n2) + (meta >> PARITY_LSB & 1)
    nonzero = int(level > 0)
    two, three = nonzero & ~rung & 1, nonzero & rung & 1
    return two, three, nonzero & code >> (CODE_WIDTH - 1), rung >> 1 & SHIFT


def one_hot(shift: int) -> int:
    """Return the lines of a one-hot exponent."""
    return 1 << shift


def followed(design: Design, seed: int) -> Iterator[tuple[Burst, int, int, range]]:
    """Yield what AEs see: a burst, the AE's output and input lane, and the pixels of the burst.

    FOLLOWED AEs of every layer, each from a random stripe of a random tile on, together CYCLES cycles of a layer.
    """
    chosen = random.Random(seed)
    for operands in real_operands():
        for _ in range(FOLLOWED):
            oc, ic = chosen.randrange(CONFIG.oc_lanes), chosen.randrange(CONFIG.ic_lanes)
            left = CYCLES // FOLLOWED
            for burst in bursts(operands, design, CONFIG, *random_place(operands, CONFIG, chosen)):
                pixels = range(min(len(burst.x), left))
                yield burst, oc, ic, pixels
                left -= len(pixels)
                if not left:
                    break


def multiplier_stimulus(design: Design, seed: int = 0) -> Stimulus:
    """Return the products of single multipliers."""
    stream = [(int(b.x[p, ic]), int(b.weights[oc, ic])) for b, oc, ic, pixels in followed(design, seed) for p in pixels]
    xs, weights = map(list, zip(*stream, strict=True))
    return Stimulus(
        "products of real layers", {"x": xs, "weight": weights}, {"product": [x * w for x, w in stream]}, 1.0
    )


def complete_stimulus(seed: int = 0) -> Stimulus:
    """Return the products of complete AEs: code and metadata in, two's complement out."""
    inputs: dict[str, list[int]] = {"x": [], "code": [], "meta": []}
    products: list[int | None] = []
    for burst, oc, ic, pixels in followed("ours", seed):
        xs = [int(burst.x[p, ic]) for p in pixels]
        inputs["x"] += xs
        inputs["code"] += [int(burst.codes[oc, ic])] * len(xs)
        inputs["meta"] += [int(burst.metadata[oc])] * len(xs)
        products += [x * int(burst.weights[oc, ic]) for x in xs]
    return Stimulus("products of real layers", inputs, {"product": products}, 1.0)


def element_stimulus(seed: int = 0) -> Stimulus:
    """Return the products of AEs as they stand in the array: decoded weights and 3x in, one's complement out."""
    names = ("two", "three", "negative", "shift")
    inputs: dict[str, list[int]] = {name: [] for name in ("x", "x3", *names)}
    products: list[int | None] = []
    for burst, oc, ic, pixels in followed("ours", seed):
        xs = [int(burst.x[p, ic]) for p in pixels]
        decoded = controls(int(burst.codes[oc, ic]), int(burst.metadata[oc]))
        inputs["x"] += xs
        inputs["x3"] += [3 * x for x in xs]
        for name, value in zip(names, decoded, strict=True):
            inputs[name] += [value] * len(xs)
        products += [x * int(burst.weights[oc, ic]) - decoded[2] for x in xs]
    return Stimulus("products of real layers", inputs, {"product": products}, 1.0)


def triple_stimulus(seed: int = 0) -> Stimulus:
    """Return the activations of input lanes, for the 3x that OC_LANES AEs share."""
    xs = [int(burst.x[p, ic]) for burst, _, ic, pixels in followed("ours", seed) for p in pixels]
    return Stimulus("activations of real layers", {"x": xs}, {"x3": [3 * x for x in xs]}, CONFIG.oc_lanes)


def decoder_stimulus(seed: int = 0, *, lines: bool = False) -> Stimulus:
    """Return the rows of weights that an input lane's decoder sees: one a cycle of a tap, then the last one stays.

    lines: its exponent is one-hot.
    """
    codes, metadata = [], []
    for burst, _, ic, pixels in followed("ours", seed):
        rows = [min(p, CONFIG.oc_lanes - 1) for p in pixels]
        codes += [int(burst.codes[row, ic]) for row in rows]
        metadata += [int(burst.metadata[row]) for row in rows]
    decoded = zip(*map(controls, codes, metadata), strict=True)
    expected: dict[str, list[int | None]] = {
        name: list(values) for name, values in zip(("two", "three", "negative", "shift"), decoded, strict=True)
    }
    if lines:
        expected["shift"] = [one_hot(shift or 0) for shift in expected["shift"]]
    return Stimulus("codes of real layers", {"code": codes, "meta": metadata}, expected, CONFIG.oc_lanes)
