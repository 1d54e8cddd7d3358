"""Stimulus of one dot-product lane of the array: weights loaded a tap ahead, pixels of a stripe, accumulation."""

import random
from typing import Literal

from golden.contract import CODE_WIDTH, CONTRACT
from golden.schedule import CoreConfig
from ppa.blocks import IC_LANES, WEIGHT_WIDTHS, Design
from ppa.element_stimulus import EXPONENTS, controls, one_hot
from ppa.operands import Burst, bursts, random_place, real_operands
from ppa.stimulus import Stimulus, pack

CONFIG = CoreConfig()
SHIFT_BITS: int = CONTRACT["ladder"]["shift_bits"]
CYCLES = 300
"""Cycles of every layer, about: whole bursts."""
LOAD = 2
"""Cycles before the first operand."""
Form = Literal["decoded", "one_hot", "codes"]
"""What our lane's registers take: decoded weights, such with their exponents one-hot, or codes and metadata."""


def lane_stimulus(design: Design, seed: int = 0, form: Form = "decoded") -> Stimulus:
    """Return some hundred cycles of one lane on every layer. form: of our lane.

    A burst takes a cycle a pixel, and OC_LANES at least; the next one's weights enter meanwhile. The entry register
    starts anew with every burst. Warm-up is the first burst.
    """
    chosen = random.Random(seed)
    lanes: list[tuple[Burst, int]] = []
    for operands in real_operands():
        lane, cycles = chosen.randrange(CONFIG.oc_lanes), 0
        for burst in bursts(operands, design, CONFIG, *random_place(operands, CONFIG, chosen)):
            lanes.append((burst, lane))
            cycles += len(burst.x)
            if cycles >= CYCLES:
                break
    rows = [_row(burst, lane, design, form) for burst, lane in lanes]
    weights, activations = list(rows[0]), ["x", "x3"] if design == "ours" else ["x"]
    names = ["row_valid", *weights, "swap", "enable", "accumulate", "first", *activations]
    cycles = LOAD + sum(max(len(burst.x), CONFIG.oc_lanes) for burst, _ in lanes) + 2
    inputs = {name: [0] * cycles for name in names}
    expected: list[int | None] = [None] * cycles
    inputs["row_valid"][0] = inputs["swap"][1] = 1
    for port, value in rows[0].items():
        inputs[port][0] = value
    cycle, warmup = LOAD, 0
    for index, (burst, lane) in enumerate(lanes):
        span = max(len(burst.x), CONFIG.oc_lanes)
        sums = burst.x @ burst.weights[lane]
        for pixel in range(len(burst.x)):
            now = cycle + pixel
            inputs["enable"][now] = inputs["accumulate"][now + 1] = 1
            inputs["first"][now + 1] = int(pixel == 0)
            expected[now + 2] = int(sums[: pixel + 1].sum())
        for now in range(cycle, cycle + span):
            x = burst.x[min(now - cycle, len(burst.x) - 1)]
            inputs["x"][now] = pack(x.tolist(), 8)
            if design == "ours":
                inputs["x3"][now] = pack((3 * x).tolist(), 10)
        if index + 1 < len(lanes):
            load = cycle + min(lane, span - 2)
            inputs["row_valid"][load] = inputs["swap"][cycle + span - 1] = 1
            for port, value in rows[index + 1].items():
                inputs[port][load] = value
        cycle += span
        warmup = warmup or cycle
    for name in (*weights, *activations):
        _hold(inputs[name], inputs["row_valid"] if name in weights else None, cycle)
    operations = IC_LANES * sum(inputs["enable"][warmup:]) / (cycles - warmup)
    return Stimulus("dot products of real layers", inputs, {"entry": expected}, operations, warmup, "clk")


def _row(burst: Burst, lane: int, design: Design, form: Form) -> dict[str, int]:
    """Return a lane's weights as its registers take them, by port."""
    if design != "ours":
        return {"weights": pack(burst.weights[lane].tolist(), WEIGHT_WIDTHS[design])}
    codes, meta = burst.codes[lane].tolist(), int(burst.metadata[lane])
    if form == "codes":
        return {"codes": pack(codes, CODE_WIDTH), "meta": meta}
    two, three, negative, shift = zip(*(controls(code, meta) for code in codes), strict=True)
    flags = pack([pack(two, 1), pack(negative, 1), pack(three, 1)], IC_LANES)
    exponents = pack(map(one_hot, shift), EXPONENTS) if form == "one_hot" else pack(shift, SHIFT_BITS)
    return {"decoded": flags | exponents << 3 * IC_LANES}


def _hold(values: list[int], valid: list[int] | None, end: int) -> None:
    """Let a port keep its last valid value: between rows of weights, or from the end of the operands on."""
    for cycle in range(1, len(values)):
        if (valid is not None and not valid[cycle]) or cycle >= end:
            values[cycle] = values[cycle - 1]
