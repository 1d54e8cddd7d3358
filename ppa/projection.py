"""Projection of measured blocks to the publication's 40 nm: GOPS/mm2 and TOPS/W with a range. No measurement.

Area scales with the area of a NAND2, delay with that of an inverter with four loads, energy with the capacitance of a
NAND2's input and the square of the supply. Memories, which are outside the measured blocks, come from a model.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from golden.contract import ACC_WIDTH, ACT_WIDTH, CODE_WIDTH, CONTRACT, WINDOW_WIDTH
from golden.program.system import SystemConfig
from ppa.assumptions import ASSUMPTIONS
from ppa.blocks import OUR_CORE
from ppa.power_report import energy
from ppa.reference import Process

PUBLISHED = {"GOPS/mm2": 336.3, "TOPS/W": 12.2, "area, mm2": 0.80, "GOPS": 336.3 * 0.80}
HEADER = ("figure at 40 nm", "projected", "likely range", "all at their ends", "publication")
ASSUMPTION_HEADER = ("assumed", "low", "mid", "high", "unit", "reason", "GOPS/mm2", "TOPS/W")
OPERATIONS = 2  # of a multiply-accumulate


@dataclass(frozen=True)
class Measured:
    """What is measured, in SI but for areas in the Liberty's unit.

    mac_j: energy of a multiply-accumulate in the array without glitches. glitches: what they multiply it by, in a lane.
    period_s and core_area: of one netlist, made for speed. small_core_area: of one made small, as the array's is.
    """

    array_area: float
    core_area: float
    small_core_area: float
    period_s: float
    mac_j: float
    glitches: float
    process: Process


@dataclass(frozen=True)
class Memories:
    """Bits that are kept, and bits that a cycle of a dense layer reads and writes."""

    bits: int
    buffer_bits: float
    accumulator_bits: float

    @classmethod
    def of(cls, system: SystemConfig) -> "Memories":
        """Return those of an accelerator."""
        core = system.core
        entry = core.oc_lanes * (ACC_WIDTH + CONTRACT["window"]["depthwise_width"]) + WINDOW_WIDTH
        buffers = sum(8 * system.word_bytes[name] * words for name, words in system.depths.items())
        weights = core.oc_lanes * core.ic_lanes * CODE_WIDTH / core.stripe
        used = core.oc_lanes * ACC_WIDTH + WINDOW_WIDTH
        return cls(buffers + 2 * core.stripe * entry, core.ic_lanes * ACT_WIDTH + weights, 2 * used)


def measured_of(result: dict[str, Any]) -> Measured | None:
    """Return what a result holds for the projection, None when a group or the process is missing."""
    groups, process = result["groups"], result.get("process")
    arrays = [block for block in groups.get("array", []) if block["design"] == "ours"]
    cores = [block for block in groups.get("shares", []) if block["block"] == OUR_CORE.name]
    if not arrays or not groups.get("core") or not cores or not process:
        return None
    lanes = [energy(groups.get("lane", []), "ours", glitches=glitches) for glitches in (False, True)]
    return Measured(
        array_area=arrays[0]["area"],
        core_area=groups["core"][0]["area"],
        small_core_area=cores[0]["area"],
        period_s=groups["core"][0]["period_ps"] * 1e-12,
        mac_j=energy(arrays, "ours", glitches=False),
        glitches=lanes[1] / lanes[0] if all(lanes) else 1.0,
        process=Process(**process),
    )


def figures(measured: Measured, memories: Memories, macs: int, a: Mapping[str, float]) -> dict[str, float]:
    """Return the figures at 40 nm for one value of each assumption; ``macs`` are done in a cycle."""
    source = measured.process
    gate = a["nand2_um2"] / a["utilization"] / source.nand2_area
    core = measured.core_area * gate * 1e-6
    logic = core * (1 + a["other_logic"])
    memory = memories.bits * a["bitcell_um2"] * a["ports"] / a["memory_efficiency"] * 1e-6
    seconds = measured.period_s * a["fo4_ps"] * 1e-12 / source.fo4_s * a["wire_delay"]
    charge = a["nand2_ff"] * 1e-15 / source.nand2_f * (a["supply_v"] / source.supply_v) ** 2
    outside = measured.small_core_area * (1 + a["other_logic"]) / measured.array_area - 1
    dynamic = measured.mac_j * measured.glitches * charge * a["wire_energy"] * a["clock_tree"]
    of_logic = dynamic * (1 + a["other_activity"] * outside) * a["leakage"]
    buffers = memories.buffer_bits * a["buffer_pj"] + memories.accumulator_bits * a["accumulator_pj"]
    of_memories = buffers / macs * 1e-12
    gops = OPERATIONS * macs / seconds / 1e9
    return {
        "GOPS/mm2": gops / (logic + memory),
        "TOPS/W": OPERATIONS / (of_logic + of_memories) / 1e12,
        "area, mm2": logic + memory,
        "GOPS": gops,
        "clock, MHz": 1e-6 / seconds,
        "core without memories, mm2": core,
        "GOPS/mm2 of the core without memories": gops / core,
        "memories, mm2": memory,
        "pJ per MAC, logic": of_logic * 1e12,
        "pJ per MAC, memories": of_memories * 1e12,
    }


@dataclass(frozen=True)
class Projected:
    """A figure: with every assumption at its likely value, its likely range, and all assumptions at their ends."""

    mid: float
    low: float
    high: float
    lowest: float
    highest: float


def project(measured: Measured, memories: Memories, macs: int) -> tuple[dict[str, Projected], dict[str, Any]]:
    """Return the figures with their ranges, and each assumption's own ends of every figure.

    The likely range takes assumptions as independent: their steps, in logarithms, add by their squares.
    """
    likely = {name: assumption.mid for name, assumption in ASSUMPTIONS.items()}
    middle = figures(measured, memories, macs, likely)
    ends = {
        name: [figures(measured, memories, macs, likely | {name: end}) for end in (of.low, of.high)]
        for name, of in ASSUMPTIONS.items()
    }
    found = {}
    for figure, mid in middle.items():
        root, extreme = [], []
        for choose in (min, max):
            chosen = {name: choose(of, key=lambda end: end[figure]) for name, of in ends.items()}
            steps = [choose(0.0, math.log(end[figure] / mid)) for end in chosen.values()]
            root.append(math.sqrt(sum(step * step for step in steps)))
            corner = {
                name: ASSUMPTIONS[name].high if end is ends[name][1] else ASSUMPTIONS[name].low
                for name, end in chosen.items()
            }
            extreme.append(figures(measured, memories, macs, corner)[figure])
        found[figure] = Projected(mid, mid * math.exp(-root[0]), mid * math.exp(root[1]), *extreme)
    return found, {name: [end["GOPS/mm2"] for end in of] + [end["TOPS/W"] for end in of] for name, of in ends.items()}


def projection(result: dict[str, Any]) -> dict[str, Any] | None:
    """Return the projection of a result for the JSON file, None when the result lacks what it needs."""
    measured = measured_of(result)
    if measured is None:
        return None
    system = SystemConfig()
    memories = Memories.of(system)
    found, ends = project(measured, memories, system.core.oc_lanes * system.core.ic_lanes)
    return {
        "measured": asdict(measured),
        "memories": asdict(memories),
        "assumptions": {name: asdict(of) | {"ends": ends[name]} for name, of in ASSUMPTIONS.items()},
        "figures": {name: asdict(value) for name, value in found.items()},
        "published": PUBLISHED,
    }


def projection_rows(projected: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows: each figure, its ranges, and what is published."""
    return [
        (
            name,
            f"{of['mid']:.3g}",
            f"{of['low']:.3g} to {of['high']:.3g}",
            f"{of['lowest']:.3g} to {of['highest']:.3g}",
            f"{projected['published'][name]:g}" if name in projected["published"] else "",
        )
        for name, of in projected["figures"].items()
    ]


def assumption_rows(projected: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows: each assumption, its reason, and what its ends make of the two published ratios."""
    return [
        (
            name.replace("_", " "),
            *(f"{of[end]:g}" for end in ("low", "mid", "high")),
            of["unit"],
            of["reason"],
            f"{of['ends'][0]:.0f} to {of['ends'][1]:.0f}",
            f"{of['ends'][2]:.2f} to {of['ends'][3]:.2f}",
        )
        for name, of in projected["assumptions"].items()
    ]
