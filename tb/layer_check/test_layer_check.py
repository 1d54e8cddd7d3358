"""Thousands of descriptors, half of them legal or nearly so, against the rules written in Python."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import ClockCycles, FallingEdge

from golden.contract import CONTRACT, DESCRIPTOR, ERRORS, KERNEL_MAX, MODES, PACKED_PIXEL
from tb.compare import Comparison, generator
from tb.signals import cycle, sample, start_clock

RANDOM_DESCRIPTORS = 3000
LEAST_HITS = 3  # of each error, and of legal descriptors
CHECK_CYCLES = 12
ORIGIN_BITS: int = CONTRACT["dimension"]["address_width"] + 2
CHECKED = [name for name in ERRORS if name not in ("metadata", "shift")]  # those are errors of parameter words
BASES = {f"{name}_size": f"{name}_base" for name in ("output", "weight", "parameter")}
Fields = dict[str, int]


@dataclass(frozen=True)
class Core:
    """Lanes and sizes of the buffers."""

    oc: int
    ic: int
    stripe: int
    activation_words: int
    weight_rows: int
    parameter_words: int
    output_words: int

    @classmethod
    def of(cls, dut: Any) -> "Core":
        """Read the parameters of the module."""
        names = ("OC_LANES", "IC_LANES", "STRIPE", "ACTIVATION_WORDS", "WEIGHT_ROWS", "PARAMETER_WORDS", "OUTPUT_WORDS")
        return cls(*(int(getattr(dut, name).value) for name in names))


def ceil(a: int, b: int) -> int:
    """Return a / b rounded up."""
    return -(-a // b)


def constants(f: Fields, core: Core) -> Fields:
    """Return the constants of a legal layer."""
    packed, depthwise = f["mode"] == MODES["packed"], f["mode"] == MODES["depthwise"]
    vectors = 1 if packed else ceil(f["channels_in"], core.ic)
    columns = min(KERNEL_MAX, core.ic) if depthwise else core.ic // PACKED_PIXEL if packed else 1
    pitch = 1 if packed else f["in_pitch"]
    base = f["activation_base"] * (core.ic // PACKED_PIXEL if packed else 1)
    return {
        "in_vectors": vectors,
        "tiles": ceil(f["channels_out"], min(core.oc, core.ic) if depthwise else core.oc),
        "in_pitch": pitch,
        "origin": (base - f["pad_top"] * f["in_row"] - f["pad_left"] * pitch) & ((1 << ORIGIN_BITS) - 1),
        "pixels": f["out_height"] * f["out_width"],
        "taps": f["kernel_height"] * ceil(f["kernel_width"], columns) * (1 if depthwise else vectors),
    }


def output_size(f: Fields, size: str, before: str, after: str, kernel: str) -> int:
    """Return the output size that follows from input, padding, kernel and stride; 0 when the kernel does not fit."""
    room = f[size] + f[before] + f[after] - f[kernel]
    return room // f["stride"] + 1 if room >= 0 else 0


def error_of(f: Fields, core: Core) -> str:
    """Return the first error that applies."""
    sizes = ("kernel_height", "kernel_width", "stride", "stripe", "height", "width", "out_height", "out_width",
             "channels_in", "channels_out")  # fmt: skip
    if f["mode"] not in MODES.values():
        return "mode"
    if any(f[name] == 0 for name in sizes):
        return "zero"
    if f["stride"] > 2:
        return "stride"
    if f["stripe"] > core.stripe:
        return "stripe"
    if f["out_height"] != output_size(f, "height", "pad_top", "pad_bottom", "kernel_height"):
        return "shape"
    if f["out_width"] != output_size(f, "width", "pad_left", "pad_right", "kernel_width"):
        return "shape"
    if f["mode"] == MODES["packed"] and f["channels_in"] > PACKED_PIXEL:
        return "channels"
    if f["mode"] == MODES["depthwise"] and f["channels_in"] != f["channels_out"]:
        return "channels"
    if f["clamp_low"] > f["clamp_high"]:
        return "clamp"
    if not ring_fits(f, core):
        return "activation_size"
    if f["out_pitch"] < ceil(f["channels_out"], core.oc):
        return "output_size"
    room = rooms(f, core)
    return next((name for name, words in room.items() if f[BASES[name]] > words), "none")


def span(f: Fields, core: Core) -> int:
    """Return the words from a layer's first input word to its last."""
    derived, packed = constants(f, core), f["mode"] == MODES["packed"]
    last = (f["height"] - 1) * f["in_row"] + (f["width"] - 1) * derived["in_pitch"]
    return ceil(last + 1, core.ic // PACKED_PIXEL) if packed else last + derived["in_vectors"]


def ring_fits(f: Fields, core: Core) -> bool:
    """Return whether the input lies in its ring, which lies in the buffer; neighbours never in the same bank."""
    start, end, base = f["ring_end"] - f["ring_words"], f["ring_end"], f["activation_base"]
    split = f["mode"] == MODES["packed"] and f["ring_words"] % 2 and base + span(f, core) > end
    return 0 <= start <= base < end <= core.activation_words and span(f, core) <= f["ring_words"] and not split


def rooms(f: Fields, core: Core) -> Fields:
    """Return for each error of a size the highest base address that a layer may have; negative when none."""
    derived = constants(f, core)
    rows = derived["taps"] * derived["tiles"] * core.oc
    written = (derived["pixels"] - 1) * f["out_pitch"] + ceil(f["channels_out"], core.oc)
    return {
        "output_size": core.output_words - written,
        "weight_size": core.weight_rows - 1 if rows <= core.weight_rows else -1,  # a ring
        "parameter_size": core.parameter_words - f["channels_out"],
    }


def fitting(rng: np.random.Generator, core: Core) -> Fields:
    """Return a descriptor whose fields go together; some exceed the buffers, many fill one of them to the last word."""
    depthwise = rng.integers(3) == 0
    mode = MODES["depthwise"] if depthwise else int(rng.choice([MODES["dense"], MODES["packed"]]))
    high = int(rng.choice([4, 20, 70]))
    f = {name: int(rng.integers(0, 1 << min(width, 8))) for name, width in DESCRIPTOR.widths.items()}
    f["mode"], f["stride"] = mode, int(rng.integers(1, 3))
    f["channels_in"] = int(rng.integers(1, PACKED_PIXEL + 1 if mode == MODES["packed"] else 41))
    f["channels_out"] = f["channels_in"] if depthwise else int(rng.integers(1, 41))
    f["stripe"] = int(rng.integers(1, core.stripe + 1))
    f["clamp_low"], f["clamp_high"] = sorted((f["clamp_low"], f["clamp_high"]))
    for size, out, before, after, kernel in (
        ("height", "out_height", "pad_top", "pad_bottom", "kernel_height"),
        ("width", "out_width", "pad_left", "pad_right", "kernel_width"),
    ):
        f[kernel], f[before], f[after] = (int(rng.integers(low, 8)) for low in (1, 0, 0))
        f[size] = int(rng.integers(max(1, f[kernel] - f[before] - f[after]), high + 1 + f[kernel]))
        f[out] = output_size(f, size, before, after, kernel)
    f["in_pitch"] = max(constants(f, core)["in_vectors"] + int(rng.integers(-1, 3)), 0)
    f["in_row"] = max(f["width"] * constants(f, core)["in_pitch"] + int(rng.integers(-1, 4)), 0)
    f["out_pitch"] = ceil(f["channels_out"], core.oc) + int(rng.choice([0, 0, 0, 1, 7]))
    f["ring_words"] = span(f, core) + int(rng.choice([-1, 0, 0, 0, 1, 2, 50]))
    f["ring_end"] = max(core.activation_words - int(rng.choice([-1, 0, 0, 100])), 0)
    if rng.integers(3) == 0:
        f["ring_end"] = f["ring_words"] + int(rng.choice([-1, 0, 0, 1]))
    f["ring_words"], f["ring_end"] = max(f["ring_words"], 0), max(f["ring_end"], 0)
    low, high = max(f["ring_end"] - f["ring_words"], 0), max(f["ring_end"] - 1, 0)
    f["activation_base"] = int(rng.choice([low, low, high, (low + high) // 2, max(low - 1, 0), high + 1]))
    for error, words in rooms(f, core).items():
        beyond = int(rng.choice([0, 0, 0, 1]))
        f[BASES[error]] = max(0, words + beyond) if rng.integers(3) else int(rng.integers(0, max(1, words)))
    return f


def disturbed(rng: np.random.Generator, f: Fields) -> Fields:
    """Return the descriptor with one or two fields changed by a little, or to anything."""
    for name in rng.choice(list(f), int(rng.integers(1, 3)), replace=False).tolist():
        width = DESCRIPTOR.widths[name]
        near = f[name] + int(rng.choice([-1, 1]))
        value = int(rng.choice([0, (1 << width) - 1, int(rng.integers(0, 1 << width)), near, near, near]))
        f = f | {name: min(max(value, 0), (1 << width) - 1)}
    return f


def corners(core: Core) -> list[Fields]:
    """Return legal and illegal descriptors at the ends of their fields."""
    one = {name: 0 for name in DESCRIPTOR.widths} | {
        name: 1 for name in ("kernel_height", "kernel_width", "stride", "stripe", "height", "width", "out_height",
                             "out_width", "channels_in", "channels_out", "in_pitch", "in_row", "out_pitch")
    } | {"ring_end": core.activation_words, "ring_words": core.activation_words}  # fmt: skip
    full = {name: (1 << width) - 1 for name, width in DESCRIPTOR.widths.items()}
    most = full["width"]
    wide = one | {"width": most, "out_width": most}
    return [
        one,
        wide,
        one | {"height": most, "out_height": (most + 1) // 2, "stride": 2},
        wide | {"kernel_width": 7, "pad_left": 7, "pad_right": 7, "width": most - 8},
        one | {"pad_top": 7, "pad_bottom": 7, "pad_left": 7, "pad_right": 7, "out_height": 15, "out_width": 15},
        one | {"kernel_height": 7, "kernel_width": 7, "height": 7, "width": 7},
        one | {"kernel_height": 7, "pad_top": 3, "pad_bottom": 2},
        one | {"kernel_height": 7, "pad_top": 3, "pad_bottom": 3},
        one | {"channels_in": full["channels_in"], "channels_out": full["channels_out"]},
        one | {"mode": MODES["depthwise"], "channels_in": full["channels_in"], "channels_out": full["channels_out"]},
        full | {"mode": MODES["dense"], "stride": 1, "stripe": 1, "out_height": most, "out_width": most},
        full | {"mode": MODES["dense"], "stride": 1, "stripe": 1, "kernel_height": 7, "kernel_width": 7, "pad_top": 6,
                "pad_bottom": 0, "pad_left": 0, "pad_right": 6},
        one | {"stripe": core.stripe},
        one | {"stripe": core.stripe + 1},
        one | {"parameter_base": full["parameter_base"]},
        one | {"weight_base": full["weight_base"]},
        full,
    ]  # fmt: skip


async def check(dut: Any, f: Fields, rng: np.random.Generator) -> None:
    """Start a check after some idle cycles and return in the cycle in which `done` must be high."""
    for _ in range(int(rng.integers(3))):
        await cycle(dut)
    await cycle(dut, start=1, descriptor=DESCRIPTOR.pack(**f))
    assert int(dut.done.value) == 0, "done before the check"
    await cycle(dut, start=0)
    await ClockCycles(dut.clk, CHECK_CYCLES - 2)
    await FallingEdge(dut.clk)
    assert int(dut.done.value) == 0, "done too early"
    await cycle(dut)
    assert int(dut.done.value) == 1, f"not done after {CHECK_CYCLES} cycles"


@cocotb.test()
async def test_descriptors(dut: Any) -> None:
    """Corners and random descriptors; every error many times, and the constants of every legal one."""
    comparison, rng, core = Comparison(), generator(), Core.of(dut)
    names = {number: name for name, number in ERRORS.items()}
    seen: Counter[str] = Counter()
    start_clock(dut, rst=1, start=0)
    await cycle(dut)
    await cycle(dut, rst=0)
    descriptors = corners(core)
    for number in range(RANDOM_DESCRIPTORS):
        f = fitting(rng, core)
        descriptors.append(disturbed(rng, f) if number % 2 else f)
    for f in descriptors:
        await check(dut, f, rng)
        expected = error_of(f, core)
        seen[expected] += 1
        comparison.equal(f"error of {f}", names[int(dut.error.value)], expected)
        if expected == "none":
            derived = constants(f, core)
            comparison.equal(f"{list(derived)} of {f}", sample(dut, derived), list(derived.values()))
    cocotb.log.info("errors %s", dict(seen))
    assert all(seen[name] >= LEAST_HITS for name in CHECKED), f"{seen}: expected each error {LEAST_HITS} times"
    comparison.done(minimum=len(descriptors))


@cocotb.test()
async def test_done_and_reset(dut: Any) -> None:
    """`done` lasts one cycle; a reset in any cycle of a check forgets it, and the next check is right."""
    comparison, rng, core = Comparison(), generator(), Core.of(dut)
    start_clock(dut, rst=1, start=0)
    await cycle(dut)
    await cycle(dut, rst=0)
    f = fitting(rng, core)
    for after in range(CHECK_CYCLES):
        await cycle(dut, start=1, descriptor=DESCRIPTOR.pack(**f))
        await cycle(dut, start=0)
        for _ in range(after):
            await cycle(dut)
        await cycle(dut, rst=1)
        await cycle(dut, rst=0)
        for _ in range(CHECK_CYCLES):
            comparison.equal(f"done after a reset in cycle {after}", int(dut.done.value), 0)
            await cycle(dut)
        f = disturbed(rng, fitting(rng, core))
        await check(dut, f, rng)
        comparison.equal(f"error of {f}", int(dut.error.value), ERRORS[error_of(f, core)])
        await cycle(dut)
        comparison.equal("done one cycle later", int(dut.done.value), 0)
    comparison.done(minimum=CHECK_CYCLES)
