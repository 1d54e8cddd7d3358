"""Every structure of the exploration: its RTL computes what the design's does, from other Verilog."""

from pathlib import Path

import pytest

from ppa.gate_simulation import simulate
from ppa.structures import STRUCTURES, Structure
from tests.ppa.test_block_stimulus import CLOCK, beginning, block_ports, known


@pytest.mark.parametrize("structure", STRUCTURES[1:], ids=lambda structure: structure.name)
def test_structure_computes_the_same(structure: Structure, tmp_path: Path) -> None:
    none = tmp_path / "none.v"
    none.write_text("")
    for part in structure.parts:
        gates, stimulus = block_ports(part.block, tmp_path), beginning(part.stimulus())
        run = simulate(gates, gates.verilog, none, stimulus, CLOCK, tmp_path)
        assert run.compared == known(stimulus) > 0


def test_structures_are_of_different_verilog() -> None:
    lanes = [structure.parts[0].block for structure in STRUCTURES]
    texts = [(lane.top, lane.constants, *(path.read_text() for path in lane.sources)) for lane in lanes]
    assert all(first != second for number, first in enumerate(texts) for second in texts[:number])
    assert len({lane.name for lane in lanes}) == len(lanes)
    blocks = [part.block for structure in STRUCTURES for part in structure.parts]
    assert len({(block.name, block.sources, str(block.constants)) for block in blocks}) == len({b.name for b in blocks})
