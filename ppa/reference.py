"""What makes a process comparable with another one: its NAND2, the delay of an inverter with four loads, its supply."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from liberty.types import Group

from ppa.blocks import Block
from ppa.energy import read_energies
from ppa.errors import PpaError
from ppa.library import Library, computes, parsed, pins_of, plain
from ppa.scripts import Script
from ppa.synthesis import Netlist
from ppa.timing import critical_paths

LOADS = 4
STAGES = (4, 8)  # of two chains; what one is slower than the other is the delay of the stages between


@dataclass(frozen=True)
class Process:
    """A library in SI: area of its smallest NAND2 in the Liberty's unit, capacitance of its input, FO4, supply."""

    nand2_area: float
    nand2_f: float
    fo4_s: float
    supply_v: float


def measure_process(library: Library) -> Process | None:
    """Return what a library's process is measured by, None for one without NAND2 or inverter. Raises PpaError."""
    cells = parsed(library.liberty.read_text(errors="replace")).get_groups("cell")
    gate, single = _smallest(cells, 2, lambda bits: not all(bits)), _smallest(cells, 1, lambda bits: not bits[0])
    if gate is None or single is None:
        return None
    (nand2, _, _), (inverter, inputs, output) = gate, single
    pin = next(p for p in pins_of(nand2).values() if plain(p.get_attribute("direction")) == "input")
    with tempfile.TemporaryDirectory() as folder:
        short, long = (_delay(plain(inverter.args[0]), inputs[0], output, n, library, Path(folder)) for n in STAGES)
    return Process(
        nand2_area=float(nand2.get_attribute("area")),
        nand2_f=float(pin.get_attribute("capacitance")) * library.capacitance_unit,
        fo4_s=(long - short) * 1e-12 / (STAGES[1] - STAGES[0]),
        supply_v=read_energies(library).supply_v,
    )


def _smallest(
    cells: Sequence[Group], inputs: int, function: Callable[[tuple[bool, ...]], bool]
) -> tuple[Group, list[str], str] | None:
    """Return the smallest cell of one output with a function, its inputs and its output."""
    found = []
    for cell in cells:
        pins = pins_of(cell)
        names = [name for name, pin in pins.items() if plain(pin.get_attribute("direction", "")) == "input"]
        outputs = [name for name in pins if name not in names]
        if len(names) == inputs and len(outputs) == 1 and computes(pins[outputs[0]], names, function):
            found.append((cell, names, outputs[0]))
    return min(found, key=lambda gate: float(gate[0].get_attribute("area")), default=None)


def _delay(cell: str, pin: str, output: str, stages: int, library: Library, folder: Path) -> float:
    """Return the delay in ps of a chain of inverters, each with LOADS inverters at its output."""
    gates = [
        f"{cell} g{stage}_{load}(.{pin}(n{stage}), .{output}({f'n{stage + 1}' if load == 0 else f'u{stage}_{load}'}));"
        for stage in range(stages + 1)
        for load in range(LOADS if stage else 1)
    ]
    path = folder / f"chain{stages}.v"
    ports = f"input n0, output n{stages + 1}"
    path.write_text(f"module chain({ports});\n{chr(10).join(gates)}\nendmodule\n")
    block = Block("chain", "ours", "chain", ())
    paths = critical_paths(Netlist(path, path, 0.0, {}, Script(""), block), library, 1)
    if not paths:
        raise PpaError(f"{library.liberty}: OpenSTA times no chain of {cell}")
    return paths[0].period_ps
