"""Every stimulus through the RTL of its block: what it expects is what the block computes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from golden.codes import decode
from golden.ladder import LEGAL_METADATA
from ppa.array_stimulus import SHORT, array_stimulus
from ppa.block_stimulus import block_stimulus
from ppa.blocks import BLOCKS, OUR_ARRAY, SHARES, Block
from ppa.element_stimulus import controls
from ppa.errors import PpaError
from ppa.gate_simulation import Run, simulate
from ppa.gates import Gates
from ppa.measure import AREA_GROUPS
from ppa.operands import Operands
from ppa.stimulus import Stimulus, pack
from ppa.synthesis import block_header, run_yosys

CLOCK = 10000
SHORT_CYCLES = 150  # or as many as it takes until each output has been compared
MEASURED = {block.name: block for group, blocks in BLOCKS.items() for block in blocks if group in AREA_GROUPS}
VARIANTS = {block.name: block for block in SHARES if block.top == OUR_ARRAY.top and block is not OUR_ARRAY}


def block_ports(block: Block, folder: Path) -> Gates:
    """Return a block's RTL in the place of a netlist: one Verilog file, and the ports."""
    (folder / "aslog_defs.vh").write_text(block_header(block))
    rtl = folder / "rtl.v"
    run_yosys(
        [
            f"read_verilog -I{folder} {' '.join(map(str, block.sources))}",
            f"hierarchy -check -top {block.top} {' '.join(f'-chparam {n} {v}' for n, v in block.parameters.items())}",
            f"rename -top {block.name}",
            "proc",
            "flatten",
            f"write_json {folder / 'rtl.json'}",
            f"write_verilog -noattr {rtl}",
        ],
        folder,
    )
    ports = json.loads((folder / "rtl.json").read_text())["modules"][block.name]["ports"]
    widths = {
        direction: {name: port["bits"] for name, port in ports.items() if port["direction"] == direction}
        for direction in ("input", "output")
    }
    return Gates(rtl, block.name, widths["input"], widths["output"], {}, {}, {}, {})


@pytest.mark.parametrize("name", MEASURED)
def test_rtl_computes_what_is_expected(name: str, tmp_path: Path) -> None:
    block = MEASURED[name]
    gates, stimulus = block_ports(block, tmp_path), block_stimulus(block)
    none = tmp_path / "none.v"
    none.write_text("")
    run = simulate(gates, gates.verilog, none, stimulus, CLOCK, tmp_path)
    assert run.compared == known(stimulus)
    short = beginning(stimulus)
    port, values = next(iter(short.expected.items()))
    last = max(cycle for cycle, value in enumerate(values) if value is not None)
    values = [value if cycle != last or value is None else value ^ 1 for cycle, value in enumerate(values)]
    wrong = replace(short, expected=short.expected | {port: values})
    with pytest.raises(PpaError, match=f"1 of {known(short)} outputs of the netlist are wrong, first in cycle {last}"):
        simulate(gates, gates.verilog, none, wrong, CLOCK, tmp_path)


def beginning(stimulus: Stimulus) -> Stimulus:
    """Return the first cycles of a stimulus."""
    firsts = [next(c for c, value in enumerate(values) if value is not None) for values in stimulus.expected.values()]
    cycles = max(SHORT_CYCLES, max(firsts) + 1)
    inputs = {port: values[:cycles] for port, values in stimulus.inputs.items()}
    expected = {port: values[:cycles] for port, values in stimulus.expected.items()}
    return replace(stimulus, inputs=inputs, expected=expected)


def known(stimulus: Stimulus) -> int:
    """Return how many outputs a stimulus expects."""
    return sum(value is not None for values in stimulus.expected.values() for value in values)


def without_bce(operands: Operands) -> Operands:
    """Return the layer without coefficients of bias correction."""
    layer = operands.layer
    return replace(operands, layer=replace(layer, delta=torch.zeros_like(layer.delta)))


def per_tensor(operands: Operands) -> Operands:
    """Return the layer with the first channel's list of magnitudes, M and shift in all channels."""
    layer, first = operands.layer, slice(0, 1)
    one = {name: getattr(layer, name)[first].expand(layer.channels_out).clone() for name in LAYER_CONSTANTS}
    same = replace(layer, **one)
    return replace(operands, layer=same, weights=operands.weights | {"ours": same.weights})


CHANGES = {"array_without_bce": without_bce, "array_per_tensor": per_tensor}
LAYER_CONSTANTS = ("metadata", "multiplier", "shift")


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_computes_only_what_is_left(name: str, tmp_path: Path) -> None:
    gates = block_ports(VARIANTS[name], tmp_path)
    none = tmp_path / "none.v"
    none.write_text("")

    def run(stimulus: Stimulus) -> Run:
        if name == "array_without_bce":  # which has no S: 0
            windows = [None if value is None else 0 for value in stimulus.expected["next_window"]]
            stimulus = replace(stimulus, expected=stimulus.expected | {"next_window": windows})
        return simulate(gates, gates.verilog, none, stimulus, CLOCK, tmp_path)

    assert run(array_stimulus("ours", change=CHANGES[name], layers=SHORT)).compared > 0
    with pytest.raises(PpaError, match="outputs of the netlist are wrong"):
        run(array_stimulus("ours", layers=SHORT))


def test_array_with_glitches_has_the_first_layer() -> None:
    whole, part = (block_stimulus(OUR_ARRAY, glitches=glitches) for glitches in (False, True))
    assert 0 < part.cycles < whole.cycles
    assert all(values == whole.inputs[port][: part.cycles] for port, values in part.inputs.items())
    assert part.operations > 0


def test_core_has_no_stimulus() -> None:
    with pytest.raises(PpaError, match="core: no stimulus for aslog_core"):
        block_stimulus(BLOCKS["core"][0])


def test_controls_are_the_weights() -> None:
    for meta in LEGAL_METADATA:
        codes = torch.arange(16)[None]
        weights = decode(codes, torch.tensor([meta]))[0].tolist()
        for code, weight in enumerate(weights):
            two, three, negative, shift = controls(code, meta)
            assert (2 * two + 3 * three) * 2**shift * (-1 if negative else 1) == weight


def test_pack() -> None:
    assert pack([1, -1, 2], 4) == 0x2F1
