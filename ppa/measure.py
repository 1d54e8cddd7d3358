"""Everything that ``make ppa`` measures, group by group, as one dictionary for the JSON file."""

import platform
import subprocess
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from importlib import metadata
from multiprocessing import get_context
from typing import Any

from ppa.blocks import BLOCKS, OUR_ARRAY, Block
from ppa.energy import read_energies
from ppa.errors import PpaError
from ppa.library import Library
from ppa.operands import real_operands
from ppa.power_report import GLITCHED, group_powers
from ppa.processes import PROCESSES
from ppa.projection import projection
from ppa.reference import measure_process
from ppa.search import Progress, Result, by_script, fastest, smallest
from ppa.tools import sta_command
from tb.simulators import ROOT, activate

AREA_GROUPS = ("ae", "ae_in_array", "lane", "array")
CLOCK_GROUPS = ("clock", "core")
GROUPS = (*AREA_GROUPS, "shares", *CLOCK_GROUPS)
LONGEST_FIRST = ("core", "array", "shares", "lane", "ae", "ae_in_array", "clock")
BLOCKS_AT_A_TIME = 4  # more than processes: a block waits for its slowest script, and some steps are Python's


def measure(
    groups: list[str], library: Library, progress: Progress, glitched: Collection[str] = GLITCHED
) -> dict[str, Any]:
    """Measure groups of blocks and return the figures with all that they depend on. Raises PpaError.

    glitched: the groups whose power is measured with glitches too.
    """
    process, results = measure_process(library), _results(groups, library, progress)
    result = {
        "commit": commit(),
        "tools": tools(),
        "liberty": library.liberty.name,
        "library": library.name,
        "internal_power": read_energies(library).has_internal_power,
        "process": asdict(process) if process else None,
        "groups": _rows(results, library, progress, glitched),
    }
    return result | {"projection": projection(result)}


def commit() -> str:
    """Return the commit that is measured, with a mark when files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def tools() -> dict[str, str]:
    """Return the versions of what makes the figures."""
    program, environment = sta_command()
    done = subprocess.run([program, "-version"], env=environment, capture_output=True, text=True, check=False)
    return {
        "pyosys": metadata.version("pyosys"),
        "opensta": done.stdout.strip() or "unknown",
        "icarus": activate("icarus"),
        "python": platform.python_version(),
    }


def _results(groups: list[str], library: Library, progress: Progress) -> dict[str, list[Result]]:
    """Return the netlists of groups of blocks; a block of several groups is made once, blocks at the same time."""
    with ThreadPoolExecutor(BLOCKS_AT_A_TIME) as pool:
        jobs: dict[tuple[str, bool], Future[list[Result]]] = {}
        for group in sorted(groups, key=LONGEST_FIRST.index):
            timed = group in CLOCK_GROUPS
            for block in BLOCKS[group]:
                if (block.name, timed) not in jobs:
                    make = partial(_netlists, block, group, library, progress, jobs)
                    jobs[block.name, timed] = pool.submit(make)
        return {
            group: [r for block in BLOCKS[group] for r in jobs[block.name, group in CLOCK_GROUPS].result()]
            for group in groups
        }


def _netlists(
    block: Block,
    group: str,
    library: Library,
    progress: Progress,
    jobs: Mapping[tuple[str, bool], Future[list[Result]]],
) -> list[Result]:
    if group in CLOCK_GROUPS:
        return fastest(block, library, progress, thorough=group == "clock")
    if group == "shares" and block != OUR_ARRAY:
        (array,) = jobs[OUR_ARRAY.name, False].result()  # begun before
        return [by_script(block, library, array.netlist.script, progress)]
    return [smallest(block, library, progress)]


def _rows(
    results: dict[str, list[Result]], library: Library, progress: Progress, glitched: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the figures of groups of netlists; powers are measured in processes, for much of it is Python's work."""
    rows = {group: [_row(result) for result in of] for group, of in results.items()}
    if set(rows) & set(AREA_GROUPS):
        progress("operands of real layers")
        real_operands()  # once: each process would quantize what the cache lacks
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        waiting = {}
        for group in sorted(set(rows) & set(AREA_GROUPS), key=LONGEST_FIRST.index):
            netlists = [result.netlist for result in results[group]]
            periods = [row["period_ps"] for row in rows[group]]
            waiting[group] = group_powers(netlists, periods, library, progress, pool, glitches=group in glitched)
        try:
            for group, powers in waiting.items():
                rows[group] = [row | {"power": power} for row, power in zip(rows[group], powers(), strict=True)]
        except PpaError:
            pool.shutdown(cancel_futures=True)  # what has not begun would take minutes
            raise
    return rows


def _row(result: Result) -> dict[str, Any]:
    netlist, block = result.netlist, result.netlist.block
    return {
        "block": block.name,
        "design": block.design,
        "served": block.served,
        "area": netlist.area,
        "cells": sum(netlist.cells.values()),
        "period_ps": round(result.paths[0].period_ps, 1),
        "paths": [asdict(path) for path in result.paths],
        "script": netlist.script.name,
        "tried": result.tried,
        "refused": result.refused,
        "check": result.check,
    }
