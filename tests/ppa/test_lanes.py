from unittest.mock import Mock

import pytest
import torch

from golden.networks import network_module
from golden.program.system import SystemConfig
from golden.ptq.network import quantize_network
from golden.ptq.options import PtqOptions
from ppa import lanes
from ppa.blocks import OUR_ARRAY, Block
from ppa.lanes import RQ_CHOICES, array_area, array_block, lane_points
from ppa.library import Library
from ppa.progress import Show
from ppa.scripts import Script, area_scripts
from ppa.search import Result


def test_default_number_of_lanes_is_among_the_choices() -> None:
    lanes = SystemConfig().core.drained_lanes
    assert lanes in RQ_CHOICES
    assert array_block(lanes).parameters == OUR_ARRAY.parameters
    assert len({array_block(lanes).name for lanes in RQ_CHOICES}) == len(RQ_CHOICES)


@pytest.mark.parametrize("xors", [False, True])
def test_area_is_by_a_script_of_make_ppa(xors: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Script] = []

    def by_script(block: Block, library: Library, script: Script, show: Show) -> Result:
        taken.append(script)
        return Mock()

    monkeypatch.setattr(lanes, "by_script", by_script)
    monkeypatch.setattr(lanes, "matches_xors", lambda library: xors)
    array_area(RQ_CHOICES[0], Mock(), Mock())
    assert taken[0] in area_scripts(multiplies=True, hierarchy=True, full_adder=False, xors=xors)


def test_more_lanes_take_no_more_cycles() -> None:
    graph = network_module("resnet_fashion").graph()
    pictures = torch.randint(256, (4, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        network = quantize_network(graph, pictures, PtqOptions(validated=False), lambda *_: None)
    points = lane_points(network, pictures[0], dict.fromkeys(RQ_CHOICES, 1.0))
    assert [point["rq_lanes"] for point in points] == list(RQ_CHOICES)
    cycles = [point["cycles"] for point in points]
    assert sorted(cycles, reverse=True) == cycles
    assert cycles[0] > cycles[-1] > 0
