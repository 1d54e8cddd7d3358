"""Power of the compared blocks: what is measured of each netlist, and the figures as text."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict
from typing import Any

from ppa.blocks import DESIGNS, Design
from ppa.library import Library
from ppa.power import Power, power
from ppa.synthesis import Netlist

CLOCK_PS = 10000
"""Clock period of all designs; longer where a netlist needs more."""
MARGIN = 1.25
"""What the clock's period exceeds the slowest netlist's by at least; slews differ a little from those of its timing."""
GLITCHED = ("ae", "ae_in_array", "lane")
"""Groups that are simulated with delays too, where nothing else is asked for; an array takes minutes."""
POWER_HEADER = (
    "block",
    "design",
    "glitches",
    "pJ per MAC",
    "of it clock",
    "mW",
    "internal",
    "switching",
    "leakage",
    "compared",
)
GOALS = {
    "ae": ("AE alone", "> 40 % less", 0.50, 0.60),
    "ae_in_array": ("AE in the array, shared parts pro rata", "", 0.65, 0.75),
    "lane": ("lane", "", 0.35, 0.50),
    "array": ("array", "", 0.35, 0.50),
}
"""Group: name, publication, must, aim of issue 5."""
REFERENCE: Design = "mul8x8"


def group_powers(
    netlists: Sequence[Netlist],
    periods_ps: Sequence[float],
    library: Library,
    progress: Callable[[str], None],
    pool: Executor,
    *,
    glitches: bool,
) -> Callable[[], list[list[dict[str, Any]]]]:
    """Begin to measure each netlist's power without glitches and, where asked for, with them.

    periods_ps: the shortest period of each netlist. All run at one clock. Returns what waits for the powers of each
    netlist, and raises PpaError when one cannot be measured.
    """
    clock_ps = max(CLOCK_PS, round(MARGIN * max(periods_ps)))

    def begin(netlist: Netlist, *, delayed: bool) -> Future[Power]:
        job = pool.submit(power, netlist, library, clock_ps, glitches=delayed)
        what = f"{netlist.block.name}: power{' with glitches' if delayed else ''}"
        job.add_done_callback(lambda _: progress(what))
        return job

    modes = (False, True) if glitches else (False,)
    jobs = [[begin(netlist, delayed=delayed) for delayed in modes] for netlist in netlists]
    return lambda: [[asdict(job.result()) | {"clock_ps": clock_ps} for job in of_netlist] for of_netlist in jobs]


def power_rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the table's rows: every power of every netlist. Energies of shared parts are those of one AE's share."""
    found: list[tuple[str, ...]] = []
    for group, blocks in result["groups"].items():
        for block in blocks:
            for p in block.get("power", []):
                clock = p["clock_w"] * p["energy_per_op_j"] / p["total_w"]
                watts = (p["total_w"], p["internal_w"], p["switching_w"], p["leakage_w"])
                found.append(
                    (
                        f"{group}: {block['block']}",
                        DESIGNS[block["design"]],
                        "with" if p["glitches"] else "without",
                        f"{p['energy_per_op_j'] * 1e12:.3f}",
                        f"{clock * 1e12:.3f}",
                        *(f"{1000 * w:.4f}" for w in watts),
                        str(p["compared"]),
                    )
                )
    return found


def power_conclusions(result: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Return the figures of issue 5 that this result holds: name, measured, publication, must, aim."""
    found = []
    for group, (name, publication, must, aim) in GOALS.items():
        blocks = result["groups"].get(group, [])
        for glitches in (False, True):
            ours = energy(blocks, "ours", glitches=glitches)
            for design in DESIGNS:
                theirs = energy(blocks, design, glitches=glitches)
                if design != "ours" and ours and theirs:
                    less = 1 - ours / theirs
                    judged = design == REFERENCE
                    verdict = f" ({'missed' if less < must else 'must' if less < aim else 'aim'})" if judged else ""
                    title = f"{name}, power {'with' if glitches else 'without'} glitches against {DESIGNS[design]}"
                    goals = (publication, f"{must:.0%} less", f"{aim:.0%} less") if judged else ("", "", "")
                    found.append((title, f"{less:.1%} less{verdict}", *goals))
    return found


def energy(blocks: Sequence[dict[str, Any]], design: str, *, glitches: bool) -> float:
    """Return a design's energy in joules a multiply-accumulate in a group, 0 where it was not measured."""
    powers = [p for block in blocks if block["design"] == design for p in block.get("power", [])]
    return float(sum(p["energy_per_op_j"] for p in powers if p["glitches"] == glitches))
