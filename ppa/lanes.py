"""Requantization lanes of the array: its area, and the cycles that a network takes with so many of them."""

from dataclasses import replace
from typing import Any

from torch import Tensor

from golden.networks.integer import QuantizedNetwork
from golden.program.plan import compile_network
from golden.program.system import SystemConfig
from golden.program.timing import schedule
from golden.schedule import CoreConfig
from ppa.blocks import IC_LANES, OC_LANES, OUR_ARRAY, Block
from ppa.library import Library
from ppa.progress import Show
from ppa.scripts import FIRST, area_scripts
from ppa.search import by_script, matches_xors

RQ_CHOICES = (2, 4, 8, 16)


def array_block(lanes: int) -> Block:
    """Return the array with so many requantization lanes."""
    return replace(OUR_ARRAY, name=f"array_rq{lanes}", parameters=OUR_ARRAY.parameters | {"RQ_LANES": lanes})


def array_area(lanes: int, library: Library, show: Show) -> float:
    """Return the area of the array with so many requantization lanes, by one script. Raises PpaError."""
    scripts = area_scripts(multiplies=True, hierarchy=True, full_adder=False, xors=matches_xors(library))
    script = next(script for script in scripts if script.label == FIRST and script.booth and script.ripple)
    return by_script(array_block(lanes), library, script, show).netlist.area


def network_cycles(network: QuantizedNetwork, picture: Tensor, lanes: int) -> int:
    """Return the cycles predicted for a picture, uint8 (C, H, W), with so many requantization lanes.

    Raises LayerError for a network that the accelerator cannot run.
    """
    program = compile_network(network, picture, SystemConfig(core=CoreConfig(OC_LANES, IC_LANES, rq_lanes=lanes)))
    return max(interval.last for interval in schedule(program.commands))


def lane_points(network: QuantizedNetwork, picture: Tensor, areas: dict[int, float]) -> list[dict[str, Any]]:
    """Return area and cycles for each number of lanes in ``areas``."""
    return [
        {"rq_lanes": lanes, "area": area, "cycles": network_cycles(network, picture, lanes)}
        for lanes, area in areas.items()
    ]
