"""A gate-level netlist in the form that simulation and power need: plain names, one net a wire."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from ppa.errors import PpaError
from ppa.library import Library
from ppa.synthesis import Netlist, run_yosys


@dataclass(frozen=True)
class Gates:
    """A flat netlist: ``verilog`` holds module ``top`` with nets n<i>, cells c<i>, and the block's ports as vectors.

    A bit is a net's number. inputs and outputs: port to bits, lowest first, -1 for a constant. types: cell to its
    library cell. pins: cell to its pins' bits, those tied to a constant left out. drivers: (cell, output pin) of the
    nets that cells drive. names: bit to (wire, index).
    """

    verilog: Path
    top: str
    inputs: dict[str, list[int]]
    outputs: dict[str, list[int]]
    types: dict[str, str]
    pins: dict[str, dict[str, int]]
    drivers: dict[int, tuple[str, str]]
    names: dict[int, tuple[str, int]]


def read_gates(netlist: Netlist, library: Library, work: Path) -> Gates:
    """Read a flat netlist of library cells and write it to ``work`` with plain names. Raises PpaError."""
    top = netlist.block.name
    verilog, structure = work / "gates.v", work / "gates.json"
    run_yosys(
        [
            f"read_liberty -lib -ignore_miss_func {library.liberty}",
            f"read_verilog {netlist.path}",
            f"hierarchy -check -top {top}",
            "splitnets",
            "rename -hide w:* c:*",
            "opt_clean -purge",  # a net has one name
            "rename -enumerate -pattern n% w:*",
            "rename -enumerate -pattern c% c:*",
            f"write_verilog -noattr -noexpr {verilog}",
            f"write_json {structure}",
        ],
        work,
    )
    # OpenSTA's reader knows no signed ports
    verilog.write_text(re.sub(r"(?m)^(  (?:input|output|wire)) signed ", r"\1 ", verilog.read_text()))
    modules = json.loads(structure.read_text())["modules"]
    module = modules[top]
    types = {name: cell["type"] for name, cell in module["cells"].items()}
    pins = {
        name: {pin: bit for pin, (bit,) in cell["connections"].items() if isinstance(bit, int)}
        for name, cell in module["cells"].items()
    }
    ports = {
        direction: {
            name: [bit if isinstance(bit, int) else -1 for bit in port["bits"]]
            for name, port in module["ports"].items()
            if port["direction"] == direction
        }
        for direction in ("input", "output")
    }
    driving = {
        kind: {pin for pin, port in modules[kind]["ports"].items() if port["direction"] == "output"}
        for kind in set(types.values())
    }
    drivers = {bit: (cell, pin) for cell, of in pins.items() for pin, bit in of.items() if pin in driving[types[cell]]}
    names = {
        bit: (name, index)
        for name, wire in module["netnames"].items()
        for index, bit in enumerate(wire["bits"])
        if isinstance(bit, int)
    }
    return Gates(verilog, top, ports["input"], ports["output"], types, pins, drivers, names)


def clock_nets(gates: Gates, library: Library, clock: str) -> set[int]:
    """Return the nets that carry the clock: that of its port, and what gates that are no registers make of it."""
    found: set[int] = set()
    left = list(gates.inputs[clock]) if clock else []
    after: dict[int, list[int]] = {}
    for bit, (cell, output) in gates.drivers.items():
        for pin, source in gates.pins[cell].items():
            if pin != output and gates.types[cell] not in library.registers:
                after.setdefault(source, []).append(bit)
    while left:
        bit = left.pop()
        if bit not in found:
            found.add(bit)
            left += after.get(bit, [])
    return found


def write_delayed(gates: Gates, delays: dict[str, dict[str, tuple[int, int]]], clock: set[int], path: Path) -> None:
    """Write the netlist with the delays (rise, fall) in ps of the cells' outputs as parameters of their models.

    Cells that drive nets of the clock have no delay, as if its tree were balanced. Raises PpaError when the output of a
    cell has none.
    """
    for cell, pin in gates.drivers.values():
        if pin not in delays.get(cell, {}):
            raise PpaError(f"{gates.top}: no delay to pin {pin} of a {gates.types[cell]}, which glitches need")

    def delayed(instance: re.Match[str]) -> str:
        of = {pin: (0, 0) if gates.pins[instance[2]].get(pin) in clock else d for pin, d in delays[instance[2]].items()}
        values = [f".{pin}_RISE({rise}), .{pin}_FALL({fall})" for pin, (rise, fall) in of.items()]
        return f"  {instance[1]} #({', '.join(values)}) {instance[2]} ("

    path.write_text(re.sub(r"(?m)^  (\S+) (c\d+) \($", delayed, gates.verilog.read_text()))
