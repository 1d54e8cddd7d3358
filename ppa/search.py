"""The smallest and the fastest netlist of a block, among all scripts, checked against the RTL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ppa.blocks import BLOCKS, Block
from ppa.equivalence import check
from ppa.errors import PpaError
from ppa.library import Library
from ppa.processes import PROCESSES
from ppa.scripts import DEEP_CELLS, FIRST, Script, area_scripts, timed_scripts
from ppa.synthesis import Netlist, multiplies, synthesize
from ppa.timing import TimingPath, critical_paths

STRUCTURES = 2  # of which the other ABC script is tried, and of those that are CLOSE to the smallest
CLOSE = 1.1  # of its area
TARGETS = (0.7, 0.85, 1.0)  # parts of the first netlist's period that the fast ones aim at
CLEARLY = 0.95  # part of a faster netlist's area below which a slower one is kept too
YARDSTICK = next(block for block in BLOCKS["ae"] if block.design == "mul8x8")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """A block's netlist, how it was checked, its slowest paths, and how many netlists were made.

    refused: of them, smaller ones that were not shown equal to the RTL.
    """

    netlist: Netlist
    check: str
    paths: list[TimingPath]
    tried: int
    refused: int = 0


def smallest(block: Block, library: Library, progress: Progress, *, deep: bool = True) -> Result:
    """Return the smallest netlist that is shown equal to the RTL. Raises PpaError when there is none.

    deep: ABC's deep script is tried on a block of few cells.
    """
    hierarchy = bool(block.units)
    booth, full_adder = multiplies(block, hierarchy=hierarchy), library.full_adder is not None
    scripts = area_scripts(multiplies=booth, hierarchy=hierarchy, full_adder=full_adder, xors=matches_xors(library))
    found = _all(block, library, [script for script in scripts if script.label == FIRST], progress)
    if not block.units:
        order = sorted(found, key=lambda netlist: netlist.area)
        cells = sum(order[0].cells.values())
        second = "deep" if deep and cells <= DEEP_CELLS else "amap2"
        leaders = [n for place, n in enumerate(order) if place < STRUCTURES or n.area <= CLOSE * order[0].area]
        others = [
            script
            for script in scripts
            if script.label == second and any(script.structure == leader.script.structure for leader in leaders)
        ]
        found += _all(block, library, others, progress)
    return _first_equal(block, library, found, progress)


def matches_xors(library: Library) -> bool:
    """Return whether the signed multiplier, the yardstick, is smaller when ABC matches exclusive ors.

    It is where the library's exclusive or is cheap; the answer holds for all blocks, ours and baselines.
    """
    areas = {}
    for xors in (True, False):
        scripts = area_scripts(multiplies=True, hierarchy=False, full_adder=False, xors=xors)
        areas[xors] = min(synthesize(YARDSTICK, library, script).area for script in scripts if script.label == FIRST)
    return areas[True] < areas[False]


def by_script(block: Block, library: Library, script: Script, progress: Progress) -> Result:
    """Return the netlist that a script makes, shown equal to the RTL. Raises PpaError when it is not."""
    return _first_equal(block, library, _all(block, library, [script], progress), progress)


def _first_equal(block: Block, library: Library, found: list[Netlist], progress: Progress) -> Result:
    """Return the smallest of some netlists that is shown equal to the RTL."""
    failures = []
    for netlist in sorted(found, key=lambda netlist: netlist.area):
        progress(f"{block.name}: check of {netlist.script.name}")
        try:
            how = check(netlist, library)
        except PpaError as error:
            failures.append(str(error))
            progress(failures[-1])
            continue
        return Result(netlist, how, critical_paths(netlist, library), len(found), len(failures))
    raise PpaError(f"{block.name}: no netlist is shown equal to the RTL: {failures[0]}")


def fastest(block: Block, library: Library, progress: Progress, *, thorough: bool = True) -> list[Result]:
    """Return netlists made for speed, the fastest first, then each that is clearly smaller. Raises PpaError.

    The first target cannot be met; the others are parts of what the first netlist needs. Without ``thorough`` there is
    no other, and no Booth.
    """
    scripts = timed_scripts(multiplies=thorough and multiplies(block, hierarchy=False), hierarchy=False)
    found = _all(block, library, scripts[:1] if thorough else scripts, progress, 1.0)
    if thorough:
        period = critical_paths(found[0], library, 1)[0].period_ps
        for part in TARGETS:
            found += _all(block, library, scripts, progress, part * period)
    timed = [(critical_paths(netlist, library), netlist) for netlist in found]
    timed.sort(key=lambda pair: (pair[0][0].period_ps, pair[1].area))
    kept: list[tuple[list[TimingPath], Netlist]] = []
    for paths, netlist in timed:
        if all(netlist.area < CLEARLY * other.area for _, other in kept):
            kept.append((paths, netlist))
    progress(f"{block.name}: check of {len(kept)} netlists")
    return [Result(netlist, check(netlist, library), paths, len(found)) for paths, netlist in kept]


def _all(
    block: Block, library: Library, scripts: list[Script], progress: Progress, target_ps: float | None = None
) -> list[Netlist]:
    def one(script: Script) -> Netlist:
        netlist = synthesize(block, library, script, target_ps)
        progress(f"{block.name}: {script.name}")
        return netlist

    with ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(one, scripts))
